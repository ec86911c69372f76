"""Imports of institutions, people, offerings and pathways from files; run again, they add nothing twice.

Decisions that were made elsewhere come in as they were: a version gets its status and dates as a whole
instead of walking through the workflow, and the trail says "imported" at the moment of the import, by nobody.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password
from django.db import transaction

from registry import catalogue, trail
from registry.actions import codelists, offerings, pathways
from registry.models import (
    Contact,
    Institution,
    LearningOutcome,
    Membership,
    Offering,
    OfferingVersion,
    Pathway,
    Realisation,
    User,
)

HELSINKI = ZoneInfo("Europe/Helsinki")
# The files give days; the moments of an imported history are set in this order of hours and days.
PREPARED = timedelta(days=60)
SUBMITTED = timedelta(days=35)
APPROVED = timedelta(days=7)
RULE_SET = "eu-2022/1"  # the decisions in the files were made under it
# One word in the file may stand for several codes.
ORIGINS = {"degree_derived_and_new": ["degree_derived", "new_design"]}

CONTACTS = {
    Contact.Function.STUDY_AFFAIRS: Membership.Role.ISSUER,
    Contact.Function.TEACHING: Membership.Role.AUTHOR,
    Contact.Function.RDI: Membership.Role.QUALITY,
}

Status = OfferingVersion.Status


def moment(day: date) -> datetime:
    """Nine in the morning in Finland."""
    return datetime.combine(day, time(9), tzinfo=HELSINKI)


@transaction.atomic
def load_institutions(*, rows: Iterable[dict]) -> None:
    for row in rows:
        Institution.objects.update_or_create(
            code=row["code"],
            defaults={
                "oppilaitosnumero": row["oppilaitosnumero"],
                "name": row["name"],
                "short_name": row["short_name"],
                "city": row["city"],
                "country": "AX" if row["domain"].endswith(".ax") else "FI",
                "domain": row["domain"],
                "main_language": row["main_language"],
                "is_pinko_partner": row["pinko_partner"],
                "organisation_oid": row["organisation_oid"] or "",
            },
        )
    catalogue.forget()


@transaction.atomic
def load_people(*, rows: Iterable[dict]) -> None:
    """Rows: {"email", "password", "name", "language", "role", "institution"}; no institution, no role.

    People who are there already keep their password and their language.
    """
    institutions = {row.code: row for row in Institution.objects.all()}
    hashes: dict[str, str] = {}  # hashing is slow on purpose; people with the same word share one hash
    for row in rows:
        password = hashes.get(row["password"]) or hashes.setdefault(
            row["password"], make_password(row["password"])
        )
        user, _created = User.objects.get_or_create(
            email=row["email"],
            defaults={"name": row["name"], "language": row["language"], "password": password},
        )
        if row["institution"]:
            Membership.objects.get_or_create(
                user=user, institution=institutions[row["institution"]], role=row["role"]
            )


@transaction.atomic
def load_offering(
    *, row: dict, moved: timedelta, at: datetime, submitted_on: date | None = None
) -> list[OfferingVersion]:
    """One offering with its versions, the row's dates shifted by `moved`. Returns the versions that are new.

    `submitted_on` (not shifted) is for a version that was sent to review and is not published yet. A version
    that is there already stays as it is: it is frozen, or somebody is writing it.
    """
    institution = Institution.objects.get(code=row["lead"])
    author = _person(institution=institution, role=Membership.Role.AUTHOR)
    histories = [_earlier(row=row, version=version) for version in row.get("previous_versions", [])] + [row]
    offering, is_new = Offering.objects.get_or_create(
        institution=institution,
        code=row["code"],
        defaults={"created_at": _created_at(row=histories[0], moved=moved, at=at), "created_by": author},
    )
    if is_new:
        _contacts(offering)
    have = set(offering.versions.values_list("number", flat=True))
    return [
        _version(offering=offering, row=history, moved=moved, at=at, submitted_on=submitted_on)
        for history in histories
        if history["version"] not in have
    ]


@transaction.atomic
def load_realisations(*, rows: Iterable[dict], moved: timedelta, at: datetime) -> None:
    """Further realisations of the newest versions; one that is there already stays as it is."""
    for row in rows:
        version = OfferingVersion.objects.filter(offering__code=row["offering"]).latest("number")
        if not version.realisations.filter(key=row["id"]).exists():
            _realisation(version=version, row=row, status=version.status, moved=moved, at=at).save()
    catalogue.forget()


@transaction.atomic
def load_pathways(*, rows: Iterable[dict]) -> None:
    """After the offerings: a pathway points to those its rule names.

    One without an awarding body is kept by the institution of its first offering.
    """
    for row in rows:
        rule = pathways.checked_rule(row["rule"], is_ordered=row["ordered"])
        named = list(Offering.objects.filter(code__in=rule.codes).select_related("institution"))
        first = min(named, key=lambda one: rule.codes.index(one.code))
        keeper = row["awarding_body"]
        fields = {
            "model": row["model"],
            "name": row["name"],
            "institution": Institution.objects.get(code=keeper) if keeper else first.institution,
            "is_composite": row["composite_credential"],
            "is_ordered": row["ordered"],
            "total_ects": row["total_ects"],
            "rule": row["rule"],
            "counts_towards": row["counts_towards"] or {},
        }
        pathway, _created = Pathway.objects.update_or_create(
            code=row["code"],
            defaults=fields,
            create_defaults={**fields, "status": Pathway.Status.PUBLISHED},
        )
        pathway.offerings.set(named)
    catalogue.forget()


def content(*, row: dict) -> dict:
    """The content fields of a version out of one row, words translated to our codes."""
    names = codelists.aliases()

    def code(code_list: str, word: str) -> str:
        return names[code_list].get(word, word)

    stackability, assurance, participation = (
        row["stackability"],
        row["quality_assurance"],
        row["participation"],
    )
    cross = row.get("cross_institution", {})
    return {
        "title": row["title"],
        "summary": row["summary"],
        "target_group": row["target_group"],
        "relevance": row["relevance"],
        "relevance_source": row["relevance_source"],
        "country": row["country"],
        "awarding_bodies": row["awarding_bodies"],
        "partners": row["partners"],
        "ects": Decimal(str(row["ects"])),
        "eqf_level": row["eqf_level"],
        "nqf_level": row["nqf_level"],
        "ehea_cycle": row["qf_ehea_cycle"],
        "competence_level": code("competence_level", row["competence_level"]),
        "education_form": code("education_form", row["education_form"]),
        "origins": ORIGINS.get(row["origin"], [row["origin"]]),
        "assessment_types": row["assessment"]["types"],
        "assessment_description": row["assessment"]["description"],
        "assessment_criteria": row["assessment"]["criteria"],
        "grading_scale": row["grading_scale"],
        "identity_verification": row["identity"]["code"],
        "participation_modes": [code("participation_mode", mode) for mode in participation["modes"]],
        "teaching_times": [code("teaching_time", participation["teaching_time"])],
        "locations": participation["locations"],
        "teaching_languages": row["languages"],
        "assessment_languages": row["languages"],
        "primary_language": row["primary_language"],
        "prerequisites": row["prerequisites"],
        "stackability": stackability["type"],
        "stackability_towards": stackability.get("towards", {}),
        "quality_assurance_types": assurance["types"],
        "quality_assurance": assurance["description"],
        "quality_assurance_additional": assurance.get("additional", {}),
        "sdgs": [str(goal) for goal in row["sdgs"]],
        "validity_months": row["validity_months"],
        "isced_f": row["isced_f"]["narrow"],
        "okm_field": str(row["okm_guidance_area"]["code"]),
        "fee_eur": Decimal(str(row["fee_eur"])),
        "fee_rule": code("fee_rule", row["fee_rule"]),
        "funding": [{**source, "type": code("funding_type", source["type"])} for source in row["funding"]],
        "guidance": row["guidance"],
        "badge_name": row["badge"].get("name", {}) if row["badge"]["enabled"] else {},
        "version_note": row.get("version_note", {}),
        "network": cross.get("network") or row.get("alliance", ""),
        "free_for": [code("free_for", group) for group in cross.get("free_for", [])],
        "rdi": row.get("rdi", {}),
        "virta": row["virta"],
    }


def _earlier(*, row: dict, version: dict) -> dict:
    """An earlier version as a whole row: what the file does not tell apart is as in the newest version."""
    return {**row, "realisations": [], "version_note": {}, "next_check_due": None, **version}


def _person(*, institution: Institution, role: Membership.Role) -> User:
    return User.objects.filter(memberships__institution=institution, memberships__role=role).earliest("pk")


def _day(*, text: str, moved: timedelta) -> date:
    return date.fromisoformat(text) + moved


def _created_at(*, row: dict, moved: timedelta, at: datetime) -> datetime:
    return (moment(_day(text=row["published_on"], moved=moved)) if row["published_on"] else at) - PREPARED


def _version(
    *, offering: Offering, row: dict, moved: timedelta, at: datetime, submitted_on: date | None
) -> OfferingVersion:
    created_at = _created_at(row=row, moved=moved, at=at)
    version = OfferingVersion.objects.create(
        offering=offering,
        number=row["version"],
        rule_set=RULE_SET,
        created_at=created_at,
        updated_at=created_at,
        **content(row=row),
    )
    version.authors.set([_person(institution=offering.institution, role=Membership.Role.AUTHOR)])
    _parts(version=version, row=row, moved=moved, at=at)
    _history(version=version, row=row, moved=moved, submitted_on=submitted_on)
    said = offerings.content_hash(version)
    trail.record(verb="imported", row=version, by=None, at=at, became=version.status, content_hash=said)
    return version


def _contacts(offering: Offering) -> None:
    """Named contacts (A-04): the files name none, so the institution's own people of these roles answer."""
    Contact.objects.bulk_create(
        Contact(offering=offering, function=function, name=person.name, email=person.email)
        for function, role in CONTACTS.items()
        for person in [_person(institution=offering.institution, role=role)]
    )


