"""Changes in the degree that an offering is derived from: a notice, answered, in the trail (C-09)."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from registry import pathways, stacking
from registry.access import Role
from registry.actions import offerings, parents
from registry.errors import Invalid, StateChanged
from registry.models import ParentNotice, TrailEntry
from tests.factories import AT
from tests.factories.registry import (
    InstitutionFactory,
    OfferingFactory,
    OfferingVersionFactory,
    PathwayFactory,
    member,
)

pytestmark = pytest.mark.django_db
DAY = date(2027, 1, 1)
COURSES = [{"code": "TT00AB", "name": {"fi": "Data-analytiikka"}, "ects": 10}]


@pytest.fixture
def house():
    return InstitutionFactory(code="OAMK")


@pytest.fixture
def author(house):
    return member(house, Role.AUTHOR)


def derived(house, code="OAMK-MC-1", status="published", courses=COURSES):
    offering = OfferingFactory(institution=house, code=code)
    return OfferingVersionFactory(offering=offering, status=status, parent_courses=courses)


def note(house, author, **changes):
    said = {"course": "tt00ab ", "change": "Laajuus 10 → 15 op", "changed_on": DAY}
    return parents.note(institution=house, **said | changes, by=author, at=AT)


def test_each_derived_offering_gets_a_notice_once(house, author):
    one, other = derived(house), derived(house, code="OAMK-MC-2", status="draft")
    derived(house, code="OAMK-MC-3", status="retired")
    derived(house, code="OAMK-MC-4", courses=[{"code": "OTHER"}])
    derived(InstitutionFactory(), code="LAB-MC-1")

    made = note(house, author)

    assert [notice.offering for notice in made] == [one.offering, other.offering]
    with pytest.raises(Invalid):
        note(house, author)
    assert list(TrailEntry.objects.order_by("pk").values_list("verb", "about", "reason")) == [
        ("parent_changed", f"offering:{code}", "tt00ab, 2027-01-01: Laajuus 10 → 15 op")
        for code in ("OAMK-MC-1", "OAMK-MC-2")
    ]


def test_course_that_nothing_is_derived_from_is_told(house, author):
    derived(house)

    with pytest.raises(Invalid) as refusal:
        note(house, author, course="TT99")

    assert [field for field, _text in refusal.value.reasons] == ["course"]


def test_new_version_answers_the_notice(house, author):
    version = derived(house)
    [notice] = note(house, author)

    offerings.revise(offering=version.offering, by=author, at=AT)

    notice.refresh_from_db()
    assert (notice.answer, notice.answered_by, parents.open_notices(house).count()) == ("revised", author, 0)
    assert TrailEntry.objects.filter(verb="parent_revised", about="offering:OAMK-MC-1").count() == 1


def test_no_effect_needs_a_reason_and_holds_once(house, author):
    derived(house)
    [notice] = note(house, author)
    said = {"notice": notice, "answer": "no_effect", "by": author, "at": AT}

    with pytest.raises(Invalid) as refusal:
        parents.answer(**said, reason=" ")
    parents.answer(**said, reason="Osaamistavoitteet pysyvät")
    with pytest.raises(StateChanged):
        parents.answer(**said, reason="Toistamiseen")

    notice.refresh_from_db()
    assert ([field for field, _text in refusal.value.reasons], notice.reason) == (
        ["reason"],
        "Osaamistavoitteet pysyvät",
    )
    entry = TrailEntry.objects.get(verb="parent_no_effect")
    assert (entry.about, entry.by, entry.reason) == (
        "offering:OAMK-MC-1", author, "tt00ab, 2027-01-01: Osaamistavoitteet pysyvät",
    )  # fmt: skip


def test_version_in_the_making_may_take_it_into_account(house, author):
    derived(house)
    draft = derived(house, code="OAMK-MC-2", status="draft")
    [shown, drafted] = note(house, author)
    assert drafted.offering == draft.offering

    with pytest.raises(Invalid):
        parents.answer(notice=shown, answer="revised", reason="", by=author, at=AT)
    parents.answer(notice=drafted, answer="revised", reason="", by=author, at=AT)

    assert list(parents.open_notices(house)) == [shown]


def table(*lines: str) -> bytes:
    return "\n".join(("Opintojakson koodi;Muutos alkaen;Muutos", *lines)).encode("utf-8-sig")


def test_dry_run_tells_of_each_line_and_writes_nothing(house, author):
    derived(house)
    derived(house, code="OAMK-MC-2", courses=[*COURSES, {"code": "TT01"}])

    found = parents.dry_run(
        institution=house,
        data=table(
            "TT00AB;1.1.2027;Laajuus kasvaa",
            "TT01;2027-01-01;Sisältö vaihtuu",
            "TT01;1.1.2027;Toiseen kertaan",
            "TT02;1.1.2027;Laajuus kasvaa",
            "TT01;huomenna;Laajuus kasvaa",
            "TT01;2.1.2027;",
            "TT01;3.1.2027;Kysy Ainolta, 131052-308T",
        ),
    )

    assert [([one.code for one in row.offerings], bool(row.problem)) for row in found] == [
        (["OAMK-MC-1", "OAMK-MC-2"], False), (["OAMK-MC-2"], False), *[([], True)] * 5,
    ]  # fmt: skip
    assert ParentNotice.objects.count() == 0


# Pages


def test_pages_read_the_table_show_the_notice_and_take_the_answer(client, house, author):
    version = derived(house)
    client.force_login(author)
    page = reverse("parent-file", args=["oamk"])
    data = table("TT00AB;1.1.2027;Laajuus kasvaa", "TT02;1.1.2027;Muu")

    looked = client.post(page, {"file": SimpleUploadedFile("m.csv", data)})
    before = ParentNotice.objects.count()
    text = looked.context["form_to_take"]["text"].value()
    taken = [client.post(page, {"text": text}) for _time in range(2)]

    assert (looked.context["good"], before) == (1, 0)
    assert [answer.status_code for answer in taken] == [302, 302]
    notice = ParentNotice.objects.get()
    staff_page = reverse("version-detail", args=["oamk", version.offering.code, version.number])
    assert "Tutkinnon opintojakso TT00AB muuttuu 1.1.2027 alkaen" in client.get(staff_page).content.decode()
    changes = reverse("parent-list", args=["oamk"])
    assert [row["notice"] for row in client.get(changes).context["notices"]] == [notice]
    listed = client.get(reverse("offering-list", args=["oamk"])).context["rows"]
    assert [row["has_changed_parent"] for row in listed] == [True]
    history = client.get(reverse("offering-history", args=["oamk", version.offering.code])).context["rows"]
    assert [(row["number"], row["reason"]) for row in history] == [
        ("–", "TT00AB, 2027-01-01: Laajuus kasvaa")
    ]
    answer = reverse("parent-answer", args=["oamk", notice.uid])
    assert list(client.post(answer, {"answer": "no_effect"}).context["form"].errors) == ["reason"]
    assert client.post(answer, {"answer": "no_effect", "reason": "Ei koske"}).status_code == 302
    shown = client.get(changes).context
    assert ([row["notice"] for row in shown["answered"]], shown["notices"]) == ([notice], [])


def test_page_notes_a_change_by_hand(client, house, author):
    derived(house)
    client.force_login(author)
    page, said = reverse("parent-new", args=["oamk"]), {"changed_on": "1.1.2027", "change": "Laajuus"}

    wrong, right = (client.post(page, said | {"course": course}) for course in ("TT99", "TT00AB"))

    assert (list(wrong.context["form"].errors), right.status_code) == (["course"], 302)
    home = client.get(reverse("staff-home", args=["oamk"])).context["tasks"]
    assert [task["count"] for task in home if task["url"] == reverse("parent-list", args=["oamk"])] == [1]


def test_version_names_what_it_is_derived_from(client, house):
    version = derived(house)

    page = client.get(reverse("catalogue-version", args=[version.offering.code, version.number]))

    assert "Data-analytiikka, 10 op" in page.content.decode()


def test_degree_module_is_offered_as_two_credentials_that_name_it(client, house):
    """C-22: one module of 10 credits as two of 5; each names its parent, both together give the composite."""
    parts = [derived(house, code=f"OAMK-MC-{number}") for number in (1, 2)]

    pages = [client.get(reverse("catalogue-offering", args=[one.offering.code])) for one in parts]

    assert [one.ects for one in parts] == [5, 5]
    assert ["Data-analytiikka, 10 op" in page.content.decode() for page in pages] == [True, True]
    assert parents.derived(house) == {"TT00AB": [one.offering for one in parts]}
    composite = PathwayFactory(institution=house, parts=[one.offering for one in parts], is_composite=True)
    rule, offered = pathways.rule(composite), pathways.offered(composite)
    verdicts = [
        stacking.judge(rule, held=[pathways.part(one) for one in held], offered=offered, today=AT.date())
        for held in (parts[:1], parts)
    ]
    assert [(one.is_complete, one.ects) for one in verdicts] == [(False, 5), (True, 10)]
