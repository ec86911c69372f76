"""Nothing of the demo's files is dropped: every field of them, where it went, and what stands there
(issue B, Shows; domain 7).

A table says by path of the file how the stored rows tell the same, in the file's own words. A text
instead of a function says why a field is no data of the register. A field that no table names fails.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

import pytest
from django.test import Client

from credentials.award import HELSINKI
from credentials.models import Attainment, Learner
from quality import criteria, rules
from quality.actions import demo, panels
from quality.models import Finding, IndicatorTarget, PanelMember, Rating, ReviewCycle
from quality.reviews import stage_of
from registry.actions import codelists
from registry.models import (
    Code,
    Institution,
    Membership,
    Offering,
    OfferingVersion,
    Pathway,
    Realisation,
    User,
)
from registry.models.texts import LANGUAGES

pytestmark = [pytest.mark.django_db, pytest.mark.once]  # the file says the same on every database
# Ten days after the file's own "today": every date is ten days later.
MOVED = timedelta(days=10)
AT = datetime(2026, 12, 2, 10, tzinfo=HELSINKI)
ABOUT_THE_FILE = "not registry data: tells readers of the file what it is"
ROUNDS = "summed by institution: tests/quality/test_indicators.py"
RECOGNITION = "not registry data: used by recognition, after issuing"
NETWORK = "not registry data: used by agreements, audits and needs of the quality work"


# In the file's words


def day(value: date | datetime | None) -> str | None:
    if value is None:
        return None
    own = value.astimezone(HELSINKI).date() if isinstance(value, datetime) else value
    return (own - MOVED).isoformat()


def number(value) -> int | float | None:
    return None if value is None else int(value) if value == int(value) else float(value)


def word(code_list: str, code: str) -> str:
    """The word that the file has for a code of ours."""
    words = {ours: theirs for theirs, ours in codelists.aliases()[code_list].items()}
    return words.get(code, code)


def label(code_list: str, code) -> dict:
    return Code.objects.get(list=code_list, code=str(code)).label


def origin(version: OfferingVersion) -> str:
    pair = ["degree_derived", "new_design"]
    return "degree_derived_and_new" if version.origins == pair else ",".join(version.origins)


def outcomes(version: OfferingVersion) -> list[dict]:
    return [
        {"kind": one.kind, **one.text, "skill_keywords": one.skill_keywords}
        for one in version.outcomes.order_by("order")
    ]


def funding(version: OfferingVersion) -> list[dict]:
    return [{**one, "type": word("funding_type", one["type"])} for one in version.funding]


def key_of(learner: Learner) -> str:
    keys = {row["learner_oid_test"]: row["key"] for row in rows()["learners"]}
    return keys[learner.learner_oid]


def rows() -> dict:
    return demo.read(name="example_offerings.json")


def check_due(version: OfferingVersion) -> str | None:
    """As it was stated at publication; a Check that has been made since states the next one."""
    statement = version.statements.order_by("pk").first()
    return day(statement.check_due_on) if statement else None


def is_in_ripa(version: OfferingVersion) -> bool:
    rows = Client().get("/api/v1/exports/ripa.json").json()
    return version.offering.code in {row["code"] for row in rows}


def pathways_of(version: OfferingVersion) -> list[str]:
    return list(version.offering.pathways.order_by("code").values_list("code", flat=True))


def unchanged(version: OfferingVersion) -> list[str]:
    """Which of the texts that the file calls unchanged are so in the version that superseded this one."""
    later = version.offering.versions.get(number=version.number + 1)
    said = {
        "title": lambda v: v.title,
        "summary": lambda v: v.summary,
        "learning_outcomes": outcomes,
        "participation": lambda v: (v.participation_modes, v.teaching_times, v.locations),
        "languages": lambda v: v.teaching_languages,
        "prerequisites": lambda v: v.prerequisites,
    }
    return [name for name, tell in said.items() if tell(version) == tell(later)]


# Where each field went

INSTITUTION = {
    "code": lambda row: row.code,
    "oppilaitosnumero": lambda row: row.oppilaitosnumero,
    "name": lambda row: row.name,
    "short_name": lambda row: row.short_name,
    "city": lambda row: row.city,
    "domain": lambda row: row.domain,
    "main_language": lambda row: row.main_language,
    "pinko_partner": lambda row: row.is_pinko_partner,
    "organisation_oid": lambda row: row.organisation_oid or None,
}

ASSESSMENT = {
    "assessment.types": lambda v: v.assessment_types,
    "assessment.description": lambda v: v.assessment_description,
    "assessment.criteria": lambda v: v.assessment_criteria,
}

VERSION = {
    "version": lambda v: v.number,
    "status": lambda v: v.status,
    "published_on": lambda v: day(v.published_at),
    "grading_scale": lambda v: v.grading_scale,
    "validity_months": lambda v: v.validity_months,
    "ects": lambda v: number(v.ects),
    "eqf_level": lambda v: v.eqf_level,
    **ASSESSMENT,
}

PREVIOUS = {**VERSION, "superseded_on": lambda v: day(v.superseded_at), "unchanged": unchanged}

OFFERING = {
    **VERSION,
    "code": lambda v: v.offering.code,
    "lead": lambda v: v.offering.institution.code,
    "next_check_due": check_due,
    "awarding_bodies": lambda v: v.awarding_bodies,
    "partners": lambda v: v.partners,
    "title": lambda v: v.title,
    "summary": lambda v: v.summary,
    "education_form": lambda v: word("education_form", v.education_form),
    "origin": origin,
    "qf_ehea_cycle": lambda v: v.ehea_cycle,
    "nqf_level": lambda v: v.nqf_level,
    "level_is_indicative": lambda v: "(viitteellinen)" in str(v._meta.get_field("eqf_level").verbose_name),
    "competence_level": lambda v: word("competence_level", v.competence_level),
    "learning_outcomes": outcomes,
    "identity.code": lambda v: v.identity_verification,
    "identity.label": lambda v: label("identity_verification", v.identity_verification),
    "participation.modes": lambda v: [word("participation_mode", one) for one in v.participation_modes],
    "participation.teaching_time": lambda v: ",".join(word("teaching_time", one) for one in v.teaching_times),
    "participation.locations": lambda v: v.locations,
    "languages": lambda v: v.teaching_languages,
    "primary_language": lambda v: v.primary_language,
    "prerequisites": lambda v: v.prerequisites,
    "stackability.type": lambda v: v.stackability,
    "stackability.pathways": pathways_of,
    "stackability.towards": lambda v: v.stackability_towards,
    "quality_assurance.types": lambda v: v.quality_assurance_types,
    "quality_assurance.description": lambda v: v.quality_assurance,
    "quality_assurance.additional": lambda v: v.quality_assurance_additional,
    "target_group": lambda v: v.target_group,
    "relevance": lambda v: v.relevance,
    "relevance_source": lambda v: v.relevance_source,
    "sdgs": lambda v: [int(goal) for goal in v.sdgs],
    "funding": funding,
    "fee_eur": lambda v: number(v.fee_eur),
    "fee_rule": lambda v: word("fee_rule", v.fee_rule),
    "badge.enabled": lambda v: bool(v.badge_name),
    "badge.name": lambda v: v.badge_name,
    "guidance": lambda v: v.guidance,
    "country": lambda v: v.country,
    "workload_hours": lambda v: v.workload_hours,
    "virta": lambda v: v.virta,
    "isced_f.narrow": lambda v: v.isced_f,
    "isced_f.label": lambda v: label("isced_f", v.isced_f),
    "okm_guidance_area.code": lambda v: int(v.okm_field),
    "okm_guidance_area.label": lambda v: label("okm_field", v.okm_field),
    "is_pieni_osaamiskokonaisuus": lambda v: v.is_micro_credential,
    "cross_institution.network": lambda v: v.network,
    "cross_institution.ripa": is_in_ripa,
    "cross_institution.free_for": lambda v: [word("free_for", one) for one in v.free_for],
    "supersedes_version": lambda v: v.offering.versions.get(status="superseded").number,
    "version_note": lambda v: v.version_note,
    "rdi": lambda v: v.rdi,
    "alliance": lambda v: v.network,
    "indicators": ROUNDS,
    "review_note": "not registry data: repeats what the reviews of the file say",
}

REALISATION = {
    "id": lambda row: row.key,
    "starts": lambda row: day(row.starts_on),
    "ends": lambda row: day(row.ends_on),
    "enrol_by": lambda row: day(row.enrol_by),
    "places": lambda row: row.places,
    "offering": lambda row: row.version.offering.code,
    "enrolment": lambda row: row.enrolment,
    "enrolment_url": lambda row: row.enrolment_url,
    "enrol_from": lambda row: day(row.enrol_from),
    "is_planned": lambda row: row.status == Realisation.Status.PLANNED,
    "price_eur": lambda row: number(row.price_eur),
    "languages": lambda row: row.languages,
    "locations": lambda row: row.locations,
    "note": lambda row: row.note,
}

PATHWAY = {
    "code": lambda row: row.code,
    "model": lambda row: row.model,
    "name": lambda row: row.name,
    "awarding_body": lambda row: row.awarding_body and row.awarding_body.code,
    "composite_credential": lambda row: row.is_composite,
    "total_ects": lambda row: number(row.total_ects),
    "rule": lambda row: row.rule,
    "ordered": lambda row: row.is_ordered,
    "counts_towards": lambda row: row.counts_towards or None,
}

PERSON = {
    "email": lambda row: row.email,
    "password": lambda row: "osaaminen-demo" if row.check_password("osaaminen-demo") else "",
    "name": lambda row: row.name,
    "language": lambda row: row.language,
    "role": lambda row: row.memberships.get().role if row.memberships.exists() else "learner",
    "institution": lambda row: row.memberships.get().institution.code if row.memberships.exists() else None,
    "learner": lambda row: key_of(row.learner_records.first()),
    "birth_date": lambda row: row.learner_records.first().birth_date.isoformat(),
}

LEARNER = {
    "key": key_of,
    "first_name": lambda row: row.given_names,
    "last_name": lambda row: row.family_name,
    "language": lambda row: row.language,
    "turvakielto": lambda row: row.has_safety_prohibition,
    "learner_oid_test": lambda row: row.learner_oid,
}

CREDENTIAL = {
    "key": lambda item: item.key,
    "learner": lambda item: key_of(item.attainment.learner),
    "offering": lambda item: item.attainment.version.offering.code,
    "version": lambda item: item.attainment.version.number,
    "issued_on": lambda item: day(item.issued_at),
    "completed_on": lambda item: day(item.attainment.completed_on),
    "grade": lambda item: item.attainment.grade,
    "shared": lambda item: item.is_shared,
    "revoked_on": lambda item: day(item.revoked_at),
    "revocation_reason": lambda item: item.revocation_reason,
    "expires_on": "derived when the worker issues it: test_credential_of_the_demo_expires_as_the_file_says",
    "status_on_2026_11_22": "derived from the credential's own state: tests/flows/test_demo_command.py",
    "replaced_by": RECOGNITION,
    "recognised_in": RECOGNITION,
    "note": ABOUT_THE_FILE,
}


def goal(one: IndicatorTarget) -> dict:
    """A goal in the file's words; a range has two numbers."""
    value = number(one.value) if one.highest is None else [number(one.value), number(one.highest)]
    return {"year": one.year, "value": value}


