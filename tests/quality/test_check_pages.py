"""Pages of the Check, of findings and of evidence: who may, what is said, the journey to a closed round."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from quality import checking
from quality.actions import evidence
from quality.models import Evidence, Finding, ReviewCycle
from registry.models import OfferingVersion, TrailEntry
from tests.factories import AT
from tests.factories.quality import (
    LETTER,
    CycleFactory,
    EvidenceFactory,
    FindingFactory,
    PanelMemberFactory,
    assessed,
    fresh,
    rated,
)
from tests.factories.registry import InstitutionFactory, member

# What pages say and to whom is the same on every database; test_access.py opens each on PostgreSQL, too.
pytestmark = [pytest.mark.django_db, pytest.mark.once]
S = ReviewCycle.Status
TODAY = AT.date()
PDF = b"%PDF-1.7\n%%EOF"
ROLES = ("author", "quality", "reviewer", "publisher", "rectorate", "issuer")


@pytest.fixture(autouse=True)
def now(time_machine, settings, tmp_path):
    time_machine.move_to(AT, tick=False)
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    with translation.override("en"):
        yield


@pytest.fixture
def house():
    return InstitutionFactory(code="OAMK")


@pytest.fixture
def people(house):
    return {role: member(house, role) for role in ROLES}


@pytest.fixture
def cycle(house, people):
    """Running, its Check due in a month."""
    return at_stage(house, people, S.DO)


def at_stage(house, people, status) -> ReviewCycle:
    cycle = CycleFactory(
        status=status,
        version__offering__institution=house,
        version__participation_modes=["onsite"],
        check_due_on=TODAY + timedelta(days=30),
    )
    cycle.version.authors.add(people["author"])
    return fresh(cycle)


def seated(cycle, people) -> ReviewCycle:
    """The quality coordinator chairs the panel of the Check."""
    PanelMemberFactory(cycle=cycle, stage="check", user=people["quality"], seat="chair", origin="own_unit")
    PanelMemberFactory(cycle=cycle, stage="check", user=people["reviewer"])
    PanelMemberFactory(cycle=cycle, stage="check", user=None, seat="working_life", origin="working_life")
    return fresh(cycle)


def address(name: str, *arguments) -> str:
    return reverse(name, args=["oamk", *arguments])


def of_version(name: str, cycle) -> str:
    return address(name, cycle.offering.code, cycle.version.number)


def said(page) -> dict:
    return {act.label: act.why_not for act in page.context["acts"]}


def status(cycle) -> str:
    return ReviewCycle.objects.get(pk=cycle.pk).status


def filled(**fields) -> dict:
    base = {"title": "Raportti", "kind": "file", "dated_on": "2026-11-01", "visibility": "internal"}
    return base | fields


def pdf(name="raportti.pdf", data=PDF):
    return SimpleUploadedFile(name, data)


# The Check


@pytest.mark.on_each
def test_coordinator_opens_the_check_with_its_figures_before_her(client, cycle, people):
    """T9."""
    client.force_login(people["quality"])

    page = client.get(address("review-check-open", cycle.uid))
    without = client.post(address("review-check-open", cycle.uid), {"reason": ""})
    client.post(address("review-check-open", cycle.uid), {"reason": "Määräaika"})

    line = "No realisation has ended yet: say why the Check is made now."
    assert page.context["lines"] == [line]
    assert without.context["form"].errors == {"reason": [line]}
    assert status(cycle) == S.CHECK_OPEN


def test_figures_of_few_answers_are_hidden_not_zero():
    """Rule 15."""
    few = {"n": None, "mean": None, "hidden": True, "scale": 5}
    none = {"n": None, "mean": None, "hidden": False, "scale": 5}
    many = {"n": 12, "mean": "4.1", "hidden": False, "scale": 5}
    figures = {
        "runs": 1, "participants": 9, "completed": 6, "completion_percent": 67, "feedback": few,
        "employers": none, "career": many, "complaints": 0, "upheld_complaints": 0, "credentials": 6,
    }  # fmt: skip

    shown = {row["label"]: row["value"] for row in checking.rows(figures)}

    assert shown["Learners' feedback"] == "hidden: fewer than 5 answers"
    assert shown["Employers' feedback"] == "not measured"
    assert shown["Impact on work"] == "4.1 of 5 (12 answers)"
    assert shown["Completed"] == "6 (67 %)"


def test_authors_evaluate_and_send_the_check(client, house, people):
    """T10."""
    cycle = at_stage(house, people, S.CHECK_OPEN)
    client.force_login(people["author"])
    review = client.get(address("review-detail", cycle.uid))
    principle = client.get(of_version("version-evaluate", cycle)).context["rows"][0]["principle"].key

    client.post(
        of_version("version-evaluate", cycle), {f"{principle}-grade": "3", f"{principle}-text": "Toteutuu."}
    )
    own = cycle.self_assessments.get()
    assessed(cycle, "check", by=people["author"])
    whole = client.post(
        of_version("version-evaluate", cycle), {f"{principle}-grade": "2", f"{principle}-text": "Osin."}
    )
    lacking = client.post(address("review-check-send", cycle.uid), {"reason": ""})
    client.post(address("review-check-send", cycle.uid), {"reason": "Ensimmäinen toteutus kesken."})

    assert said(review)["Send the Check to its panel"].startswith("Assess the offering by each principle")
    assert (own.stage, own.principle, own.text) == ("check", principle, "Toteutuu.")
    assert whole["Location"] == address("review-check-send", cycle.uid)
    assert "There is no feedback of learners." in lacking.context["form"].errors["reason"][0]
    assert status(cycle) == S.CHECK_REVIEW


def test_authors_add_the_statement_of_an_employer(client, house, people):
    """T10."""
    cycle = at_stage(house, people, S.CHECK_OPEN)
    client.force_login(people["author"])

    client.post(address("review-evidence-new", cycle.uid), filled(kind="employer", file=pdf()))

    assert (cycle.evidence.get().kind, cycle.evidence.get().media_type) == ("employer", "application/pdf")


def test_panel_reads_the_check_writes_findings_and_the_chair_decides(client, house, people):
    """T11: the same page of ratings; the letter is previewed."""
    cycle = seated(at_stage(house, people, S.CHECK_REVIEW), people)
    client.force_login(people["quality"])
    rating = client.get(address("review-rate", cycle.uid))
    before = said(client.get(address("review-detail", cycle.uid)))

    client.post(
        address("review-finding-new", cycle.uid),
        {"severity": "major", "text_fi": "Arviointikriteerit puuttuvat", "owner": people["author"].pk},
    )
    preview = client.post(address("review-act", cycle.uid), {f"letter_{one}": LETTER[one] for one in LETTER})
    client.post(
        address("review-act", cycle.uid), {**{f"letter_{one}": LETTER[one] for one in LETTER}, "send": "1"}
    )

    assert rating.status_code == 200
    assert before["Ask for corrective action"] == (
        "Write at least one finding, or let the offering continue."
    )
    assert preview.context["is_preview"] is True
    assert (cycle.findings.get().source, status(cycle)) == ("check", S.ACT)


def test_finding_says_at_its_fields_what_is_missing(client, house, people):
    cycle = seated(at_stage(house, people, S.CHECK_REVIEW), people)
    client.force_login(people["quality"])

    page = client.post(
        address("review-finding-new", cycle.uid), {"severity": "critical", "due_on": "2027-06-01"}
    )

    assert set(page.context["form"].errors) == {"text", "owner"}


def test_chair_lets_the_offering_go_on(client, house, people):
    """T12."""
    cycle = rated(seated(at_stage(house, people, S.CHECK_REVIEW), people), "check")
    client.force_login(people["quality"])

    client.post(address("review-continue", cycle.uid), {"letter_fi": "Jatkuu.", "send": "1"})

    assert status(cycle) == S.CLOSED_CONTINUE


@pytest.mark.on_each
def test_actions_go_to_verification_and_the_round_closes(client, house, people):
    """T13, T15: the owner acts, another verifies and closes."""
    cycle = at_stage(house, people, S.ACT)
    finding = FindingFactory(cycle=cycle, owner=people["author"])
    client.force_login(people["author"])
    bare = client.post(address("finding-act", finding.uid), {"text_fi": "Korjattu."})
    client.post(address("finding-evidence-new", finding.uid), filled(file=pdf()))
    client.post(address("finding-act", finding.uid), {"text_fi": "Korjattu."})
    client.post(address("review-actions-send", cycle.uid))
    client.force_login(people["quality"])
    early = said(client.get(address("review-detail", cycle.uid)))
    client.post(address("finding-verify", finding.uid), {"note": "Kriteerit on kirjattu."})
    client.post(address("review-close", cycle.uid), {"note": "Todennettu."})

    assert bare.context["form"].non_field_errors() == ["Add a file or a link that shows what was done."]
    assert early["Close the round"] == "1 finding is open. Verify it first."
    assert (status(cycle), Finding.objects.get().status) == (S.CLOSED_CONTINUE, "verified")


def test_action_that_does_not_work_comes_back(client, house, people):
    """T14: with its history."""
    cycle = at_stage(house, people, S.ACT_VERIFY)
    finding = FindingFactory(
        cycle=cycle, owner=people["author"], status="acted", action={"fi": "Tehty"}, acted_at=AT,
        acted_by=people["author"],
    )  # fmt: skip
    client.force_login(people["quality"])

    client.post(address("finding-reopen", finding.uid), {"reason": "Ei toimi", "due_on": "2027-01-15"})
    client.post(address("review-actions-return", cycle.uid))

    page = client.get(address("finding-detail", finding.uid))
    assert status(cycle) == S.ACT
    assert [one["reason"] for one in page.context["history"]] == ["Ei toimi"]


@pytest.mark.parametrize(
    ("move", "is_at"),
    [("verify", "open"), ("reopen", "open"), ("act", "acted"), ("act", "verified"), ("verify", "verified")],
)
def test_form_of_a_finding_opens_in_its_time_only(client, house, people, move, is_at):
    """Nobody writes what is then refused: an old link, or one typed too early, says where the finding is."""
    finding = FindingFactory(
        cycle=at_stage(house, people, S.ACT), owner=people["author"], status=is_at, action={"fi": "Tehty"}
    )
    client.force_login(people["quality"])

    page = client.get(address(f"finding-{move}", finding.uid))

    assert (page.status_code, "The state has already changed" in page.text) == (409, True)


def test_check_is_moved_to_another_day(client, cycle, people):
    client.force_login(people["quality"])

    late = client.post(address("review-check-move", cycle.uid), {"to": "2028-01-01", "reason": "Lomat"})
    client.post(address("review-check-move", cycle.uid), {"to": "2027-01-11", "reason": "Lomat"})

    assert late.context["form"].errors == {"to": ["Choose a day from today to 20.2.2027."]}
    assert fresh(cycle).check_due_on == date(2027, 1, 11)


@pytest.mark.parametrize(
    ("stage", "who", "wanted"),
    [
        (S.DO, "author", {"Open the Check": "A quality coordinator of your institution opens the Check."}),
        (S.DO, "quality", {"Open the Check": "", "Move the Check to another day": ""}),
        (
            S.CHECK_OPEN,
            "quality",
            {
                "Send the Check to its panel": (
                    "The authors evaluate the offering and send the Check to its panel."
                )
            },
        ),
        (
            S.CHECK_REVIEW,
            "author",
            {"Decide": "You cannot review your own plan."},
        ),
        (
            S.ACT,
            "reviewer",
            {
                "Send the actions to be verified": (
                    "The authors, or the owners of the findings, send the actions."
                )
            },
        ),
        (
            S.ACT_VERIFY,
            "author",
            {"Close the round": "A quality coordinator who owns none of the findings verifies the actions."},
        ),
        (
            S.ACT_VERIFY,
            "quality",
            {
                "Close the round": "",
                "Return the actions": (
                    "Open the finding whose action was not effective first, with the reason."
                ),
            },
        ),
        (
            S.SUSPENDED,
            "quality",
            {"Resume": "The rectorate or the head of the unit lets the offering go on."},
        ),
        (S.SUSPENDED, "rectorate", {"Resume": ""}),
    ],
)
def test_review_says_what_can_be_done_and_why_not(client, house, people, stage, who, wanted):
    cycle = at_stage(house, people, stage)
    client.force_login(people[who])

    found = said(client.get(address("review-detail", cycle.uid)))

    assert {label: found[label] for label in wanted} == wanted


@pytest.mark.parametrize(
    ("name", "roles"),
    [
        ("review-check-open", {"quality"}),
        ("review-check-move", {"quality"}),
        ("review-check-send", {"author"}),
        ("review-close", {"quality"}),
    ],
)
def test_pages_of_the_check_need_the_role(client, cycle, people, name, roles):
    found = set()
    for role, person in people.items():
        client.force_login(person)
        if client.get(address(name, cycle.uid)).status_code == 200:
            found.add(role)

    assert found == roles


# Findings


def test_owner_and_others_see_what_they_may_do_with_a_finding(client, house, people):
    finding = FindingFactory(cycle=at_stage(house, people, S.ACT), owner=people["author"])
    found = {}
    for role in ("author", "quality", "reviewer"):
        client.force_login(people[role])
        found[role] = said(client.get(address("finding-detail", finding.uid)))

    lacking = "Add a file or a link that shows what was done."
    others = "The owner of the finding tells what was done."
    assert found == {
        "author": {"Tell what was done": lacking, "Add evidence": "", "Hand over": ""},
        "quality": {"Tell what was done": others, "Hand over": ""},
        "reviewer": {"Tell what was done": others},
    }


def test_coordinator_writes_a_finding_about_the_institution(client, house, people):
    client.force_login(people["quality"])

    client.post(
        address("finding-new"),
        {"severity": "minor", "source": "complaint", "text_sv": "Brist", "owner": people["author"].pk},
    )

    one = house.findings.get()
    assert (one.offering, one.text, one.due_on) == (None, {"sv": "Brist"}, TODAY + timedelta(days=180))


def test_finding_is_handed_over(client, house, people):
    finding = FindingFactory(cycle=at_stage(house, people, S.ACT), owner=people["author"])
    client.force_login(people["author"])

    client.post(
        address("finding-hand-over", finding.uid),
        {"owner": people["publisher"].pk, "reason": "Vaihtoi tehtävää"},
    )

    assert Finding.objects.get().owner == people["publisher"]


@pytest.mark.on_each
@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ("", {"new", "late", "acted"}),
        ("?state=late", {"late"}),
        ("?state=acted", {"acted"}),
        ("?state=verified", {"done"}),
        ("?state=mine", {"new"}),
        ("?state=all", {"new", "late", "acted", "done"}),
        ("?severity=critical", {"late"}),
        ("?age=90", {"late"}),
        ("?state=nonsense&age=x", {"new", "late", "acted"}),
        ("?view=board", {"new", "late", "acted"}),
    ],
)
def test_list_is_cut_by_state_severity_and_age(client, house, people, asked, wanted):
    """C/4."""
    cycle = at_stage(house, people, S.ACT)
    done = {"acted_at": AT, "acted_by": people["author"]}
    FindingFactory(cycle=cycle, text={"en": "new"}, owner=people["quality"])
    FindingFactory(
        cycle=cycle, text={"en": "late"}, severity="critical", due_on=date(2026, 6, 1),
        found_at=AT - timedelta(days=100),
    )  # fmt: skip
    FindingFactory(cycle=cycle, text={"en": "acted"}, status="acted", **done)
    FindingFactory(
        cycle=cycle, text={"en": "done"}, status="verified", verified_at=AT, verified_by=people["quality"],
        **done,
    )  # fmt: skip
    client.force_login(people["quality"])

    page = client.get(address("finding-list") + asked)

    assert {row["finding"].text["en"] for row in page.context["rows"]} == wanted


@pytest.mark.on_each
def test_list_of_one_offering_shows_its_own(client, house, people):
    own, other = (FindingFactory(cycle=at_stage(house, people, S.ACT)) for _number in range(2))
    client.force_login(people["author"])

    page = client.get(address("offering-findings", own.offering.code))

    assert [row["finding"] for row in page.context["rows"]] == [own]
    assert other.offering.code not in page.text


@pytest.mark.on_each
@pytest.mark.parametrize("name", ["finding-list", "review-detail"])
def test_pages_ask_as_much_of_many_findings_as_of_one(client, house, people, name):
    cycle = at_stage(house, people, S.ACT)
    client.force_login(people["quality"])
    arguments = [cycle.uid] if name == "review-detail" else []
    asked = []
    for number in (1, 6):
        for _one in range(number):
            EvidenceFactory(cycle=cycle, finding=FindingFactory(cycle=cycle))
        client.get(address(name, *arguments))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(address(name, *arguments))
        asked.append(len(queries))

    assert asked[0] == asked[1]
    assert asked[1] <= (12 if name == "finding-list" else 45)


def test_another_institutions_finding_is_not_there(client, house, people):
    """5.2/1."""
    finding = FindingFactory()
    client.force_login(people["quality"])

    assert client.get(address("finding-detail", finding.uid)).status_code == 404


# Evidence


def test_file_is_saved_by_whoever_may_read_reviews(client, house, people):
    """6.4: as an attachment, never shown by the browser."""
    row = kept(house, people)
    client.force_login(people["reviewer"])

    answer = client.get(address("evidence-file", row.uid))

    assert answer.content == PDF
    assert {name: answer[name] for name in ("Content-Type", "X-Content-Type-Options", "Cache-Control")} == {
        "Content-Type": "application/pdf",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    assert answer["Content-Disposition"] == "attachment; filename*=UTF-8''p%C3%B6yt%C3%A4.pdf"


def kept(house, people, **facts) -> Evidence:
    cycle = at_stage(house, people, S.ACT)
    base = {"title": "Raportti", "kind": "file", "dated_on": TODAY, "cycle": cycle}
    return evidence.add_file(
        institution=house, about=evidence.About(**base | facts), name="pöytä.pdf", data=PDF,
        by=people["author"], at=AT,
    )  # fmt: skip


def test_confidential_file_is_for_few(client, house, people):
    """6.4: its adder, the coordinators, the rectorate."""
    row = kept(house, people, visibility="confidential")
    found = {}
    for role, person in people.items():
        client.force_login(person)
        found[role] = client.get(address("evidence-file", row.uid)).status_code

    assert {role for role, answer in found.items() if answer == 200} == {"author", "quality", "rectorate"}
    assert set(found.values()) == {200, 403}


def test_opening_personal_data_is_written_down(client, house, people):
    """N6."""
    row = kept(house, people, has_personal_data=True)
    client.force_login(people["quality"])

    client.get(address("evidence-file", row.uid))

    assert TrailEntry.objects.get(verb="looked_at", about=f"evidence:{row.uid}").by == people["quality"]


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"file": ("a.exe", b"MZ")}, "file", "Give a PDF, PNG, JPG, DOCX or XLSX file."),
        (
            {"file": ("a.pdf", b"MZ")},
            "file",
            "The file is not what its name says. Save it again in its own form.",
        ),
        ({}, "file", "Choose a file."),
        ({"kind": "link"}, "url", "Give the address."),
        ({"kind": "meeting"}, "file", "Give a file or an address."),
        ({"kind": "link", "url": "javascript:alert(1)"}, "url", "Enter a valid URL."),
        (
            {"kind": "link", "url": "https://a.example", "dated_on": "2026-12-24"},
            "dated_on",
            "The day is not yet here.",
        ),
    ],
)
def test_evidence_that_is_none_is_refused_at_its_field(client, house, people, fields, field, words):
    """5.2, bad input."""
    finding = FindingFactory(cycle=at_stage(house, people, S.ACT), owner=people["author"])
    client.force_login(people["author"])
    if "file" in fields:
        fields = {**fields, "file": pdf(*fields["file"])}

    page = client.post(address("finding-evidence-new", finding.uid), filled(**fields))

    assert page.context["form"].errors == {field: [words]}
    assert not Evidence.objects.exists()


def test_only_the_owner_adds_evidence_to_an_action(client, house, people):
    finding = FindingFactory(cycle=at_stage(house, people, S.ACT), owner=people["author"])
    client.force_login(people["publisher"])

    answer = client.post(address("finding-evidence-new", finding.uid), filled(file=pdf()))

    assert (answer.status_code, Evidence.objects.count()) == (403, 0)


def test_evidence_is_taken_back_by_whoever_added_it(client, house, people):
    finding = FindingFactory(cycle=at_stage(house, people, S.ACT), owner=people["author"])
    row = EvidenceFactory(cycle=finding.cycle, finding=finding, added_by=people["author"])
    client.force_login(people["quality"])
    refused = client.post(address("evidence-remove", row.uid)).status_code
    client.force_login(people["author"])

    client.post(address("evidence-remove", row.uid))

    assert (refused, Evidence.objects.count()) == (403, 0)


# Suspension


def test_rectorate_suspends_and_lets_go_on(client, cycle, people):
    """T16, T17."""
    client.force_login(people["rectorate"])

    client.post(of_version("version-suspend", cycle), {"reason": "Laki", "is_public": "on"})
    stopped = OfferingVersion.objects.get(pk=cycle.version_id).status
    client.post(of_version("version-resume", cycle), {"reason": "Selvitetty"})

    assert (stopped, status(cycle)) == ("suspended", S.DO)


def test_figures_hide_fewer_than_five_people():
    """Rule 15: a guest of the panel cannot count who completed."""
    nothing = {"n": None, "mean": None, "hidden": False, "scale": 5}
    figures = {
        "runs": 1, "participants": 4, "completed": 3, "completion_percent": 75, "feedback": nothing,
        "employers": nothing, "career": nothing, "complaints": 0, "upheld_complaints": 0, "credentials": 0,
    }  # fmt: skip

    with translation.override("en"):
        shown = {row["label"]: row["value"] for row in checking.rows(figures)}

    assert (shown["Participants"], shown["Completed"]) == ("hidden: fewer than 5", "hidden: fewer than 5")