def _parts(*, version: OfferingVersion, row: dict, moved: timedelta, at: datetime) -> None:
    LearningOutcome.objects.bulk_create(
        LearningOutcome(
            version=version,
            order=order,
            kind=outcome["kind"],
            text={language: outcome[language] for language in ("fi", "sv", "en")},
            skill_keywords=outcome["skill_keywords"],
        )
        for order, outcome in enumerate(row["learning_outcomes"])
    )
    status = Status(row["status"])
    Realisation.objects.bulk_create(
        _realisation(version=version, row=realisation, status=status, moved=moved, at=at)
        for realisation in row["realisations"]
    )


def _realisation(
    *, version: OfferingVersion, row: dict, status: Status, moved: timedelta, at: datetime
) -> Realisation:
    """One run, planned before the version is published; what the file does not tell is as in the version."""
    ends_on = _day(text=row["ends"], moved=moved)
    run = Realisation.Status
    is_over = ends_on < at.astimezone(HELSINKI).date()
    is_planned = status not in OfferingVersion.PUBLIC or row.get("is_planned", False)
    return Realisation(
        version=version,
        key=row["id"],
        status=run.PLANNED if is_planned else run.ENDED if is_over else run.OPEN,
        starts_on=_day(text=row["starts"], moved=moved),
        ends_on=ends_on,
        enrolment=row.get("enrolment", Realisation.Enrolment.NONE),
        enrolment_url=row.get("enrolment_url", ""),
        enrol_from=_day(text=row["enrol_from"], moved=moved) if "enrol_from" in row else None,
        enrol_by=_day(text=row["enrol_by"], moved=moved),
        places=row["places"],
        price_eur=row.get("price_eur"),
        languages=row.get("languages", version.teaching_languages),
        locations=row.get("locations", version.locations),
        network=row.get("network", version.network),
        note=row.get("note", {}),
    )