TARGET = {
    "alliance": lambda rows: {one.network for one in rows}.pop(),
    "indicator": lambda rows: {one.indicator for one in rows}.pop(),
    "unit": "of the indicator itself: quality/data/indicators.json",
    "baseline": lambda rows: next((goal(one) for one in rows.filter(kind="baseline")), None),
    "targets": "each of them: test_goals_of_the_file_are_kept",
    "source": lambda rows: {one.source for one in rows}.pop(),
}


def seat(one: PanelMember) -> dict:
    """A member of a panel in the file's words."""
    if one.seat == "chair":
        return {"role": "chair", "area": "quality"}
    if one.seat == "peer":
        return {"role": "peer", "institution": Institution.objects.get(short_name=one.organisation).code}
    return {"role": one.seat, "organisation": one.organisation}


def grade(cycle: ReviewCycle, principle: str) -> str:
    given = rules.lowest(cycle, stage_of(cycle), reading=cycle.round)
    return Rating.Grade(given[principle]).name.lower()


def finding(number: int, one: Finding) -> dict:
    said = {
        "key": f"F{number}",
        "severity": one.severity,
        "principle": one.principle,
        "text": one.text,
        "due": day(one.due_on),
        "status": one.status,
    }
    return said | ({"action": one.action} if one.action else {})


