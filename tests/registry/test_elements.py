"""The EU elements: rules and texts of domain.md 3.1, and rules 4, 13 and 16."""

from decimal import Decimal

import pytest
from django.utils import translation

from registry import elements
from registry.elements import Weight
from registry.models import LearningOutcome, OfferingVersion
from tests.factories.registry import InstitutionFactory, OfferingFactory, OfferingVersionFactory, texts

pytestmark = pytest.mark.django_db
Kind = LearningOutcome.Kind


def outcome(kind=Kind.SKILL, **text):
    return LearningOutcome(kind=kind, text=text or texts("Selittää asian"))


def three():
    return [outcome(kind) for kind in Kind]


def reasons(version=None, *, outcomes=None, own=False, **fields):
    """(field, language, text) of what blocks a complete version after `fields` were changed, in Finnish."""
    return _remarks(version, outcomes=outcomes, own=own, **fields).reasons


def warnings(version=None, *, outcomes=None, **fields):
    return _remarks(version, outcomes=outcomes, **fields).warnings


def _remarks(version=None, *, outcomes=None, own=False, **fields):
    version = version or OfferingVersionFactory()
    for name, value in fields.items():
        setattr(version, name, value)
    institution = version.offering.institution
    institution.own_rules_block = own
    with translation.override("en"):
        return elements.checklist(
            version=version, outcomes=three() if outcomes is None else outcomes, institution=institution
        )


def said(remarks):
    return [(one.field, one.language, one.text) for one in remarks]


def test_complete_version_is_ready_with_eleven_of_eleven():
    """C-02; two of the eleven are met when the credential is issued."""
    checklist = _remarks()

    assert (checklist.ready, checklist.done, checklist.total, checklist.at_issue) == (True, 11, 11, 2)


def test_complete_version_has_no_remark_at_all():
    checklist = _remarks()

    assert (checklist.reasons, checklist.warnings) == ((), ())


def test_institution_that_leads_is_an_awarding_body():
    """M4: it issues the credentials, so they may not name others alone."""
    partner, version = InstitutionFactory(code="PARTNER"), OfferingVersionFactory()
    lead = version.offering.institution.code

    assert said(reasons(version, awarding_bodies=[partner.code])) == [
        (
            "awarding_bodies",
            "",
            f"{lead} leads the offering and issues its credentials: it must be an awarding body.",
        )
    ]
    assert reasons(version, awarding_bodies=[partner.code, lead]) == ()


def test_checklist_marks_learner_and_date_as_met_at_issue():
    """M1, M5 and the grade (O3) are the credential's."""
    checklist = _remarks()

    assert [one.code for one in checklist.mandatory + checklist.optional if one.status == "at_issue"] == [
        "M1",
        "M5",
        "O3",
    ]


