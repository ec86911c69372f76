"""The demo on its own day, 22.11.2026, and on others: what the screens of the register show (domain 6.7)."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from time_machine import travel

from credentials.actions import batches
from quality.actions import cycles, demo, notices, plans
from quality.models import Finding, Notice
from registry.actions import imports, realisations
from registry.errors import Refused
from registry.models import Offering, OfferingVersion, User

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 22, 10, tzinfo=imports.HELSINKI)
# Days on which somebody else starts the demo: the last of a short month, a day of daylight saving time.
OTHER_DAYS = [
    datetime(2027, 2, 28, 8, tzinfo=imports.HELSINKI),
    datetime(2028, 7, 1, 8, tzinfo=imports.HELSINKI),
]
SEAMK, VAMK, SAVONIA, KARELIA, DIAK, CENTRIA = (
    "SEAMK-MC-2025-004",
    "VAMK-MC-2025-006",
    "SAVONIA-MC-2025-008",
    "KARELIA-MC-2025-010",
    "DIAK-MC-2026-011",
    "CENTRIA-MC-2026-012",
)
GREEN = ("success", "Seuraava arviointi")
# What the queue of each institution says of its round: the state, the tone, the words, days to the deadline.
QUEUE = {
    "OAMK-MC-2026-001": ("Toteutus", *GREEN, 54),
    "KAMK-MC-2026-002": ("Toteutus", *GREEN, 72),
    "JAMK-MC-2026-003": ("Toteutus", *GREEN, 86),
    SEAMK: ("Toteutus", *GREEN, 118),
    "LAPINAMK-MC-2026-005": ("Toteutus", *GREEN, 130),
    VAMK: ("Toteutus", "error", "Arviointi myöhässä 47 päivää", -47),
    "NOVIA-MC-2026-007": ("Toteutus", *GREEN, 170),
    SAVONIA: ("Kehittäminen", "warning", "1 päivä jäljellä", 1),
    "3AMK-MC-2026-009": ("Toteutus", *GREEN, 191),
    KARELIA: ("Toteutus", "warning", "Arviointiin 9 päivää", 9),
    DIAK: ("Suunnitelman katselmointi", "info", "15 päivää jäljellä", 15),
    CENTRIA: ("Palautettu", "info", "12 päivää jäljellä", 12),
}
LATE = "Arviointi myöhässä 47 päivää. Uudet toteutukset odottavat, kunnes se on tehty."
# Published offerings and the day of their next check; the file says the same.
NEXT_CHECK = {
    "OAMK-MC-2026-001": "15.1.2027",
    "KAMK-MC-2026-002": "2.2.2027",
    "JAMK-MC-2026-003": "16.2.2027",
    SEAMK: "20.3.2027",
    "LAPINAMK-MC-2026-005": "1.4.2027",
    VAMK: "6.10.2026",
    "NOVIA-MC-2026-007": "11.5.2027",
    "SAVONIA-MC-2025-008": "24.9.2027",  # a year after the Check that it acts on
    "3AMK-MC-2026-009": "1.6.2027",
    "KARELIA-MC-2025-010": "1.12.2026",
}


@pytest.fixture(scope="module")
def loaded(request, made_once):
    """The day of the demo, loaded on it."""
    at = getattr(request, "param", AT)
    with travel(at, tick=False), made_once(lambda: demo.load(at=at)):
        yield at


@pytest.fixture(autouse=True)
def today(loaded):
    with translation.override("fi"):
        yield loaded


def version(code: str, number: int = 1) -> OfferingVersion:
    return OfferingVersion.objects.get(offering__code=code, number=number)


def sign_in(client, email: str) -> User:
    user = User.objects.get(email=email)
    client.force_login(user)
    return user


def staff_page(client, name: str, code: str, number: int = 1) -> dict:
    """A staff page of a version of SEAMK-…, VAMK-… as one of its people."""
    house = code.split("-", maxsplit=1)[0].lower()
    return client.get(reverse(name, args=[house, code, number])).context


@pytest.mark.parametrize("loaded", [AT, *OTHER_DAYS], indirect=True, ids=lambda at: f"{at:%Y-%m-%d}")
def test_queues_say_the_same_of_every_round_on_any_day(client, today):
    """The states and the words of the table; dates are moved to the day on which the demo is loaded."""
    found = {}
    for code in QUEUE:
        house = Offering.objects.get(code=code).institution.code.lower()
        sign_in(client, f"quality@{house}.example")
        for row in client.get(reverse("review-list", args=[house]) + "?show=all").context["rows"]:
            if row["due"]:
                due = row["due"]
                left = (due["on"] - timezone.localdate(today)).days
                found[row["code"]] = (row["label"], due["status"], due["label"], left)

    assert found == QUEUE


def test_seamk_has_two_versions_and_the_first_stays_readable(client):
    """DO, v2; v1 superseded."""
    newest = client.get(f"/fi/catalogue/{SEAMK}/").context
    first = client.get(f"/fi/catalogue/{SEAMK}/v1/").context

    assert (newest["version"].number, newest["state"]["status"]) == (2, "published")
    assert [(one["number"], one["status"]) for one in newest["others"]] == [(1, "superseded")]
    assert first["state"]["note"] == "Tämä on aiempi versio: se on korvattu uudella versiolla."
    said = {one["text"] for row in first["elements"] for one in row["values"]}
    assert {"12 kuukautta", "Arviointiasteikko 0–5"} <= said
    sign_in(client, "author@seamk.example")
    own = staff_page(client, "version-detail", SEAMK, 2)
    assert [(one["version"].number, one["version"].status) for one in own["versions"]] == [
        (2, "published"),
        (1, "superseded"),
    ]


def test_kaisas_expired_credential_still_shows_the_first_version(client):
    """Scale 0–5 and 12 months, although v2 is pass or fail and 24 months (rule 2)."""
    [item] = [one for one in demo.to_issue() if one.key == "C4"]
    issuer = User.objects.get(email="issuer@seamk.example")
    house = item.attainment.institution
    batch = batches.start(
        institution=house, attainments=[item.attainment], by=issuer, at=AT, issued_at=item.issued_at
    )
    batches.run(batch.pk)
    sign_in(client, "kaisa.testinen@example.com")
    credential = item.attainment.credentials.get()

    page = client.get(reverse("my-credential", args=[credential.pk])).context

    said = page["certificate"]
    assert (page["credential"].version, page["status"]) == (version(SEAMK), "expired")
    assert (said.grade, said.issued_on, said.valid_until) == ("4, kiitettävä", "15.9.2025", "15.9.2026")
    assert (said.grading_scale, version(SEAMK, 2).grading_scale) == ("Arviointiasteikko 0–5", "pass_fail")
    assert version(SEAMK, 2).validity_months == 24


def test_vamk_opens_no_realisation_while_its_check_is_47_days_late(client):
    """ "Avaa toteutus" inactive with its reason."""
    sign_in(client, "author@vamk.example")

    answer = client.get(reverse("realisation-list", args=["vamk", VAMK, 1]))

    page, text = answer.context, answer.content.decode()
    assert (page["tone"], page["why_not_plan"]) == ("error", LATE)
    assert {row["realisation"].key: row["realisation"].status for row in page["rows"]} == {
        "R1": "ended",
        "R2": "ended",
        "R3": "planned",
    }
    assert 'aria-disabled="true" aria-describedby="why-R3">Avaa toteutus</button>' in text
    assert f"{LATE}</p>" in text.split('id="why-R3">')[1]


def test_vamk_is_late_in_public_and_its_results_wait_for_the_check(client):
    """R2's results feed the Check: they stand on the page that opens it."""
    public = client.get(f"/fi/catalogue/{VAMK}/").content.decode()
    sign_in(client, "quality@vamk.example")
    opening = client.get(reverse("review-check-open", args=["vamk", cycles.current(version(VAMK)).uid]))

    first = client.get(reverse("staff-home", args=["vamk"])).context["tasks"]

    assert "Arviointi myöhässä 47 päivää" in public
    assert ("Avattavat arvioinnit", 1) in [(task["label"], task["count"]) for task in first]
    assert opening.context["why_not"] == ""
    assert opening.context["figures"][0]["value"] == 2  # realisations that have ended