REVIEW = {
    "offering": lambda cycle: cycle.offering.code,
    "cycle": lambda cycle: cycle.number,
    "check_due": lambda cycle: day(cycle.check_due_on),
    "overdue": lambda cycle: cycle.check_due_on < AT.date(),
    "due_soon": lambda cycle: timedelta(0) <= cycle.check_due_on - AT.date() <= timedelta(days=60),
    "submitted_on": lambda cycle: day(cycle.version.submitted_at),
    "review_due": lambda cycle: day(cycle.due_on),
    "resubmit_by": lambda cycle: day(cycle.due_on),
    "returned_on": lambda cycle: day(cycle.decisions.get(outcome="returned").decided_at),
    "reasons": "the text of each in the main language is a comment: test_reasons_of_the_return_are_comments",
    "state": lambda cycle: cycle.status.upper(),
    "phase_entered": lambda cycle: day(cycle.decided_at),
    "panel": lambda cycle: [seat(one) for one in panels.members(cycle, stage_of(cycle))],
    **{
        f"ratings.{one.key}": lambda cycle, key=one.key: grade(cycle, key)
        for one in criteria.read()[criteria.DEFAULT].principles
    },
    "findings": lambda cycle: [
        finding(number, one) for number, one in enumerate(cycle.findings.order_by("due_on"), 1)
    ],
    "note": ABOUT_THE_FILE,
}

