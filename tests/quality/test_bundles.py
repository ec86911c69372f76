"""Evidence bundles: what they hold, who may have one, and what a dying worker leaves (6.4, 6.6)."""

import csv
import hashlib
import io
import json
import time
import zipfile
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from quality import bundled, rules
from quality.actions import audits, bundles, complaints
from quality.benchmarks import evidence as benchmark
from quality.exports import files
from quality.models import Bundle, Decision, Evidence, PanelMember, Rating, Snapshot
from registry.access import Role
from registry.errors import Invalid, StateChanged
from registry.models import TrailEntry
from tests.factories import AT
from tests.factories.bundles import DATA, ready
from tests.factories.credentials import EnrolmentFactory, LearnerFactory
from tests.factories.quality import (
    CycleFactory,
    EvidenceFactory,
    FindingFactory,
    assessed,
    chair_of,
    panel_of,
    rated,
)
from tests.factories.registry import (
    InstitutionFactory,
    RealisationFactory,
    StatementFactory,
    UserFactory,
    member,
)

pytestmark = pytest.mark.django_db

DAY = AT.date()
YEAR = {"begins_on": DAY.replace(month=1, day=1), "ends_on": DAY}
FIGURES = benchmark.FIGURES


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.BUNDLE_DIR = tmp_path / "bundles"
    return tmp_path / "bundles"


@pytest.fixture
def house():
    return InstitutionFactory(code="OAMK", main_language="fi")


def tables(house, *, language="fi", **period) -> dict[str, list[dict]]:
    """The rows of each table as the JSON has them."""
    found = bundled.evidence(house, **(YEAR | period), language=language, at=AT)
    document = json.loads(files.json_bytes(found))
    return {name: table["rows"] for name, table in document["tables"].items()}


def asked(house, **changed) -> Bundle:
    by = changed.pop("by", None) or member(house, Role.QUALITY)
    return bundles.ask(institution=house, **{**YEAR, "language": "fi", "by": by, "at": AT, **changed})


def made(house) -> Bundle:
    bundle = asked(house)
    bundles.make(bundle.pk)
    bundle.refresh_from_db()
    return bundle


# What it holds


def test_csv_and_json_hold_the_same_rows(house):
    finding = FindingFactory(cycle__version__offering__institution=house)
    finding.text = {"fi": "=1+1", "sv": "Brist"}
    finding.save()
    found = bundled.evidence(house, **YEAR, language="fi", at=AT)

    document = json.loads(files.json_bytes(found))
    for table in found.tables:
        lines = list(csv.reader(io.StringIO(files.csv_bytes(table).decode("utf-8-sig")), delimiter=";"))
        rows = document["tables"][table.key]["rows"]
        assert lines[1:] == [_flat(row) for row in rows]
        assert len(lines[0]) == len(_flat(rows[0])) if rows else True
    assert len(document["tables"]["findings"]["rows"]) == 1


def _flat(row: dict) -> list[str]:
    """A row of the JSON as a line of the CSV, with what a spreadsheet would calculate made harmless (N10)."""
    cells = []
    for key, value in row.items():
        if isinstance(value, dict) and "code" in value:
            cells.append(value["label"])
        elif key in {"title", "text", "action", "letter"} and isinstance(value, dict):
            cells += [value.get(language, "") for language in ("fi", "sv", "en")]
        else:
            cells.append("" if value is None else str(value))
    return [f"'{cell}" if cell.startswith(("=", "+", "-", "@")) else cell for cell in cells]


def test_finding_is_told_with_its_state_and_people(house):
    finding = FindingFactory(cycle__version__offering__institution=house)

    [row] = tables(house)["findings"]

    assert {key: row[key] for key in ("id", "offering", "severity", "status", "text", "owner", "due_on")} == {
        "id": str(finding.uid),
        "offering": finding.offering.code,
        "severity": {"code": "major", "label": "Merkittävä"},
        "status": {"code": "open", "label": "Avoinna"},
        "text": finding.text,
        "owner": finding.owner.name,
        "due_on": finding.due_on.isoformat(),
    }


