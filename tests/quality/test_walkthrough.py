"""The demo on its own day, 22.11.2026: what the screens of the register show of it (domain 6.7)."""

from datetime import datetime

import pytest
from django.urls import reverse

from credentials.actions import batches
from quality.actions import cycles, demo
from registry.actions import imports, realisations
from registry.errors import Refused
from registry.models import OfferingVersion, User

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 22, 10, tzinfo=imports.HELSINKI)
SEAMK, VAMK, DIAK, CENTRIA = (
    "SEAMK-MC-2025-004",
    "VAMK-MC-2025-006",
    "DIAK-MC-2026-011",
    "CENTRIA-MC-2026-012",
)
# Published offerings and the day of their next check; the file says the same.
NEXT_CHECK = {
    "OAMK-MC-2026-001": "15.1.2027",
    "KAMK-MC-2026-002": "2.2.2027",
    "JAMK-MC-2026-003": "16.2.2027",
    SEAMK: "20.3.2027",
    "LAPINAMK-MC-2026-005": "1.4.2027",
    VAMK: "6.10.2026",
    "NOVIA-MC-2026-007": "11.5.2027",
    "SAVONIA-MC-2025-008": "1.9.2026",
    "3AMK-MC-2026-009": "1.6.2027",
    "KARELIA-MC-2025-010": "1.12.2026",
}


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(AT, tick=False)
    demo.load(at=AT)


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

    page = staff_page(client, "realisation-list", VAMK)

    assert page["why_not_open"] == (
        "Arviointi myöhässä 47 päivää. Uudet toteutukset odottavat, kunnes se on tehty."
    )
    assert {row["realisation"].key: row["realisation"].status for row in page["rows"]} == {
        "R1": "ended",
        "R2": "ended",
    }


def test_diak_is_in_review_and_its_planned_realisation_takes_nobody(client):
    """PLAN_REVIEW due 7.12.2026; enrolment not opened although a realisation is planned."""
    sign_in(client, "author@diak.example")
    plan = version(DIAK)
    run = plan.realisations.get()

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
    cycles.answer(comment=comments[0], text="Perustelu on kirjoitettu.", by=author, at=AT)
    assert said in why_not(client, plan)
    cycles.answer(comment=comments[1], text="Kytkentä on lisätty.", by=author, at=AT)
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