FILE = {
    "schema": ABOUT_THE_FILE,
    "as_of": "derived: every date is moved from that day to the day of loading, as `day` shows",
    "disclaimer": ABOUT_THE_FILE,
    "notes": ABOUT_THE_FILE,
    "recognition_applications": RECOGNITION,
    "partnership_agreements": NETWORK,
    "skill_needs": NETWORK,
    "audits": NETWORK,
}


# The walk

Table = dict[str, Callable | str]


def compared(*, value: dict, row, table: Table, at: str, path: str = "") -> Iterable[tuple]:
    """(place, what the file says, what is stored) for each field, or None where no table names it."""
    for name, said in value.items():
        own = f"{path}{name}"
        if callable(table.get(own)):
            yield f"{at}.{own}", said, table[own](row)
        elif own not in table and isinstance(said, dict):
            yield from compared(value=said, row=row, table=table, at=at, path=f"{own}.")
        elif own not in table:
            yield f"{at}.{own}", said, "named by no table"


def version(code: str, number: int) -> OfferingVersion:
    return OfferingVersion.objects.get(offering__code=code, number=number)


def of_offering(row: dict) -> Iterable[tuple]:
    code, own = row["code"], version(row["code"], row["version"])
    lists = {"realisations", "previous_versions"}
    whole = {name: said for name, said in row.items() if name not in lists}
    yield from compared(value=whole, row=own, table=OFFERING, at=code)
    for said in row["realisations"]:
        run = own.realisations.get(key=said["id"])
        yield from compared(value=said, row=run, table=REALISATION, at=f"{code}.realisations")
    for said in row.get("previous_versions", []):
        older = version(code, said["version"])
        yield from compared(value=said, row=older, table=PREVIOUS, at=f"{code}.previous")


def of_file(data: dict) -> Iterable[tuple]:
    found = {
        "institutions": (INSTITUTION, lambda row: [Institution.objects.get(code=row["code"])]),
        "pathways": (PATHWAY, lambda row: [Pathway.objects.get(code=row["code"])]),
        "learners": (LEARNER, lambda row: Learner.objects.filter(learner_oid=row["learner_oid_test"])),
        "issued_credentials": (
            CREDENTIAL,
            lambda row: [one for one in demo.to_issue() if one.key == row["key"]],
        ),
        "indicator_targets": (
            TARGET,
            lambda row: [IndicatorTarget.objects.filter(indicator=row["indicator"], theme="")],
        ),
        "reviews": (
            REVIEW,
            lambda row: ReviewCycle.objects.filter(offering__code=row["offering"], number=row["cycle"]),
        ),
    }
    for name, value in data.items():
        if name == "offerings":
            for row in value:
                yield from of_offering(row)
        elif name in found:
            table, find = found[name]
            for row in value:
                for one in find(row):
                    yield from compared(value=row, row=one, table=table, at=f"{name}[{one}]")
        else:
            yield from compared(value={name: value}, row=None, table=FILE, at="file")