@pytest.mark.parametrize(
    ("found_on", "verified_on", "is_there"),
    [
        (DAY - timedelta(days=400), None, True),  # still open
        (DAY - timedelta(days=400), DAY.replace(month=1, day=1), True),  # verified on the first day
        (DAY - timedelta(days=700), DAY - timedelta(days=400), False),
        (DAY + timedelta(days=1), None, False),
    ],
)
def test_findings_are_those_open_on_a_day_of_the_period(house, found_on, verified_on, is_there):
    at = AT.replace(year=found_on.year, month=found_on.month, day=found_on.day)
    facts = {"found_at": at}
    if verified_on:
        moment = AT.replace(year=verified_on.year, month=verified_on.month, day=verified_on.day)
        facts |= {
            "status": "verified", "acted_at": at, "acted_by": UserFactory(), "verified_at": moment,
            "verified_by": UserFactory(),
        }  # fmt: skip
    FindingFactory(cycle__version__offering__institution=house, **facts)

    assert len(tables(house)["findings"]) == is_there


def test_period_ends_with_its_last_second_in_finland(house):
    """N9: 31 December 23.30 in Finland belongs to it, a minute past midnight does not."""
    last = {"begins_on": date(2025, 12, 1), "ends_on": date(2025, 12, 31)}
    inside, outside = AT.replace(2025, 12, 31, 21, 30), AT.replace(2025, 12, 31, 22, 1)
    FindingFactory(cycle__version__offering__institution=house, found_at=inside)
    FindingFactory(cycle__version__offering__institution=house, found_at=outside)

    assert [row["found_on"] for row in tables(house, **last)["findings"]] == ["2025-12-31"]


def test_another_institutions_evidence_is_not_in_it(house):
    other = InstitutionFactory(code="LAB")
    FindingFactory(cycle__version__offering__institution=other)
    EvidenceFactory(cycle__version__offering__institution=other)
    audits.record(
        institution=other, facts={"kind": "internal", "year": DAY.year}, by=UserFactory(), at=AT,
        covered=[audits.Area("rdi")],
    )  # fmt: skip

    found = tables(house)

    assert {name: found[name] for name in ("rounds", "findings", "evidence", "audits")} == {
        "rounds": [], "findings": [], "evidence": [], "audits": [],
    }  # fmt: skip


def test_moves_say_who_when_and_why_and_the_state_at_the_end_of_the_period(house):
    """6.2: from, to, role, reason, hash; the state of the period's end is not that of today."""
    cycle = CycleFactory(version__offering__institution=house, status="do")
    quality = member(house, Role.QUALITY)
    for day, was, became in ((1, "plan_review", "plan_approved"), (20, "plan_approved", "do")):
        TrailEntry.objects.create(
            at=AT.replace(day=day), by=quality, institution=house, role="quality", verb=became,
            about=f"reviewcycle:{cycle.uid}", was=was, became=became, reason="Hyvä", content_hash="a" * 64,
        )  # fmt: skip
    cycle.opened_at = AT.replace(month=10)
    cycle.save()

    found = tables(house, ends_on=DAY.replace(day=10))

    [move], [row] = found["transitions"], found["rounds"]
    assert (move["at"], move["to"]["code"], move["by"], move["reason"], move["content_hash"]) == (
        "2026-11-01T12:00:00+02:00", "plan_approved", quality.name, "Hyvä", "a" * 64,
    )  # fmt: skip
    assert (row["state_at_end"]["code"], row["state_now"]["code"]) == ("plan_approved", "do")


@pytest.mark.parametrize(("told", "reason"), [("Vilppi", "Vilppi"), ("", "")])
def test_reason_of_a_suspension_is_told_when_the_public_may_read_it(house, told, reason):
    """T16: reason public or internal."""
    cycle = CycleFactory(version__offering__institution=house, status="suspended")
    TrailEntry.objects.create(
        at=AT, institution=house, verb="suspended", about=f"reviewcycle:{cycle.uid}", was="do",
        became="suspended", reason="Vilppi",
    )  # fmt: skip
    TrailEntry.objects.create(
        at=AT + timedelta(hours=1), institution=house, verb="do", about=f"reviewcycle:{cycle.uid}",
        was="suspended", became="do", reason="Vilppi selvitetty",
    )  # fmt: skip
    StatementFactory(version=cycle.version, suspended_at=AT, suspended_why=told)

    told_of_end = "Vilppi selvitetty" if told else ""
    assert [row["reason"] for row in tables(house)["transitions"]] == [reason, told_of_end]


