"""The demo data: complete, dated around the day of loading, loaded once (issue A item 10; domain.md 7)."""

from datetime import date, datetime

import pytest

from credentials.models import Attainment, Learner
from quality import rules
from quality.actions import cycles, deciding, demo, panels
from quality.models import (
    Decision,
    FieldComment,
    Finding,
    PanelMember,
    Rating,
    ReviewCycle,
    SelfAssessment,
    Snapshot,
)
from registry import elements
from registry.actions import codelists, imports, offerings
from registry.models import (
    Code,
    Contact,
    Institution,
    LearningOutcome,
    Membership,
    Offering,
    OfferingVersion,
    Pathway,
    Realisation,
    SearchText,
    Statement,
    TrailEntry,
    User,
)

pytestmark = pytest.mark.django_db

# Ten days after the file's own "today".
AT = datetime(2026, 12, 2, 10, tzinfo=imports.HELSINKI)
MODELS = [
    Attainment, Code, Contact, Decision, FieldComment, Finding, Institution, Learner, LearningOutcome,
    Membership, Offering, OfferingVersion, PanelMember, Pathway, Rating, Realisation, ReviewCycle,
    SelfAssessment, Snapshot, Statement, TrailEntry, User,
]  # fmt: skip


@pytest.fixture(scope="module")
def loaded(made_once):
    with made_once(lambda: demo.load(at=AT)):
        yield


def version(code, number=1):
    return OfferingVersion.objects.get(offering__code=code, number=number)


def rows():
    return demo.read(name="example_offerings.json")


@pytest.mark.usefixtures("loaded")
def test_load_brings_every_institution_and_offering():
    """A-10: all 24 AMKs are selectable."""
    assert (Institution.objects.count(), Offering.objects.count(), OfferingVersion.objects.count()) == (
        24,
        12,
        13,
    )


@pytest.mark.usefixtures("loaded")
def test_load_again_on_a_later_day_adds_and_changes_nothing():
    before = {model: list(model.objects.order_by("pk").values()) for model in MODELS}

    demo.load(at=datetime(2027, 1, 15, 10, tzinfo=imports.HELSINKI))

    assert {model: list(model.objects.order_by("pk").values()) for model in MODELS} == before


@pytest.mark.usefixtures("loaded")
def test_load_moves_every_date_by_the_same_days():
    oamk = version("OAMK-MC-2026-001")
    realisation = oamk.realisations.get(key="R1")

    assert (
        oamk.published_at,
        realisation.starts_on,
        realisation.ends_on,
        realisation.enrol_by,
        oamk.statements.get().check_due_on,
    ) == (
        datetime(2026, 1, 25, 9, tzinfo=imports.HELSINKI),
        date(2026, 2, 11),
        date(2027, 1, 10),
        date(2026, 12, 10),
        date(2027, 1, 25),
    )


@pytest.mark.usefixtures("loaded")
def test_load_gives_every_version_its_status_and_people():
    """Rule 12: who wrote it, who approved it and who published it are three people."""
    statuses = {
        f"{row.offering.code}.v{row.number}": row.status
        for row in OfferingVersion.objects.select_related("offering")
        if row.status != "published"
    }
    published = OfferingVersion.objects.filter(published_at__isnull=False)

    assert statuses == {
        "SEAMK-MC-2025-004.v1": "superseded",
        "DIAK-MC-2026-011.v1": "in_review",
        "CENTRIA-MC-2026-012.v1": "changes_requested",
    }
    assert [len({row.submitted_by_id, row.approved_by_id, row.published_by_id}) for row in published] == [
        3
    ] * 11


@pytest.mark.usefixtures("loaded")
def test_load_points_the_offering_to_its_published_version():
    assert {
        offering.code: offering.published and offering.published.number for offering in Offering.objects.all()
    } == {
        row["code"]: row["version"] if row["status"] == "published" else None for row in rows()["offerings"]
    }


@pytest.mark.usefixtures("loaded")
def test_load_keeps_the_earlier_version_as_it_was():
    """Rule 2: v1 has its own scale, assessment and validity, and v2's unchanged texts."""
    first, second = version("SEAMK-MC-2025-004"), version("SEAMK-MC-2025-004", 2)

    assert (first.grading_scale, first.validity_months, first.assessment_types, first.superseded_at) == (
        "0-5",
        12,
        ["assignment"],
        second.published_at,
    )
    assert (first.title, [row.text for row in first.outcomes.order_by("order")]) == (
        second.title,
        [row.text for row in second.outcomes.order_by("order")],
    )


@pytest.mark.usefixtures("loaded")
def test_load_stores_only_codes_that_a_list_knows():
    """Words of the file such as "verkko-opetus" become codes with labels in three languages."""
    known = {row["list"]: {code["code"] for code in row["codes"]} for row in codelists.read()}
    unknown = [
        (row.pk, field, value)
        for row in OfferingVersion.objects.all()
        for field, code_list in OfferingVersion.CODE_LISTS.items()
        for value in _as_list(getattr(row, field))
        if str(value) not in known[code_list]
    ]
    funding = {source["type"] for row in OfferingVersion.objects.all() for source in row.funding}

    assert (unknown, funding - known["funding_type"]) == ([], set())