def test_empty_version_misses_each_of_the_nine_elements():
    version = OfferingVersion(offering=OfferingFactory(), rule_set="eu-2022/1", country="")

    checklist = elements.checklist(version=version, outcomes=[], institution=version.offering.institution)

    assert [one.code for one in checklist.mandatory if not one.complete] == [
        "M2", "M3", "M4", "M6", "M7", "M8", "M9", "M10", "M11",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {"title": {"fi": "Nimi", "sv": "Namnet"}},
            [
                ("title", "en", "The title is missing in English."),
                ("title", "fi", "A title has 5–120 characters."),
            ],
        ),
        (
            {"title": texts("Kurssi 1") | {"en": "Course 1"}},
            [("title", "en", "The title does not tell what it is about.")],
        ),
        ({"country": ""}, [("country", "", "Choose the country.")]),
        ({"awarding_bodies": []}, [("awarding_bodies", "", "Choose at least one awarding body.")]),
        ({"outcomes": []}, [("outcomes", "", "Add at least one learning outcome.")]),
        ({"ects": None}, [("ects", "", "The size is 1–60 ECTS credits.")]),
        ({"ects": Decimal(0)}, [("ects", "", "The size is 1–60 ECTS credits.")]),
        ({"ects": Decimal("0.5")}, [("ects", "", "The size is 1–60 ECTS credits.")]),
        ({"ects": Decimal("7.3")}, [("ects", "", "The size is given to half a credit.")]),
        ({"ects": Decimal("7.5")}, []),
        ({"ects": Decimal(60)}, [("size_justification", "", "Justify the size of 60 credits.")]),
        ({"ects": Decimal(60), "size_justification": texts("Syy")}, []),
        (
            {"education_form": "kurkistus"},
            [
                (
                    "education_form",
                    "",
                    "A taster course gives no credits: it cannot become a micro-credential.",
                )
            ],
        ),
        ({"eqf_level": None}, [("eqf_level", "", "Choose the level.")]),
        ({"assessment_types": []}, [("assessment_types", "", "Choose at least one type of assessment.")]),
        (
            {"assessment_description": {}},
            [("assessment_description", "", "Describe how the competence is assessed.")],
        ),
        ({"assessment_criteria": {}}, [("assessment_criteria", "", "Describe the assessment criteria.")]),
        (
            {"assessment_criteria": {"fi": "Kriteerit", "sv": "K"}},
            [("assessment_criteria", "en", "Assessment criteria: missing in English.")],
        ),
        (
            {"participation_modes": []},
            [("participation_modes", "", "Choose at least one form of participation.")],
        ),
        ({"participation_modes": ["blended"]}, [("locations", "", "The place is missing.")]),
        ({"participation_modes": ["contact"], "locations": ["Oulu"]}, []),
        (
            {"quality_assurance_types": []},
            [("quality_assurance_types", "", "Choose at least one type of quality assurance.")],
        ),
        (
            {"quality_assurance": {}},
            [("quality_assurance", "", "The description of quality assurance is missing.")],
        ),
        ({"grading_scale": ""}, [("grading_scale", "", "Choose the grading scale.")]),
        ({"education_form": ""}, [("education_form", "", "Choose the form of education.")]),
        (
            {"education_form": "erikoistumiskoulutus"},
            [
                (
                    "origins",
                    "",
                    "Specialisation education is agreed with working life: choose it as an origin.",
                )
            ],
        ),
        ({"fee_eur": Decimal(80), "fee_rule": ""}, [("fee_eur", "", "At most 75 € (15 €/credit).")]),
        ({"fee_eur": Decimal(75), "fee_rule": "open_uas_cap"}, []),
        ({"fee_eur": Decimal(290), "fee_rule": "market_priced", "education_form": "taydennyskoulutus"}, []),
        (
            {
                "fee_eur": Decimal(601),
                "fee_rule": "",
                "education_form": "erikoistumiskoulutus",
                "origins": ["agreed_with_working_life"],
            },
            [("fee_eur", "", "At most 600 € (120 €/credit).")],
        ),
        ({"fee_eur": Decimal(5)}, [("fee_eur", "", "The fee is 0 € when it is free of charge.")]),
        (
            {"funding": [{"type": "esf_plus", "share": 60}, {"type": "basic", "share": 30}]},
            [("funding", "", "The shares of funding make 100 % together.")],
        ),
        ({"rdi": {"tki_ects": 6}}, [("rdi", "", "The RDI part cannot exceed the size.")]),
        (
            {"primary_language": "en"},
            [
                (
                    "primary_language",
                    "",
                    "English can be the main language only when the teaching is in English alone.",
                )
            ],
        ),
        ({"summary": {"fi": "Kuvaus", "sv": "Text"}}, [("summary", "en", "Summary: missing in English.")]),
    ],
)
def test_element_says_what_blocks_review(fields, expected):
    """M2–M11, O1–O5, rules 4, 13 and 16, C-06, C-08, C-10, F-01."""
    assert said(reasons(**fields)) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {"title": {"fi": "Nimi suomeksi", "en": "Name in English"}},
            [("title", "sv", "The title is missing in Swedish.")],
        ),
        (
            {"outcomes": [outcome(Kind.KNOWLEDGE), outcome(Kind.COMPETENCE), outcome(Kind.COMPETENCE)]},
            [("outcomes", "", "Add at least one outcome of skill.")],
        ),
        (
            {"outcomes": [*three(), *(outcome() for _ in range(8))]},
            [("outcomes", "", "Three to ten learning outcomes are recommended.")],
        ),
        (
            {"outcomes": [*three(), outcome(fi="Oppija ymmärtää asian.", sv="Förklarar", en="Explains")]},
            [
                (
                    "outcomes",
                    "fi",
                    "“ymmärtää” is hard to assess. Say what the learner does, for example explains or makes.",
                )
            ],
        ),
        (
            {"assessment_types": ["self_assessment"]},
            [
                (
                    "assessment_types",
                    "",
                    "Self-assessment alone does not show the competence. Add another type.",
                )
            ],
        ),
        (
            {"identity_verification": ""},
            [
                (
                    "identity_verification",
                    "",
                    "From 5 credits on, tell how the assessment is supervised and identity checked.",
                )
            ],
        ),
        ({"identity_verification": "", "ects": Decimal(4)}, []),
        (
            {"prerequisites": {}},
            [("prerequisites", "", "Tell the prerequisites, or write “No prerequisites”.")],
        ),
        ({"stackability": ""}, [("stackability", "", "Tell whether it stands alone or stacks.")]),
        (
            {"sdgs": []},
            [("sdgs", "", "Choose the Sustainable Development Goals it serves, or tell why none applies.")],
        ),
        ({"relevance_source": ""}, [("relevance_source", "", "Choose where the need became known.")]),
        ({"guidance": {}}, [("guidance", "", "Tell where a learner gets guidance.")]),
        ({"fee_eur": None}, [("fee_eur", "", "Tell the fee; 0 when it is free of charge.")]),
    ],
)
def test_own_rules_warn_and_block_only_where_the_institution_says_so(fields, expected):
    """[J] of domain.md 3.1."""
    version = OfferingVersionFactory()

    open_to_review, strict = _remarks(version, **fields), _remarks(version, own=True, **fields)

    assert (said(open_to_review.warnings), open_to_review.reasons) == (expected, ())
    assert (said(strict.reasons), strict.warnings) == (expected, ())


