"""Staff pages of offerings: who may see them, writing tab by tab, the checklist (journeys 5.1/1–4 and 8)."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry import trail
from registry.access import Role
from registry.actions import codelists, offerings
from registry.models import OfferingVersion
from tests.factories import AT
from tests.factories.registry import InstitutionFactory, OfferingVersionFactory, UserFactory, member, texts
from tests.registry.offering_typing import address, of, page, typed

# What pages say and to whom is the same on every database; test_access.py opens each on PostgreSQL, too.
pytestmark = [pytest.mark.django_db, pytest.mark.once]


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


def draft(institution, **fields):
    return OfferingVersionFactory(offering__institution=institution, **fields)


def save(client, version, tab, *, data=None, headers=None, **changes):
    data = typed(client, version, tab, **changes) if data is None else data
    return client.post(of("version-edit", version, tab), data, headers=headers or {})


# Who may


PAGES = ["version-detail", "version-preview"]


@pytest.mark.parametrize("name", PAGES)
def test_page_of_another_institution_is_not_found(client, author, name):
    """N5."""
    assert page(client, name, draft(InstitutionFactory())).status_code == 404


@pytest.mark.parametrize("name", PAGES)
def test_page_of_anothers_offering_under_the_own_address_is_not_found(client, author, oamk, name):
    other = draft(InstitutionFactory())

    assert client.get(address(name, "oamk", other.offering.code, 1)).status_code == 404


@pytest.mark.parametrize("name", PAGES)
def test_stranger_is_sent_to_sign_in(client, oamk, name):
    response = page(client, name, draft(oamk))

    assert (response.status_code, response.url.startswith("/en/accounts/login/")) == (302, True)


@pytest.mark.parametrize("role", [Role.PUBLISHER, Role.REVIEWER, Role.ISSUER])
def test_writing_needs_the_authors_role(client, oamk, role):
    version = draft(oamk)
    client.force_login(member(oamk, role))

    statuses = [
        page(client, "version-edit", version, "basics").status_code,
        client.post(of("version-edit", version, "basics"), {}).status_code,
        client.get(address("offering-new", "oamk")).status_code,
        client.post(address("version-revise", "oamk", version.offering.code)).status_code,
    ]

    assert statuses == [403] * 4


def test_partner_reader_sees_no_staff_page(client, oamk):
    client.force_login(member(oamk, Role.PARTNER))

    assert client.get(address("offering-list", "oamk")).status_code == 403


# The list


@pytest.mark.on_each
def test_list_shows_the_newest_version_of_own_offerings_with_the_next_step(client, author, oamk):
    older = draft(oamk, status="published", title=texts("Vanha"))
    newer = draft(oamk, offering=older.offering, number=2, title=texts("Uusi"), country="")
    draft(InstitutionFactory(), title=texts("Vieras"))

    rows = client.get(address("offering-list", "oamk")).context["rows"]

    assert [(row["version"], row["checklist"].done, row["step"].label) for row in rows] == [
        (newer, 10, "Go on writing")
    ]


@pytest.mark.on_each
def test_list_finds_by_title_in_any_language_whatever_the_case(client, author, oamk):
    found = draft(oamk, title={"fi": "Äänen käyttö", "en": "Use of voice"})
    draft(oamk)

    rows = [
        client.get(address("offering-list", "oamk"), {"q": words}).context["rows"]
        for words in ("äänen", "VOICE", found.offering.code)
    ]

    assert [[row["version"] for row in each] for each in rows] == [[found]] * 3


@pytest.mark.on_each
def test_list_narrows_to_a_stage_and_counts_each(client, author, oamk):
    draft(oamk)
    waiting = draft(oamk, status="in_review")

    context = client.get(address("offering-list", "oamk"), {"stage": "review"}).context

    assert [row["version"] for row in context["rows"]] == [waiting]
    assert [stage["label"] for stage in context["stages"]] == [
        "All (2)",
        "Being written (1)",
        "In review (1)",
        "Waiting for publication (0)",
        "Published (0)",
        "Ended (0)",
    ]


@pytest.mark.on_each
def test_list_costs_as_many_queries_for_three_rows_as_for_one(client, author, oamk):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(address("offering-list", "oamk"))
        return len(captured)

    draft(oamk)
    queries()  # fills what is kept between requests
    one = queries()
    draft(oamk)
    draft(oamk, status="published")

    assert queries() == one


def test_empty_list_says_what_to_do(client, author):
    assert "No offerings yet" in client.get(address("offering-list", "oamk")).content.decode()


# A new offering


def test_new_offering_opens_its_first_tab(client, author, oamk):
    """Journey 5.1/1."""
    response = client.post(
        address("offering-new", "oamk"),
        {
            "kind": "micro",
            "primary_language": "fi",
            "title_fi": "Uusi nimi",
            "title_sv": "",
            "title_en": "New name",
        },
    )

    version = OfferingVersion.objects.get()
    assert response.url == of("version-edit", version, "basics")
    assert (version.title, version.offering.institution, list(version.authors.all())) == (
        {"fi": "Uusi nimi", "en": "New name"},
        oamk,
        [author],
    )


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"kind": "badge", "primary_language": "fi", "title_fi": "Nimi"}, "kind"),
        ({"kind": "attendance", "primary_language": "fi", "title_fi": "Nimi"}, "kind"),
        ({"kind": "micro", "primary_language": "fi", "title_en": "Name"}, "title"),
        ({"kind": "micro", "primary_language": "fi", "title_fi": "Ni\x07mi"}, "title"),
    ],
)
def test_new_offering_says_beside_the_field_what_is_wrong(client, author, data, field):
    """C-15 and rule 9: without assessment and credits it is a badge."""
    form = client.post(address("offering-new", "oamk"), data).context["form"]

    assert (list(form.errors), OfferingVersion.objects.exists()) == ([field], False)


def test_new_offering_with_a_title_that_exists_warns_and_is_made(client, author, oamk):
    """Journey 5.1/1: two drafts of the same title."""
    other = draft(oamk, title={"fi": "Sama nimi"})

    response = client.post(
        address("offering-new", "oamk"),
        {"kind": "micro", "primary_language": "fi", "title_fi": "Sama nimi"},
        follow=True,
    )

    assert f"{other.offering.code} has the same title." in response.content.decode()


# Writing


@pytest.mark.on_each
@pytest.mark.parametrize("tab", ["basics", "outcomes", "assessment", "delivery", "quality", "funding"])
def test_tab_saves_what_it_shows_without_changing_anything(client, author, oamk, tab):
    """Every field goes through the form and comes back the same."""
    version = draft(
        oamk,
        ects=Decimal("7.5"),
        rdi={"project_name": "Hanke", "tki_ects": 2, "x": 1},
        virta={"laji": "2", "opintosuorituksen_luokittelu": ["13"]},
        funding=[{"type": "esf_plus", "share": 60}, {"type": "basic", "share": 40, "case_no": "D/1"}],
        locations=["Oulu", "Kemi"],
        validity_months=36,
        further_information_url="https://example.fi/",
    )
    outcome = version.outcomes.get(order=0)
    outcome.skills = [{"uri": "http://data.europa.eu/esco/skill/1", "label": {"fi": "taito"}}]
    outcome.save()
    before = offerings.content_hash(version)

    response = save(client, version, tab)

    assert (response.status_code, response.url) == (302, of("version-edit", version, tab))
    assert offerings.content_hash(version) == before
    assert list(version.authors.all()) == []


def test_half_filled_tab_saves_and_says_what_is_missing(client, author, oamk):
    """Rule 3; journey 5.1/2: 7,3 op."""
    version = draft(oamk)

    save(client, version, "basics", title_en="", ects="7.3")

    shown = page(client, "version-edit", version, "basics").content.decode()
    kept = OfferingVersion.objects.get(pk=version.pk)
    assert (kept.ects, "en" in kept.title, kept.authors.get()) == (Decimal("7.3"), False, author)
    assert "The title is missing in English." in shown
    assert "The size is given to half a credit." in shown
    assert f"{of('version-edit', version, 'basics')}#id_title_2" in shown


def test_field_is_described_by_what_the_checklist_says_of_it(client, author, oamk):
    """WCAG 1.3.1: the remark belongs to the input for a screen reader too."""
    shown = page(client, "version-edit", draft(oamk, country=""), "basics").content.decode()

    assert 'aria-describedby="remarks-country"' in shown
    assert 'id="remarks-country"' in shown


def test_decimal_comma_is_understood(client, author, oamk):
    version = draft(oamk)
    data = typed(client, version, "basics", ects="7,5")

    client.post(of("version-edit", version, "basics").replace("/en/", "/fi/"), data)

    assert OfferingVersion.objects.get(pk=version.pk).ects == Decimal("7.5")


def test_value_of_a_wrong_shape_stays_on_the_page_with_its_error(client, author, oamk):
    version = draft(oamk)

    response = save(client, version, "basics", ects="paljon", summary_fi="Tärkeä teksti")

    assert list(response.context["form"].errors) == ["ects"]
    assert "Tärkeä teksti" in response.content.decode()


def test_refusal_of_the_action_stands_beside_its_field(client, author, oamk):
    version = draft(oamk)

    response = save(client, version, "basics", ects="61")

    assert (response.status_code, dict(response.context["form"].errors)) == (
        409,
        {"ects": ["The size is 1–60 ECTS credits."]},
    )


def test_rdi_part_above_the_size_is_refused_beside_its_field(client, author, oamk):
    """Journey 5.6/2."""
    response = save(client, draft(oamk), "funding", rdi_tki_ects="6")

    assert dict(response.context["form"].errors) == {"rdi_tki_ects": ["The RDI part cannot exceed the size."]}


@pytest.mark.on_each
@pytest.mark.parametrize("text", ["\x07", "a\x1bb"])
def test_control_characters_are_refused_in_every_row(client, author, oamk, text):
    response = save(
        client, draft(oamk), "outcomes", **{"outcomes-0-text_fi": text, "outcomes-1-skill_keywords": text}
    )

    errors = response.context["formset"].errors
    assert [list(one) for one in errors] == [["text"], ["skill_keywords"], []]


def test_outcome_is_added_without_a_script(client, author, oamk):
    version = draft(oamk)

    response = save(client, version, "outcomes", add="1")
    data = typed(client, version, "outcomes")
    shown = client.get(response.url).context["formset"]

    assert (response.url, len(shown), data["outcomes-TOTAL_FORMS"]) == (
        of("version-edit", version, "outcomes") + "?new=1#rows",
        4,
        3,
    )


@pytest.mark.on_each
def test_new_outcome_is_saved_with_its_keywords_and_links(client, author, oamk):
    version = draft(oamk, outcomes=[])
    row = {
        "outcomes-0-kind": "skill",
        "outcomes-0-text_fi": "Laatii",
        "outcomes-0-text_en": "Makes",
        "outcomes-0-skill_keywords": "yksi, kaksi",
        "outcomes-0-skills": "http://data.europa.eu/esco/skill/1\nhttp://data.europa.eu/esco/skill/2",
    }

    save(client, version, "outcomes", **row)

    assert [
        (one.kind, one.text, one.skill_keywords, [skill["uri"][-1] for skill in one.skills])
        for one in version.outcomes.all()
    ] == [("skill", {"fi": "Laatii", "en": "Makes"}, ["yksi", "kaksi"], ["1", "2"])]


def test_outcome_is_removed_by_its_button(client, author, oamk):
    version = draft(oamk)
    rest = [one.text for one in version.outcomes.order_by("order")][1:]

    save(client, version, "outcomes", **{"outcomes-0-DELETE": "on"})

    assert [(one.order, one.text) for one in version.outcomes.order_by("order")] == list(enumerate(rest))


def test_source_of_funding_is_saved(client, author, oamk):
    """F-01."""
    version = draft(oamk)

    save(
        client,
        version,
        "funding",
        **{"funding-0-type": "esf_plus", "funding-0-share": "60", "funding-0-case_no": "D/1"},
    )

    assert OfferingVersion.objects.get(pk=version.pk).funding == [
        {"type": "esf_plus", "share": 60.0, "case_no": "D/1"}
    ]


def test_first_button_of_the_form_saves(client, author, oamk):
    """Enter in a field presses the form's first button: it must not remove a row."""
    shown = page(client, "version-edit", draft(oamk), "outcomes").content.decode()

    assert shown.index("Save draft") < shown.index("outcomes-0-DELETE")