def _history(*, version: OfferingVersion, row: dict, moved: timedelta, submitted_on: date | None) -> None:
    """Status, moments and people of a version as the file tells them; from here on its content is frozen."""
    institution = version.offering.institution
    fields = {"status": Status(row["status"])}
    published_at = moment(_day(text=row["published_on"], moved=moved)) if row["published_on"] else None
    submitted_at = published_at - SUBMITTED if published_at else submitted_on and moment(submitted_on)
    if submitted_at:
        fields |= {
            "submitted_at": submitted_at,
            "submitted_by": _person(institution=institution, role=Membership.Role.AUTHOR),
        }
    if published_at:
        fields |= {
            "approved_at": published_at - APPROVED,
            "approved_by": _person(institution=institution, role=Membership.Role.QUALITY),
            "content_hash": offerings.content_hash(version),
            "published_at": published_at,
            "published_by": _person(institution=institution, role=Membership.Role.PUBLISHER),
        }
    if row.get("superseded_on"):
        fields["superseded_at"] = moment(_day(text=row["superseded_on"], moved=moved))
    for name, value in fields.items():
        setattr(version, name, value)
    version.save(update_fields=list(fields))
    if version.status == Status.PUBLISHED:
        version.offering.published = version
        version.offering.save(update_fields=["published"])
        catalogue.index(version=version)
        catalogue.forget()