def _as_list(value):
    return value if isinstance(value, list) else [value] if value else []


@pytest.mark.usefixtures("loaded")
def test_load_passes_every_field_check():
    for row in OfferingVersion.objects.all():
        row.full_clean()


@pytest.mark.usefixtures("loaded")
def test_load_leaves_nothing_to_complete_in_published_versions():
    """C-02: every element of the version is complete; CENTRIA's open reason is its size (rule 4)."""
    open_reasons = {
        row.offering.code: [remark.field for remark in elements.of(version=row).reasons]
        for row in OfferingVersion.objects.order_by("offering__code", "number")
    }

    assert {code: fields for code, fields in open_reasons.items() if fields} == {
        "CENTRIA-MC-2026-012": ["size_justification"]
    }


@pytest.mark.usefixtures("loaded")
def test_load_keeps_the_hash_of_what_was_approved():
    approved = OfferingVersion.objects.filter(approved_at__isnull=False)

    assert [row.content_hash for row in approved] == [offerings.content_hash(row) for row in approved]


@pytest.mark.usefixtures("loaded")
def test_load_shows_the_published_versions_in_search():
    indexed = SearchText.objects.filter(language="en").values_list("version__offering__code", flat=True)

    assert sorted(indexed) == sorted(
        row["code"] for row in rows()["offerings"] if row["status"] == "published"
    )


@pytest.mark.usefixtures("loaded")
def test_load_writes_one_statement_for_each_published_version():
    """The statement names its round and was decided before publication; a Check writes another."""
    checked = OfferingVersion.objects.get(cycles__status="act")
    statements = Statement.objects.select_related("version")
    assert statements.filter(version=checked).count() == 2
    statements = statements.exclude(version=checked)

    published = OfferingVersion.objects.filter(published_at__isnull=False).exclude(pk=checked.pk)
    assert sorted(row.version_id for row in statements) == sorted(published.values_list("pk", flat=True))
    rounds = {row.uid: row.version for row in ReviewCycle.objects.select_related("version")}
    assert [row for row in statements if rounds[row.review_id] != row.version] == []
    assert [row for row in statements if row.decided_on >= row.version.published_at.date()] == []


@pytest.mark.usefixtures("loaded")
def test_load_opens_the_rounds_that_are_under_way():
    """Domain 6.7: DIAK waits for its panel, CENTRIA has two reasons to answer."""
    diak, centria = (cycles.current(version(code)) for code in ("DIAK-MC-2026-011", "CENTRIA-MC-2026-012"))

    assert (diak.status, diak.due_on, diak.opened_at.date(), diak.comments.count()) == (
        "plan_review",
        date(2026, 12, 17),
        date(2026, 11, 19),
        0,
    )
    assert (centria.status, centria.due_on) == ("plan_returned", date(2026, 12, 14))
    assert list(centria.comments.order_by("pk").values_list("field", "language", "answer")) == [
        ("size_justification", "fi", ""),
        ("assessment_criteria", "fi", ""),
    ]


@pytest.mark.usefixtures("loaded")
def test_load_decides_every_published_plan_by_a_whole_panel():
    """T3, T7: nobody judged their own plan, every principle was assessed and rated, nothing insufficient."""
    decided = [cycle for cycle in ReviewCycle.objects.select_related("version") if cycle.version.published_at]

    assert len(decided) == 11
    for cycle in decided:
        assert (panels.faults(cycle, "plan"), deciding.why_not_pass(plan_of(cycle), "plan")) == ([], [])
        assert cycles.unassessed(cycle, "plan") == []
        decision = cycle.decisions.get(stage="plan")
        assert (decision.outcome, decision.content_hash) == ("approved", cycle.version.content_hash)
        chair = panels.members(cycle, "plan")[0].user
        assert (decision.decided_by, cycle.version.authors.filter(pk=chair.pk).exists()) == (chair, False)


def plan_of(cycle: ReviewCycle) -> ReviewCycle:
    """Without the findings of the Check that followed."""
    Finding.objects.all().delete()
    return cycle


@pytest.mark.usefixtures("loaded")
def test_load_names_the_panel_of_the_plan_that_is_read():
    """Domain 6.7: DIAK has its panel of three, whose ratings are empty."""
    cycle = cycles.current(version("DIAK-MC-2026-011"))

    sitting = panels.members(cycle, "plan")
    assert (panels.faults(cycle, "plan"), Rating.objects.filter(member__in=sitting).count()) == ([], 0)
    assert [(one.seat, one.organisation) for one in sitting] == [
        ("chair", ""),
        ("peer", "Savonia"),
        ("working_life", "DEMO lastensuojeluyksikkö"),
    ]