def test_ratings_are_those_of_readings_that_are_decided(house):
    """Members judge on their own until then; a panel's grade is the lowest given (docs/decisions/0100)."""
    cycle = CycleFactory(version__offering__institution=house, status="plan_review", round=1)
    panel_of(cycle)
    rated(cycle, grade=Rating.Grade.GOOD)
    before = tables(house)
    Decision.objects.create(
        cycle=cycle, stage="plan", round=1, outcome="approved", letter={"fi": "Päätös"}, decided_at=AT,
        content_hash="a" * 64, decided_by=chair_of(cycle).user,
    )  # fmt: skip

    after = tables(house)

    assert (before["ratings"], before["grades"]) == ([], [])
    assert {row["grade"]["code"] for row in after["ratings"]} == {"3"}
    assert [(row["good"], row["insufficient"]) for row in after["grades"]] == [
        (len(rules.principles(cycle)), 0)
    ]
    assert [row["letter"] for row in after["decisions"]] == [{"fi": "Päätös"}]


def test_student_of_a_panel_has_no_name_in_it(house):
    """No learner's data."""
    cycle = CycleFactory(version__offering__institution=house, status="plan_review", round=1)
    student = PanelMember.objects.create(
        cycle=cycle, stage="plan", name="Olli Oppija", email="o@example.com", seat="student",
        origin="own_unit", appointed_at=AT, appointed_by=UserFactory(), declared_at=AT,
    )  # fmt: skip
    Rating.objects.create(member=student, round=1, principle="transparency", grade=3, rated_at=AT)
    Decision.objects.create(
        cycle=cycle, stage="plan", round=1, outcome="approved", letter={}, decided_at=AT,
        content_hash="a" * 64, decided_by=UserFactory(),
    )  # fmt: skip

    assert [(row["seat"]["code"], row["member"]) for row in tables(house)["ratings"]] == [("student", "")]


def test_evidence_is_told_by_its_marking(house):
    """6.4: public whole, the house's own without its address, personal data by title, confidential not."""
    cycle = CycleFactory(version__offering__institution=house)
    for title, visibility, has_personal_data in (
        ("Julkinen", "public", False),
        ("Sisäinen", "internal", False),
        ("Lista", "public", True),
        ("Salainen", "confidential", False),
        ("Salainen lista", "confidential", True),
    ):
        EvidenceFactory(cycle=cycle, title=title, visibility=visibility, has_personal_data=has_personal_data)

    rows = tables(house)["evidence"]

    assert {row["title"]: (row["url"], row["dated_on"], row["marking"]) for row in rows} == {
        "Julkinen": ("https://example.com/muistio", DAY.isoformat(), "Julkinen"),
        "Sisäinen": ("", DAY.isoformat(), str(Evidence.Visibility.INTERNAL.label)),
        "Lista": ("", None, "Sisältää henkilötietoja"),
    }


def test_audit_has_a_line_for_each_area(house):
    """Rule 17: continuous learning stands by itself, or says that it does not."""
    facts = {"kind": "external", "year": DAY.year, "cycle": 4}
    covered = [audits.Area("continuous_learning", is_independent=False), audits.Area("rdi")]
    audits.record(institution=house, facts=facts, covered=covered, by=UserFactory(), at=AT)

    rows = tables(house)["audits"]

    assert [(row["area"]["code"], row["scope"]) for row in rows] == [
        ("continuous_learning", "Toisen alueen osana"),
        ("rdi", "Omana alueenaan"),
    ]


def test_figures_of_few_people_are_hidden_and_not_zero(house):
    """Rule 15."""
    few = FIGURES | {"participants": 4, "feedback": {"n": None, "mean": None, "hidden": True, "scale": 5}}
    cycle = CycleFactory(version__offering__institution=house, status="check_open")
    Snapshot.objects.create(cycle=cycle, figures=few, sha256="b" * 64, taken_at=AT)

    [row] = tables(house)["checks"]

    hidden = {"code": "hidden", "label": "piilotettu: alle 5"}
    assert [row[key] for key in ("participants", "completed", "feedback", "employers")] == [
        hidden, hidden, hidden, "4.1 / 5",
    ]  # fmt: skip


def test_learners_appear_nowhere_in_it(house):
    """The learner takes part, and has complained; no file knows of them."""
    run = RealisationFactory(version__offering__institution=house, version__status="published")
    cycle = assessed(CycleFactory(version=run.version, status="do"))
    learner = LearnerFactory(institution=house, family_name="Koelampi", email="koelampi@example.com")
    EnrolmentFactory(learner=learner, realisation=run, institution=house)
    complaints.make(
        offering=cycle.offering, kind="other", text="Koelampi valittaa", email=learner.email,
        language="fi", at=AT,
    )  # fmt: skip

    data = files.files(bundled.evidence(house, **YEAR, language="fi", at=AT))

    text = b"".join(content for name, content in data.items() if not name.endswith(".pdf")).lower()
    assert b"koelampi" not in text
    assert cycle.offering.code.lower().encode() in text