@pytest.mark.on_each
def test_two_authors_of_one_part_both_keep_their_text(client, author, oamk):
    """The second gets 409: the own text in the fields, the other's beside; saving again is then possible."""
    version = draft(oamk)
    data = typed(client, version, "basics", summary_fi="Minun tekstini")
    offerings.save(version=version, content={"summary": {"fi": "Toisen teksti"}}, by=UserFactory(), at=AT)

    refused = save(client, version, "basics", data=data)
    again = save(client, version, "basics", data=data | {"seen": refused.context["seen"]})

    shown = refused.content.decode()
    assert (refused.status_code, again.status_code) == (409, 302)
    assert "Minun tekstini" in shown
    assert "Toisen teksti" in shown
    assert OfferingVersion.objects.get(pk=version.pk).summary["fi"] == "Minun tekstini"


@pytest.mark.on_each
def test_two_authors_of_different_parts_do_not_meet(client, author, oamk):
    version = draft(oamk)
    data = typed(client, version, "basics", summary_fi="Minun tekstini")
    offerings.save(version=version, content={"guidance": {"fi": "Toisen teksti"}}, by=UserFactory(), at=AT)

    assert save(client, version, "basics", data=data).status_code == 302


def test_htmx_gets_the_tab_with_its_fresh_checklist(client, author, oamk):
    version = draft(oamk)
    data = typed(client, version, "basics", title_en="")

    response = save(client, version, "basics", data=data, headers={"HX-Request": "true"})

    shown = response.content.decode()
    assert (response.status_code, response.context["progress"]["text"]) == (200, "10/11")
    assert ("<html" in shown, "Saved." in shown, 'id="editor"' in shown) == (False, True, True)