def test_savonia_explains_its_lowest_rating_with_the_finding(client):
    """ACT, a major finding due 23.11.2026, a minor one 23.3.2027."""
    sign_in(client, "author@savonia.example")
    page = client.get(
        reverse("review-detail", args=["savonia", cycles.current(version(SAVONIA)).uid])
    ).context

    [check] = [one for one in page["ratings"] if one["stage"] == "Arviointi"]
    [lowest] = [row for row in check["rows"] if str(row["lowest"]) == "Puutteellinen"]
    findings = {one.severity: (one.principle, one.due_on) for one in page["findings"]}
    assert findings == {
        "major": ("valid_assessment", date(2026, 11, 23)),
        "minor": ("learner_centred", date(2027, 3, 23)),
    }
    text = Finding.objects.get(severity="major").text["fi"]
    assert (lowest["code"], {one.comment for one in lowest["given"]}) == ("Q4", {text})


def test_savonia_was_reminded_of_its_finding_and_will_be_again(client):
    """A reminder went on 19.11. and goes again on 23.11.; between them the clock is silent."""
    owner = sign_in(client, "author@savonia.example")
    finding = Finding.objects.get(severity="major")
    page = client.get(reverse("finding-detail", args=["savonia", finding.uid])).context
    written = Notice.objects.filter(key__startswith=f"finding:{finding.uid}:")

    def reminded() -> bool:
        return written.filter(key__endswith=f":0:user-{owner.pk}").exists()

    assert page["reminders"] == {
        "sent": [date(2026, 11, 9), date(2026, 11, 19)],
        "next": date(2026, 11, 23),
    }
    before = written.count()
    notices.write(on=AT.date(), at=AT)
    assert (written.count(), reminded()) == (before, False)
    notices.write(on=date(2026, 11, 23), at=AT + timedelta(days=1))
    assert reminded()