def test_reading_costs_as_many_queries_at_any_size(house):
    counts = []
    for _size in range(3):  # the first reading fills the cache of the indicators
        finding = FindingFactory(cycle__version__offering__institution=house)
        EvidenceFactory(cycle=finding.cycle, finding=finding)
        with CaptureQueriesContext(connection) as asked_for:
            bundled.evidence(house, **YEAR, language="fi", at=AT)
        counts.append(len(asked_for))

    assert counts[1] == counts[2]


# The files


def test_manifest_names_every_other_file_with_its_hash(house):
    bundle = made(house)

    data = bundles.path(bundle).read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(contents.pop("manifest.json"))

    assert {one["name"]: one["sha256"] for one in manifest["files"]} == {
        name: hashlib.sha256(content).hexdigest() for name, content in contents.items()
    }
    assert {"evidence.pdf", "evidence.json", "csv/findings.csv", "csv/transitions.csv"} < set(contents)
    assert (bundle.status, bundle.size, bundle.sha256) == (
        "done", len(data), hashlib.sha256(data).hexdigest(),
    )  # fmt: skip


def test_small_institution_goes_the_way_of_the_benchmark(folder):
    figures = benchmark.bundle_figures(offerings=2, findings=3)

    assert set(figures) == {"evidence_bundle_s", "evidence_bundle_mb"}
    assert Bundle.objects.get().counts | {
        "findings": 3,
        "transitions": 14,
        "ratings": 120,
        "decisions": 4,
    } == (Bundle.objects.get().counts)


# Asking


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"begins_on": DAY, "ends_on": DAY - timedelta(days=1)}, "ends_on"),
        ({"ends_on": DAY + timedelta(days=1)}, "ends_on"),
        ({"begins_on": date(2019, 11, 22)}, "begins_on"),  # seven years and a day
        ({"language": "de"}, "language"),
    ],
)
def test_wrong_period_is_refused_at_its_field(house, changed, field):
    with pytest.raises(Invalid) as refusal:
        asked(house, **changed)

    assert [name for name, _said in refusal.value.reasons] == [field]
    assert not house.bundles.exists()


def test_seven_years_are_taken(house):
    assert asked(house, begins_on=date(2019, 11, 23)).status == "waiting"


def test_asked_twice_while_it_is_made_it_is_the_same(house):
    assert asked(house) == asked(house)
    assert TrailEntry.objects.filter(verb="bundle_asked").count() == 1


# Making


def test_worker_that_died_leaves_nothing_and_another_makes_it(house, folder, monkeypatch, time_machine):
    """Killed between the file and the row: no file to fetch; taken over after the lease, made whole."""
    time_machine.move_to(AT, tick=False)
    bundle = asked(house)

    class Killed(BaseException):
        pass

    def die(*_args, **_kwargs):
        raise Killed

    with monkeypatch.context() as broken:
        broken.setattr(bundles, "_put", die)
        with pytest.raises(Killed):
            bundles.make(bundle.pk)
    bundle.refresh_from_db()
    left = (bundle.status, list(folder.glob("*.zip")))
    soon = bundles.resume()
    time_machine.move_to(AT + bundles.LEASE + timedelta(seconds=1), tick=False)
    later = bundles.resume()
    bundle.refresh_from_db()

    assert left == ("running", [])
    assert (soon, later) == (0, 1)
    assert (bundle.status, bundle.tries) == ("done", 2)
    assert [one.name for one in folder.iterdir()] == [f"{bundle.uid}.zip"]


def test_lost_message_is_found_by_the_sweep(house, time_machine):
    bundle = asked(house)
    time_machine.move_to(AT + bundles.LEASE + timedelta(seconds=1), tick=False)

    bundles.resume()
    bundle.refresh_from_db()

    assert bundle.status == "done"


def test_what_stops_its_worker_three_times_is_given_up_with_why(house, time_machine):
    bundle = asked(house)
    Bundle.objects.filter(pk=bundle.pk).update(status="running", tries=3, beat_at=AT)
    time_machine.move_to(AT + bundles.LEASE + timedelta(seconds=1), tick=False)

    bundles.resume()
    bundle.refresh_from_db()

    assert (bundle.status, bundle.error) == ("failed", "stopped")