@pytest.mark.on_each
def test_published_version_cannot_be_written(client, author, oamk):
    """Rule 2; journey 5.1/8: not offered, and refused when tried."""
    version = draft(oamk)
    data = typed(client, version, "basics", summary_fi="Muutos")
    OfferingVersion.objects.filter(pk=version.pk).update(
        status="published", published_at=AT, published_by=author, submitted_at=AT, submitted_by=author
    )

    refused = save(client, version, "basics", data=data)
    redirected = page(client, "version-edit", version, "basics")

    assert (refused.status_code, redirected.url) == (409, of("version-detail", version))
    assert "Copy it to a new version" in refused.content.decode()
    assert "Muutos" in refused.content.decode()


def test_unknown_tab_is_not_found(client, author, oamk):
    assert page(client, "version-edit", draft(oamk), "nothing").status_code == 404


# Looking


def test_detail_blocks_sending_with_the_reasons(client, author, oamk):
    """Journey 5.1/3: inactive with a list of reasons, never silently."""
    version = draft(oamk, country="")

    response = page(client, "version-detail", version)

    assert [(step.label, step.is_blocked) for step in response.context["steps"]] == [
        ("Go on writing", False),
        ("Self-assessment by principle", False),
        ("Send to review", True),
    ]
    assert "This opens when nothing is missing:" in response.content.decode()
    assert of("version-edit", version, "basics") + "#part-country" in response.content.decode()


