"""What is typed and not saved, and two authors of one tab at once (issue B item 10)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from registry.access import Role
from registry.actions import codelists, drafts, offerings, stamps
from registry.errors import Refused
from registry.models import DraftPart, OfferingVersion
from tests.factories import AT
from tests.factories.registry import InstitutionFactory, OfferingVersionFactory, UserFactory, member, texts
from tests.registry.offering_typing import of, page, typed

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=1)


@pytest.fixture(autouse=True)
def codes(db):
    codelists.load()


@pytest.fixture
def oamk():
    return InstitutionFactory(code="OAMK")


@pytest.fixture
def author(client, oamk):
    person = member(oamk, Role.AUTHOR)
    client.force_login(person)
    return person


@pytest.fixture
def version(oamk):
    return OfferingVersionFactory(offering__institution=oamk)


def keep(client, version, tab="basics", **changes):
    return client.post(of("version-keep", version, tab), typed(client, version, tab, **changes))


def shown(client, version, tab="basics"):
    return page(client, "version-edit", version, tab)


def entered(response, name):
    return response.context["form"][name].value()


# Kept while typing


def test_kept_text_is_there_again_with_a_notice_and_the_version_unchanged(client, author, version):
    kept = keep(client, version, summary_fi="Kesken jäänyt")

    again = shown(client, version)

    assert kept.status_code == 200
    assert (entered(again, "summary"), "We kept what you typed" in again.content.decode()) == (
        ["Kesken jäänyt", "Kuvaus på svenska", "Kuvaus in English"],
        True,
    )
    assert OfferingVersion.objects.get().summary == texts("Kuvaus")


def test_kept_text_is_shown_to_nobody_else(client, author, version, oamk):
    keep(client, version, summary_fi="Kesken jäänyt")
    client.force_login(member(oamk, Role.AUTHOR))

    assert "Kesken jäänyt" not in shown(client, version).content.decode()


def test_kept_rows_and_numbers_come_back_as_they_were_typed(client, author, version):
    """Also what could not be saved as it stands."""
    keep(client, version, "outcomes", **{"outcomes-0-text_fi": "Osaa uuden asian"})
    keep(client, version, "basics", ects="viisi")

    outcomes, basics = shown(client, version, "outcomes"), shown(client, version)

    assert outcomes.context["formset"].forms[0]["text"].value()[0] == "Osaa uuden asian"
    assert (entered(basics, "ects"), "Enter a number." in basics.content.decode()) == ("viisi", True)


def test_saving_puts_the_kept_text_away(client, author, version):
    keep(client, version, summary_fi="Kesken jäänyt")
    keep(client, version, "delivery", guidance_fi="Toinen osa")

    client.post(of("version-edit", version, "basics"), typed(client, version, "basics", summary_fi="Valmis"))

    assert list(DraftPart.objects.values_list("tab", flat=True)) == ["delivery"]
    assert page(client, "version-detail", version).context["unsaved"][0]["label"] == "Delivery"


def test_discarding_brings_back_what_is_saved(client, author, version):
    keep(client, version, summary_fi="Kesken jäänyt")

    response = client.post(of("version-discard", version, "basics"))

    assert response.url == of("version-edit", version, "basics")
    assert entered(shown(client, version), "summary") == texts("Kuvaus")


def test_kept_text_that_says_what_is_saved_is_no_news(client, author, version):
    keep(client, version)

    assert shown(client, version).context["kept"] is None


def test_kept_text_never_replaces_what_was_saved_since_unseen(client, author, version):
    """It goes on carrying the stamps of when it was typed: saving it shows both changes first."""
    keep(client, version, summary_fi="Minun")
    offerings.save(version=version, content={"summary": {"fi": "Toisen"}}, by=UserFactory(), at=LATER)

    restored = shown(client, version)
    again = typed(client, version, "basics")
    refused = client.post(of("version-edit", version, "basics"), again, headers={"HX-Request": "true"})

    assert restored.context["kept"]["is_older"] is True
    assert (refused.status_code, refused.context["met"]["both"][0]["label"]) == (409, "Summary")
    assert OfferingVersion.objects.get().summary == {"fi": "Toisen"}


def test_closed_version_keeps_nothing_more(author, version):
    OfferingVersion.objects.update(status="in_review")
    version.refresh_from_db()

    with pytest.raises(Refused):
        drafts.keep(version=version, tab="basics", data={}, seen={}, by=author, at=AT)


def test_kept_text_has_a_limit_and_no_control_characters(author, version):
    said = {"version": version, "tab": "basics", "seen": {}, "by": author, "at": AT}

    part = drafts.keep(data={"summary_fi": ["a\x00b"]}, **said)

    assert part.data == {"summary_fi": ["ab"]}
    with pytest.raises(Refused):
        drafts.keep(data={"summary_fi": ["a" * (drafts.MOST + 1)]}, **said)


# Two authors


def test_meeting_shows_both_changes_of_every_field_in_the_readers_words(client, author, version):
    """Size with the reader's decimal sign; codes as words; what only the other changed is taken over."""
    data = typed(client, version, "basics", summary_fi="Minun", ects="5,5", okm_field="2")
    offerings.save(
        version=version,
        content={
            "summary": {"fi": "Toisen"},
            "ects": Decimal("6.5"),
            "okm_field": "8",
            "target_group": {"fi": "Vain toisen"},
        },
        by=UserFactory(name="Toinen Tekijä"),
        at=LATER,
    )

    response = client.post(of("version-edit", version, "basics").replace("/en/", "/fi/", 1), data)

    met = response.context["met"]
    sides = {row["label"]: [row[side][0]["text"] for side in ("theirs", "yours")] for row in met["both"]}
    assert response.status_code == 409
    assert [met["by"].name, sides["Laajuus opintopisteinä"], sides["Tiivistelmä"]] == [
        "Toinen Tekijä",
        ["6,5", "5,5"],
        ["Toisen", "Minun"],
    ]
    assert len(met["both"]) == 3
    assert [row["theirs"][0]["text"] for row in met["theirs"]] == ["Vain toisen"]
    assert entered(response, "target_group") == {"fi": "Vain toisen"}
    assert (entered(response, "ects"), entered(response, "summary")["fi"]) == (Decimal("5.5"), "Minun")