@pytest.fixture(scope="module")
def loaded(made_once):
    with made_once(lambda: demo.load(at=AT)):
        yield


@pytest.mark.usefixtures("loaded")
def test_every_field_of_the_offerings_file_is_kept_or_said_not_to_be_ours():
    """12 offerings in 13 versions, 4 pathways, their realisations: each value as the file gives it."""
    checked = list(of_file(rows()))

    assert [one for one in checked if one[1] != one[2]] == []
    assert (Offering.objects.count(), OfferingVersion.objects.count(), Pathway.objects.count()) == (12, 13, 4)
    assert len(checked) > 1000


@pytest.mark.usefixtures("loaded")
def test_every_field_of_the_people_and_realisations_files_is_kept():
    people = demo.read(name="demo_people.json")["people"]
    runs = demo.read(name="demo_realisations.json")["realisations"]
    newest = {one.offering.code: one for one in Offering.objects.newest_versions().select_related("offering")}

    checked = [
        *(
            one
            for row in people
            for one in compared(
                value=row, row=User.objects.get(email=row["email"]), table=PERSON, at=row["email"]
            )
        ),
        *(
            one
            for row in runs
            for one in compared(
                value=row,
                row=newest[row["offering"]].realisations.get(key=row["id"]),
                table=REALISATION,
                at=row["offering"],
            )
        ),
    ]

    assert [one for one in checked if one[1] != one[2]] == []
    assert (User.objects.count(), Membership.objects.count()) == (90, 85)
    assert Realisation.objects.count() == len(runs) + sum(
        len(row["realisations"]) for row in rows()["offerings"]
    )


@pytest.mark.usefixtures("loaded")
def test_a_field_that_nobody_names_is_found():
    row = rows()["offerings"][0]
    changed = {**row, "ects": 2, "identity": {**row["identity"], "colour": "red"}, "mood": {"fi": "hyvä"}}

    found = [one for one in of_offering(changed) if one[1] != one[2]]

    assert found == [
        ("OAMK-MC-2026-001.ects", 2, 1),
        ("OAMK-MC-2026-001.identity.colour", "red", "named by no table"),
        ("OAMK-MC-2026-001.mood.fi", "hyvä", "named by no table"),
    ]


@pytest.mark.usefixtures("loaded")
def test_reasons_of_the_return_are_comments():
    """The comment is in the offering's main language, Finnish."""
    [row] = [one for one in rows()["reviews"] if "reasons" in one]
    cycle = ReviewCycle.objects.get(offering__code=row["offering"])

    assert [reason["fi"] for reason in row["reasons"]] == [
        one.text for one in cycle.comments.order_by("pk") if one.language == "fi"
    ]


@pytest.mark.usefixtures("loaded")
def test_credential_of_the_demo_expires_as_the_file_says():
    from credentials.award import valid_until

    said = {row["key"]: row["expires_on"] for row in demo.credential_rows()}

    assert {
        one.key: day(valid_until(one.attainment.version, issued_at=one.issued_at)) for one in demo.to_issue()
    } == said
    assert Attainment.objects.count() == len(said)


@pytest.mark.usefixtures("loaded")
def test_goals_of_the_file_are_kept():
    """I-04, I-05, I-06: with ranges and interim goals."""
    aimed = IndicatorTarget.objects.filter(network="3AMK", theme="").exclude(kind="baseline")
    said = {row["indicator"]: row["targets"] for row in rows()["indicator_targets"]}

    assert {name: [goal(one) for one in aimed.filter(indicator=name).order_by("year")] for name in said} == {
        name: [{"year": one["year"], "value": one["value"]} for one in targets]
        for name, targets in said.items()
    }


def test_texts_of_the_file_have_the_languages_of_the_register():
    assert {tuple(row["title"]) for row in rows()["offerings"]} == {LANGUAGES}