def test_detail_offers_sending_when_everything_is_there(client, author, oamk):
    response = page(client, "version-detail", draft(oamk))

    assert [step.label for step in response.context["steps"]] == [
        "Send to review",
        "Go on writing",
        "Self-assessment by principle",
    ]


@pytest.mark.parametrize(
    ("status", "role", "labels"),
    [
        ("approved", Role.PUBLISHER, ["Preview and publish"]),
        ("approved", Role.AUTHOR, []),
        ("published", Role.AUTHOR, ["Copy to a new version"]),
        ("published", Role.PUBLISHER, []),
        ("published", Role.QUALITY, ["Suspend", "End the offering"]),
        ("published", Role.RECTORATE, ["Suspend"]),
        ("suspended", Role.QUALITY, ["End the offering"]),
        ("suspended", Role.RECTORATE, ["Resume"]),
        ("in_review", Role.REVIEWER, ["Go to the review"]),
        ("superseded", Role.AUTHOR, []),
        ("rejected", Role.AUTHOR, ["Copy to a new version"]),
    ],
)
def test_detail_offers_what_state_and_role_allow(client, oamk, status, role, labels):
    client.force_login(member(oamk, role))

    response = page(client, "version-detail", draft(oamk, status=status))

    assert [step.label for step in response.context["steps"]] == labels