def test_external_audit_only_warns():
    """M11: the audit record itself comes later."""
    checklist = _remarks(quality_assurance_types=["external_institutional_audit"], own=True)

    assert (checklist.ready, [one.weight for one in checklist.warnings]) == (True, [Weight.NOTE])


def test_swedish_offering_needs_swedish_and_english():
    """Rule 16; the remaining national language is a warning."""
    checklist = _remarks(primary_language="sv", guidance={"fi": "Ohjaus"})

    assert said(checklist.reasons) == [
        ("guidance", "sv", "Guidance contact: missing in Swedish."),
        ("guidance", "en", "Guidance contact: missing in English."),
    ]


def test_offering_taught_in_english_alone_needs_english_only():
    """Rule 16."""
    checklist = _remarks(primary_language="en", teaching_languages=["en"], guidance={"en": "Guidance"})

    assert (checklist.ready, [one.language for one in checklist.warnings]) == (True, ["fi", "sv"])


def test_same_title_in_a_draft_warns_and_in_review_blocks():
    """M2: unique per institution; two drafts may still wait side by side (journey 5.1/1)."""
    institution = InstitutionFactory()
    title = texts("Sama nimi")
    mine = OfferingVersionFactory(offering__institution=institution, title=title)
    OfferingVersionFactory(offering__institution=institution, offering__code="X-MC-2026-001", title=title)
    OfferingVersionFactory(
        offering__institution=institution, offering__code="X-MC-2026-002", title=title, status="submitted"
    )

    with translation.override("en"):
        checklist = elements.of(version=mine)

    assert said(checklist.reasons) == [("title", "", "X-MC-2026-002 has the same title.")]
    assert said(checklist.warnings) == [("title", "", "X-MC-2026-001 has the same title.")]


def test_same_title_elsewhere_or_ended_is_no_matter():
    title = texts("Sama nimi")
    mine = OfferingVersionFactory(title=title)
    OfferingVersionFactory(title=title)
    OfferingVersionFactory(title=title, offering__institution=mine.offering.institution, status="rejected")

    assert elements.of(version=mine).ready


def test_stored_checklist_costs_a_fixed_number_of_queries(django_assert_num_queries):
    version = OfferingVersionFactory()

    with django_assert_num_queries(3):
        elements.of(version=version)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"title": {"fi": "Nimi suomeksi", "sv": "Namn"}}, "Nimi puuttuu englanniksi."),
        ({"country": ""}, "Valitse maa."),
        ({"awarding_bodies": []}, "Valitse vähintään yksi myöntäjä."),
        ({"ects": None}, "Laajuus on 1–60 op."),
        ({"ects": Decimal("7.3")}, "Laajuus annetaan 0,5 op:n tarkkuudella."),
        ({"eqf_level": None}, "Valitse taso."),
        ({"assessment_criteria": {}}, "Kuvaa arviointikriteerit."),
        ({"participation_modes": ["blended"]}, "Paikkakunta puuttuu."),
        ({"quality_assurance": {}}, "Laadunvarmistuksen kuvaus puuttuu."),
        ({"fee_eur": Decimal(80), "fee_rule": ""}, "Enintään 75 € (15 €/op)."),
        ({"rdi": {"tki_ects": 6}}, "TKI-osuus ei voi ylittää laajuutta."),
    ],
)
def test_texts_in_finnish_are_those_of_the_specification(fields, expected):
    """domain.md 3.1 and 5.1, word by word."""
    version = OfferingVersionFactory()
    for name, value in fields.items():
        setattr(version, name, value)

    with translation.override("fi"):
        checklist = elements.checklist(
            version=version, outcomes=three(), institution=version.offering.institution
        )

    assert checklist.reasons[0].text == expected


def test_missing_skill_outcome_is_asked_for_in_finnish():
    """M6."""
    version = OfferingVersionFactory()

    with translation.override("fi"):
        checklist = elements.checklist(
            version=version,
            outcomes=[outcome(Kind.KNOWLEDGE), outcome(Kind.COMPETENCE), outcome(Kind.COMPETENCE)],
            institution=version.offering.institution,
        )

    assert [one.text for one in checklist.warnings] == ["Lisää vähintään yksi taitotavoite."]


@pytest.mark.django_db
def test_namesakes_do_not_differ_by_capitals():
    """The same on both databases, whose LIKE sees ä and Ä differently."""
    one = OfferingVersionFactory(title={"fi": "Ääni (ja kuva)"})
    institution = one.offering.institution
    other = OfferingVersionFactory(offering__institution=institution, title={"fi": "ÄÄNI (JA KUVA)"})

    found = elements.namesakes(version=one, institution=institution)

    assert found == [(other.offering.code, "draft")]


@pytest.mark.django_db
@pytest.mark.parametrize("gap", [{"nqf_level": None}, {"summary": {}}, {"teaching_languages": []}])
def test_what_a_credential_must_carry_blocks_review(gap):
    """A frozen version without it could never be issued (credentials.award)."""
    version = OfferingVersionFactory(**gap)

    assert [remark.field for remark in elements.of(version=version).reasons] == list(gap)