def test_worker_that_was_overtaken_puts_nothing(house, monkeypatch):
    bundle = asked(house)
    made_file = files.archive

    def slow(evidence):
        Bundle.objects.filter(pk=bundle.pk).update(beat_at=AT + timedelta(days=1))
        return made_file(evidence)

    monkeypatch.setattr(files, "archive", slow)
    bundles.make(bundle.pk)
    bundle.refresh_from_db()

    assert (bundle.status, bundles.path(bundle).exists()) == ("running", False)


def test_worker_that_takes_long_renews_its_lease_and_is_not_overtaken(house, monkeypatch, time_machine):
    """Alive, it says so: the sweep leaves it alone, and what it has made takes its place."""
    time_machine.move_to(AT, tick=False)
    bundle, made_file, swept = asked(house), files.archive, []

    def slow(evidence):
        for minutes in (2, 4, 6):
            time_machine.move_to(AT + timedelta(minutes=minutes), tick=False)
            bundles._renew(mine[0], at=timezone.now())
            swept.append(bundles.resume())
        return made_file(evidence)

    mine, taken = [], bundles._take
    monkeypatch.setattr(bundles, "_take", lambda **asked: mine.append(taken(**asked)) or mine[-1])
    monkeypatch.setattr(files, "archive", slow)
    bundles.make(bundle.pk)
    bundle.refresh_from_db()

    assert swept == [0, 0, 0]
    assert (bundle.status, bundle.tries, bundles.path(bundle).exists()) == ("done", 1, True)


def test_worker_beats_until_its_work_has_ended(monkeypatch):
    """One thread a bundle, which stops with the work and where the bundle is another's by now."""
    beats = []
    monkeypatch.setattr(bundles, "BEAT", timedelta(milliseconds=1))
    monkeypatch.setattr(bundles, "_renew", lambda _bundle, *, at: beats.append(at) or len(beats) < 3)

    with bundles._renewed(Bundle()):
        for _each in range(200):
            if len(beats) == 3:
                break
            time.sleep(0.002)

    assert len(beats) == 3


@pytest.mark.parametrize(
    ("problem", "error"), [(OSError(28, "No space left on device"), "no_room"), (KeyError("x"), "unexpected")]
)
def test_what_could_not_be_made_says_why_and_is_made_again(house, monkeypatch, problem, error):
    bundle = asked(house)

    def fail(_evidence):
        raise problem

    with monkeypatch.context() as broken:
        broken.setattr(files, "archive", fail)
        bundles.make(bundle.pk)
    bundle.refresh_from_db()
    why = (bundle.status, bundle.error)
    bundles.again(bundle=bundle, by=UserFactory(), at=AT)
    bundles.make(bundle.pk)
    bundle.refresh_from_db()

    assert why == ("failed", error)
    assert (bundle.status, bundle.error) == ("done", "")


def test_file_is_deleted_when_its_time_is_over(house, time_machine):
    bundle = ready(institution=house, by=UserFactory())
    time_machine.move_to(AT + timedelta(days=Bundle.DAYS_KEPT + 1), tick=False)

    bundles.resume()
    bundle.refresh_from_db()

    assert (bundle.status, bundles.path(bundle).exists()) == ("removed", False)


# Fetching


@pytest.fixture
def bundle(house):
    return ready(institution=house, by=UserFactory())


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("role", [Role.QUALITY, Role.RECTORATE])
def test_file_is_fetched_by_those_who_may_and_that_is_in_the_trail(house, bundle, role):
    person = member(house, role)

    answer = signed_in(person).get(reverse("bundle-file", args=["oamk", bundle.uid]))

    assert (answer.status_code, answer.content) == (200, DATA)
    assert answer["Content-Disposition"] == 'attachment; filename="oamk-2026-01-01-2026-11-22-fi.zip"'
    [entry] = TrailEntry.objects.filter(verb="bundle_fetched")
    assert (entry.by, entry.about, entry.content_hash) == (person, f"bundle:{bundle.uid}", bundle.sha256)


def test_missing_file_is_told_and_not_a_crash(house, bundle):
    bundles.path(bundle).unlink()

    answer = signed_in(member(house, Role.QUALITY)).get(reverse("bundle-file", args=["oamk", bundle.uid]))

    assert answer.status_code == 410


def test_form_names_the_wrong_field_and_keeps_what_was_typed(house):
    client = signed_in(member(house, Role.QUALITY))
    data = {"begins_on": "2010-01-01", "ends_on": DAY.isoformat(), "language": "sv"}

    answer = client.post(reverse("bundle-list", args=["oamk"]), data)

    assert list(answer.context["form"].errors) == ["begins_on"]
    assert b'value="2010-01-01"' in answer.content