def test_detail_says_why_the_version_came_back(client, author, oamk):
    version = draft(oamk, status="in_review")
    offerings.send_back(version=version, by=UserFactory(), at=AT, reason="Tarkenna kriteerejä")

    assert "Tarkenna kriteerejä" in page(client, "version-detail", version).content.decode()


@pytest.mark.parametrize(
    ("language", "title"), [("fi", "Nimi suomeksi"), ("sv", "Namn på svenska"), ("en", "Name in English")]
)
def test_preview_shows_a_draft_as_the_public_sees_it_in_each_language(client, author, oamk, language, title):
    """Journey 5.1/5."""
    version = draft(oamk, title={"fi": "Nimi suomeksi", "sv": "Namn på svenska", "en": "Name in English"})

    response = page(client, "version-preview", version, **{"in": language})

    body = response.context["body"]
    assert [one in body for one in version.title.values()] == [one == title for one in version.title.values()]


def test_preview_in_an_unknown_language_is_not_found(client, author, oamk):
    assert page(client, "version-preview", draft(oamk), **{"in": "de"}).status_code == 404


def test_revise_opens_the_new_version(client, author, oamk):
    """Journey 5.1/8."""
    version = draft(oamk, status="published")

    response = client.post(address("version-revise", "oamk", version.offering.code))

    assert response.url == address("version-edit", "oamk", version.offering.code, 2, "basics")


@pytest.mark.on_each
def test_history_tells_who_did_what_with_every_version(client, author, oamk):
    version = draft(oamk, status="published")
    made = offerings.revise(offering=version.offering, by=author, at=AT)
    offerings.save(version=made, content={"ects": Decimal(4)}, by=author, at=AT)
    trail.record(verb="imported", row=version, by=None, at=AT)

    rows = client.get(address("offering-history", "oamk", version.offering.code)).context["rows"]

    assert [(row["what"], row["number"], row["by"], row["fields"]) for row in rows] == [
        ("Imported", 1, None, []),
        ("Edited", 2, author, ["Size in ECTS credits"]),
        ("Copied to a new version", 2, author, []),
    ]


@pytest.mark.on_each
@pytest.mark.parametrize("address", ["catalogue/%00/", "staff/oamk/offerings/%00/v1/"])
def test_address_with_a_control_character_names_nothing(client, address):
    """PostgreSQL refuses to look for a NUL; the page must not fail because of it."""
    client.force_login(member(InstitutionFactory(code="OAMK"), Role.AUTHOR))

    assert client.get(f"/fi/{address}").status_code == 404


@pytest.mark.on_each
def test_list_looks_for_words_without_control_characters_and_keeps_them_whole(client):
    client.force_login(member(InstitutionFactory(code="OAMK"), Role.AUTHOR))

    page = client.get("/fi/staff/oamk/offerings/", {"q": "a&b\x00"})

    assert page.context["words"] == "a&b"
    assert {stage["url"].partition("&")[2] for stage in page.context["stages"][1:]} == {"q=a%26b"}