def test_diak_is_in_review_and_its_planned_realisation_takes_nobody(client):
    """PLAN_REVIEW due 7.12.2026; enrolment not opened although a realisation is planned."""
    sign_in(client, "quality@diak.example")
    plan = version(DIAK)
    run = plan.realisations.get()
    page = client.get(reverse("review-detail", args=["diak", cycles.current(plan).uid])).context
    queue = client.get(reverse("review-list", args=["diak"]) + "?show=review").context["rows"]

    assert [one.seat for one in page["panel"]] == ["chair", "peer", "working_life"]
    assert all(one.name for one in page["panel"])
    assert [(row["answered"], row["sitting"]) for row in queue] == [(0, 3)]
    assert {len(row["given"]) for table in page["ratings"] for row in table["rows"]} == {0}
    sign_in(client, "author@diak.example")

    assert (plan.status, cycles.current(plan).status, f"{cycles.current(plan).due_on:%d.%m.%Y}") == (
        "in_review",
        "plan_review",
        "07.12.2026",
    )
    assert (run.status, staff_page(client, "realisation-list", DIAK)["why_not_open"]) == (
        "planned",
        "Versio on julkaistava ennen kuin sen toteutuksia avataan.",
    )
    with pytest.raises(Refused):
        realisations.announce(realisation=run, by=User.objects.first(), at=AT)
    assert client.get(f"/fi/catalogue/{DIAK}/").status_code == 404
    assert client.get(reverse("enrol", args=[DIAK, 1, run.key])).status_code == 404
    assert run.key not in {
        row["key"] for row in client.get(f"/api/v1/realisations/?code={DIAK}").json()["results"]
    }


def test_centria_was_returned_with_two_reasons_that_must_be_answered(client):
    """PLAN_RETURNED, resubmit by 4.12.2026; the box for the 60 credits is asked for."""
    author = sign_in(client, "author@centria.example")
    plan = version(CENTRIA)
    page = client.get(reverse("review-detail", args=["centria", cycles.current(plan).uid])).context
    comments = list(cycles.current(plan).comments.order_by("pk"))
    said = "Vastaa katselmoijien jokaiseen kommenttiin ennen kuin lähetät version uudelleen."

    assert (page["version"].status, f"{cycles.current(plan).due_on:%d.%m.%Y}") == (
        "changes_requested",
        "04.12.2026",
    )
    assert [field["name"] for field in page["commented"]] == ["size_justification", "assessment_criteria"]
    basics = client.get(reverse("version-edit", args=["centria", CENTRIA, 1, "basics"]))
    assert "size_justification" in basics.context["form"].fields
    plans.answer(comment=comments[0], text="Perustelu on kirjoitettu.", by=author, at=AT)
    assert said in why_not(client, plan)
    plans.answer(comment=comments[1], text="Kytkentä on lisätty.", by=author, at=AT)
    assert said not in why_not(client, plan)


def why_not(client, plan: OfferingVersion) -> list[str]:
    """What stands beside the acts that cannot be done."""
    page = client.get(reverse("review-detail", args=["centria", cycles.current(plan).uid]))
    return [act.why_not for act in page.context["acts"]]


def test_every_other_offering_runs_and_shows_its_next_check(client):
    """Others: DO, next check date; the late one says so in public, too."""
    pages = {code: client.get(f"/fi/catalogue/{code}/").context for code in NEXT_CHECK}

    assert {code: page["quality"]["check"] for code, page in pages.items()} == NEXT_CHECK
    rounds = {code: cycles.current(page["version"]).status for code, page in pages.items()}
    assert rounds == dict.fromkeys(NEXT_CHECK, "do") | {"SAVONIA-MC-2025-008": "act"}
    assert VAMK in {code for code, page in pages.items() if page["quality"]["is_late"]}
    assert pages["KARELIA-MC-2025-010"]["quality"]["is_late"] is False