def test_form_leads_to_the_page_that_shows_how_far_it_is(house):
    client = signed_in(member(house, Role.RECTORATE))
    data = {"begins_on": "2026-01-01", "ends_on": "2026-06-30", "language": "sv"}

    answer = client.post(reverse("bundle-list", args=["oamk"]), data, follow=True)

    kept = house.bundles.get()
    assert (kept.begins_on, kept.ends_on, kept.language, kept.status) == (
        date(2026, 1, 1), date(2026, 6, 30), "sv", "waiting",
    )  # fmt: skip
    assert reverse("bundle-state", args=["oamk", kept.uid]) in answer.content.decode()


def test_list_costs_as_many_queries_for_3_rows_as_for_1(house):
    client, url, counts = signed_in(member(house, Role.QUALITY)), reverse("bundle-list", args=["oamk"]), []
    for more in (1, 2):
        for _number in range(more):
            ready(institution=house, by=UserFactory())
        with CaptureQueriesContext(connection) as asked_for:
            client.get(url)
        counts.append(len(asked_for))

    assert counts[0] == counts[1]


# A reader outside


def link(bundle, *, ends_on=DAY, reader="Aino Arvioija, KARVI"):
    return bundles.grant(bundle=bundle, reader=reader, ends_on=ends_on, by=UserFactory(), at=AT)


def test_named_reader_fetches_by_the_link_alone(client, bundle, time_machine):
    """Opening the page fetches nothing; the button does, and the trail names the reader."""
    time_machine.move_to(AT, tick=False)
    granted, secret = link(bundle)
    url = reverse("bundle-link", args=[secret])

    page = client.get(url)
    looked = TrailEntry.objects.filter(verb="bundle_fetched").count()
    answer = client.post(url)

    assert (page.status_code, looked) == (200, 0)
    assert b"Aino Arvioija, KARVI" in page.content
    assert (answer.status_code, answer.content) == (200, DATA)
    [entry] = TrailEntry.objects.filter(verb="bundle_fetched")
    assert (entry.by, entry.reason) == (None, "Aino Arvioija, KARVI")
    assert secret not in granted.secret_hash


@pytest.mark.parametrize("ended", ["withdrawn", "over", "removed", "unknown"])
def test_link_that_ended_opens_nothing(client, bundle, time_machine, ended):
    time_machine.move_to(AT, tick=False)
    granted, secret = link(bundle)
    if ended == "withdrawn":
        bundles.withdraw(grant=granted, by=UserFactory(), at=AT)
    elif ended == "over":
        time_machine.move_to(AT + timedelta(days=1), tick=False)
    elif ended == "removed":
        Bundle.objects.update(status="removed")
    else:
        secret = "x" * 43
    url = reverse("bundle-link", args=[secret])

    assert (client.get(url).status_code, client.post(url).status_code) == (410, 410)


@pytest.mark.parametrize("days", [-1, 91])
def test_link_works_at_most_90_days_and_is_refused_at_its_field(bundle, days):
    with pytest.raises(Invalid) as refusal:
        link(bundle, ends_on=DAY + timedelta(days=days))

    assert [name for name, _said in refusal.value.reasons] == ["ends_on"]


def test_link_is_made_of_a_ready_bundle_only(house):
    with pytest.raises(StateChanged):
        link(asked(house))


def test_link_is_shown_once_and_its_end_is_in_the_trail(house, bundle, time_machine):
    time_machine.move_to(AT, tick=False)
    client = signed_in(member(house, Role.QUALITY))
    page = reverse("bundle-detail", args=["oamk", bundle.uid])

    shown = client.post(page, {"reader": "Aino Arvioija", "ends_on": DAY.isoformat()})
    granted = bundle.grants.get()
    client.post(reverse("bundle-grant-withdraw", args=["oamk", bundle.uid, granted.uid]))
    granted.refresh_from_db()

    secret = shown.context["url"].rstrip("/").rpartition("/")[2]
    assert granted.secret_hash == hashlib.sha256(secret.encode()).hexdigest()
    assert granted.withdrawn_at == AT
    verbs = (
        TrailEntry.objects.filter(about=f"bundle:{bundle.uid}").order_by("pk").values_list("verb", flat=True)
    )
    assert list(verbs) == ["reading_granted", "reading_withdrawn"]
    assert secret not in client.get(page).content.decode()