@pytest.mark.usefixtures("loaded")
def test_load_keeps_the_check_with_its_ratings_and_findings():
    """Domain 6.7: SAVONIA is in corrective action, Q4 insufficient with its finding."""
    cycle = cycles.current(version("SAVONIA-MC-2025-008"))

    grades = rules.lowest(cycle, "check", reading=1)
    assert (cycle.status, cycle.due_on) == ("act", date(2026, 12, 3))
    assert (grades["valid_assessment"], grades["quality"], grades["portable"]) == (1, 2, 3)
    assert list(cycle.findings.order_by("due_on").values_list("severity", "due_on", "status")) == [
        ("major", date(2026, 12, 3), "open"),
        ("minor", date(2027, 4, 2), "open"),
    ]


@pytest.mark.usefixtures("loaded")
def test_load_names_contacts_from_the_institutions_own_people():
    """A-04: study affairs, teaching and RDI are named; nobody is made up for it."""
    people = {row["email"]: row["name"] for row in demo.read(name="demo_people.json")["people"]}
    contacts = Contact.objects.all()

    assert {offering.contacts.count() for offering in Offering.objects.all()} == {3}
    assert [one for one in contacts if people[one.email] != one.name] == []


@pytest.mark.usefixtures("loaded")
def test_load_keeps_the_rule_set_that_the_offerings_were_approved_under():
    """C-04: complete under their own set; under the newer one each needs a re-check and stays published."""
    published = OfferingVersion.objects.filter(status="published")

    assert {row.rule_set for row in OfferingVersion.objects.all()} == {"eu-2022/1"}
    assert [row for row in published if not elements.of(version=row).ready] == []
    assert [row for row in published if not elements.to_recheck(version=row, rule_set="eu-2022/2")] == []


@pytest.mark.usefixtures("loaded")
def test_load_says_in_the_trail_that_rows_were_imported():
    assert set(TrailEntry.objects.values_list("verb", "by", "at")) == {("imported", None, AT)}


@pytest.mark.usefixtures("loaded")
def test_load_makes_people_of_every_role_who_can_sign_in():
    people = demo.read(name="demo_people.json")["people"]
    user = User.objects.get(email="author@seamk.example")

    assert user.check_password("osaaminen-demo")
    assert set(Membership.objects.values_list("role", flat=True)) == set(Membership.Role.values)
    assert User.objects.count() == len(people)


@pytest.mark.usefixtures("loaded")
def test_load_gives_each_learner_one_account_and_a_record_per_institution():
    """Test learner OIDs only (domain 3.5), and L2 has the safety prohibition (rule 11)."""
    records = Learner.objects.order_by("user__email", "institution__code")

    assert list(records.values_list("user__email", "institution__code", "has_safety_prohibition")) == [
        ("aino.esimerkki@example.com", "KAMK", False),
        ("aino.esimerkki@example.com", "OAMK", False),
        ("bjorn.exempel@example.com", "NOVIA", True),
        ("kaisa.testinen@example.com", "SEAMK", False),
        ("kaisa.testinen@example.com", "VAMK", False),
        ("mikko.malli@example.com", "KARELIA", False),
        ("mikko.malli@example.com", "VAMK", False),
        ("sara.sample@example.com", "NOVIA", False),
        ("sara.sample@example.com", "SAVONIA", False),
    ]
    assert [row for row in records if not row.learner_oid.startswith("1.2.246.562.98.")] == []


@pytest.mark.usefixtures("loaded")
def test_to_issue_names_every_credential_of_the_file_with_moved_dates():
    items = demo.to_issue()
    revoked = next(item for item in items if item.revoked_at)

    assert [item.key for item in items] == ["C4", "C5", "C6", "C1", "C7", "C8", "C2", "C3", "C9"]
    assert [item.key for item in items if item.is_shared] == ["C1"]
    assert (revoked.key, revoked.revoked_at, revoked.revocation_reason) == (
        "C5",
        datetime(2025, 12, 29, 12, tzinfo=imports.HELSINKI),
        "assessment_error",
    )
    assert Code.objects.filter(list="revocation_reason", code=revoked.revocation_reason).exists()


@pytest.mark.usefixtures("loaded")
def test_to_issue_never_comes_before_publication_or_completion():
    """M5: the day of issue is not before the completion nor before the version was published."""
    early = [
        item.key
        for item in demo.to_issue()
        if item.issued_at < item.attainment.version.published_at
        or item.issued_at.date() < item.attainment.completed_on
    ]

    assert early == []


@pytest.mark.usefixtures("loaded")
def test_load_publishes_the_four_pathways_with_their_keepers():
    """C-14: what awards nothing is kept by the institution of its first offering."""
    found = {
        row.code: (row.institution.code, row.awarding_body and row.awarding_body.code, row.offerings.count())
        for row in Pathway.objects.published().select_related("institution")
    }

    assert found == {
        "PATH-AI-16": ("JAMK", "JAMK", 3),
        "PATH-GREEN-15": ("SEAMK", "SEAMK", 2),
        "PATH-DIGICARE-8": ("NOVIA", "NOVIA", 2),
        "PATH-ENG-ENTRY": ("KARELIA", None, 2),
    }