def test_meeting_saved_again_keeps_own_changes_and_the_others_alone(client, author, version):
    data = typed(client, version, "basics", summary_fi="Minun")
    offerings.save(version=version, content={"target_group": {"fi": "Toisen"}}, by=UserFactory(), at=LATER)

    refused = client.post(of("version-edit", version, "basics"), data)
    again = typed(client, version, "basics", summary_fi="Minun") | {"seen": refused.context["seen"]}
    saved = client.post(of("version-edit", version, "basics"), again)

    stored = OfferingVersion.objects.get()
    assert (saved.status_code, stored.summary["fi"], stored.target_group) == (302, "Minun", {"fi": "Toisen"})


def test_meeting_shows_both_lists_of_outcomes_and_keeps_the_own_one(client, author, version):
    data = typed(client, version, "outcomes", **{"outcomes-0-text_fi": "Minun tavoitteeni"})
    rows = [{"kind": "skill", "text": {"fi": "Toisen tavoite"}, "skill_keywords": ["sana"], "skills": []}]
    offerings.save(version=version, content={}, outcomes=rows, by=UserFactory(), at=LATER)

    response = client.post(of("version-edit", version, "outcomes"), data)

    both = response.context["met"]["both"][0]
    assert [line["text"] for line in both["theirs"]] == ["1. Skill", "Toisen tavoite", "sana"]
    assert [line["text"] for line in both["yours"]][:2] == ["1. Knowledge", "Minun tavoitteeni"]
    assert response.context["formset"].forms[0]["text"].value()[0] == "Minun tavoitteeni"


def test_meeting_takes_over_outcomes_that_only_the_other_changed(client, author, version):
    data = typed(client, version, "outcomes", prerequisites_fi="Minun edellytykseni")
    rows = [{"kind": "skill", "text": {"fi": "Toisen tavoite"}}]
    offerings.save(version=version, content={}, outcomes=rows, by=UserFactory(), at=LATER)

    response = client.post(of("version-edit", version, "outcomes"), data)

    assert [form["text"].value() for form in response.context["formset"]] == [{"fi": "Toisen tavoite"}]
    assert entered(response, "prerequisites")["fi"] == "Minun edellytykseni"


def test_meeting_shows_lists_of_rows(client, author, version):
    """Funding: neither change is lost."""
    data = typed(client, version, "funding", **{"funding-0-type": "esf_plus", "funding-0-share": "12.5"})
    funding = [{"type": "jotpa", "share": 100}]
    offerings.save(version=version, content={"funding": funding}, by=UserFactory(), at=LATER)

    response = client.post(of("version-edit", version, "funding"), data)
    both = response.context["met"]["both"]

    assert [(row["label"], len(row["theirs"]), len(row["yours"])) for row in both] == [("Funding", 1, 1)]


def test_stamp_is_of_the_words_and_not_of_the_line_ends(version):
    offerings.save(version=version, content={"summary": {"fi": "a\nb"}}, by=UserFactory(), at=AT)

    stored = stamps.of(version=version, fields=["summary", "ects"])

    assert stored == stamps.entered(content={"summary": {"fi": "a\r\nb "}, "ects": Decimal("5.0")})
    assert stamps.read(stamps.written(stored)) == stored
    assert [stamps.read(text) for text in ("", "[]", '{"x": 1}', '{"ects": "<"}')] == [{}] * 4
