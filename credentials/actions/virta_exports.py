"""Attainments and composite credentials of an institution and a period, for its study-info system in VIRTA's
form."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from credentials.formats import virta
from credentials.formats.virta import Study
from credentials.models import Attainment, Credential
from registry import trail
from registry.actions.offering_rows import number_of
from registry.models import Institution, OfferingVersion, User

# The class of an attainment by the form of education, where the version does not say it itself.
CLASSES = {
    "avoin_amk": ("1",),
    "polkuopinnot": ("1",),
    "tutkintokoulutuksesta_johdettu": ("1",),
    "taydennyskoulutus": ("13",),
    "erikoistumiskoulutus": ("11",),
    "vaylaopinnot": ("17",),
}
AT_THE_HOST = ("3",)  # a student of another institution, by an agreement of cooperation
JOTPA, DEGREE_PART = "18", "19"
JOTPA_SOURCES = frozenset({"6", "7", "8", "9"})
LANGUAGES = frozenset({"fi", "sv", "en", "se"})
FAULTS = {
    "learner_oid": _("The learner has no valid learner OID."),
    "issuer": _("The institution has no oppilaitosnumero of five digits."),
    "name": _("The offering's name is missing or cannot be written as XML."),
    "ects": _("The offering has no credits."),
    "badge": _("A badge without credits is not an attainment for VIRTA."),
    "grade": _("Failed: VIRTA takes passed attainments only."),
    "field": _("The offering has no field of steering (OKM)."),
    "parts": _("Some parts are of other institutions, which export them themselves."),
    "classes": _("VIRTA has no class for this form of education; choose one in the offering's VIRTA tab."),
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """An attainment or a composite credential: what the file says of it, or `reasons` why it cannot go in.

    `code` says of which version or pathway it is.
    """

    row: Attainment | Credential
    code: str
    study: Study
    reasons: list[str]


@dataclass(frozen=True, kw_only=True)
class Selection:
    """What a period has: the rows that go in the file, and the others."""

    chosen: list[Row]
    left_out: list[Row]

    @property
    def studies(self) -> list[Study]:
        return [one.study for one in self.chosen]


def select(*, institution: Institution, starts_on: date, ends_on: date) -> Selection:
    """Every attainment completed in the period and every composite credential issued in it, both days
    included; a fixed number of queries."""
    days = (starts_on, ends_on)
    found = [*_attainments(institution, days), *_wholes(institution, days)]
    return Selection(
        chosen=[one for one in found if not one.reasons], left_out=[one for one in found if one.reasons]
    )


def _attainments(institution: Institution, days: tuple[date, date]) -> Iterator[Row]:
    rows = (
        institution.attainments.filter(completed_on__range=days)
        .select_related("institution", "learner", "version__offering", "realisation", "enrolment")
        .order_by("completed_on", "learner__family_name", "learner__given_names", "pk")
    )
    for row in rows:
        study = _study(row)
        code = f"{row.version.offering.code} v{row.version.number}"
        yield Row(row=row, code=code, study=study, reasons=[FAULTS[one] for one in virta.faults(study)])


def _wholes(institution: Institution, days: tuple[date, date]) -> Iterator[Row]:
    """By the day of issue: one may be asked for long after its last part was completed."""
    of_part = ("version__offering", "institution", "learner", "realisation", "enrolment")
    rows = (
        institution.credentials.filter(pathway__isnull=False, issued_at__date__range=days)
        .filter(status=Credential.Status.VALID)
        .select_related("institution", "learner", "pathway")
        .prefetch_related(*(f"parts__attainment__{name}" for name in of_part))
        .defer("document")
        .order_by("issued_at", "pk")
    )
    for row in rows:
        study = _study_of_whole(row)
        is_own = all(part.institution_id == institution.pk for part in row.parts.all())
        faults = [*virta.faults(study), *(() if is_own else ("parts",))]
        yield Row(row=row, code=row.pathway.code, study=study, reasons=[FAULTS[one] for one in faults])


@transaction.atomic
def export(
    *, institution: Institution, starts_on: date, ends_on: date, ground: str, by: User, at: datetime
) -> bytes:
    """The file. The trail keeps who took it and on what ground, and each learner sees it there."""
    selection = select(institution=institution, starts_on=starts_on, ends_on=ends_on)
    data = virta.document(selection.studies)
    period = f"{starts_on.isoformat()}–{ends_on.isoformat()}"
    trail.record(
        verb="exported",
        row=institution,
        by=by,
        at=at,
        became=f"VIRTA {period}: {len(selection.studies)}",
        reason=ground,
        content_hash=hashlib.sha256(data).hexdigest(),
    )
    trail.record_each(
        verb="exported",
        pairs=[(one.row, one.row.learner.uid) for one in selection.chosen],
        by=by,
        at=at,
        reason=ground,
    )
    return data


def _study(row: Attainment) -> Study:
    version = row.version
    return Study(
        key=str(row.uid),
        learner_key=str(row.learner.uid),
        learner_oid=row.learner.learner_oid,
        issuer=row.institution.oppilaitosnumero,
        code=version.offering.code,
        name=version.title,
        completed_on=row.completed_on,
        ects=version.ects or Decimal(0),
        scale=version.grading_scale,
        grade=row.grade,
        field=version.okm_field,
        classes=_classes(row),
        language=_language(row),
        tki_ects=number_of(version.rdi.get("tki_ects")),
        is_micro_credential=version.is_micro_credential,
        is_badge=row.is_badge,
        acquired_by=row.acquired_by if row.is_shown else "",
    )


def _study_of_whole(whole: Credential) -> Study:
    """A composite credential contains the attainments of its parts. It has the field of the largest, and the
    classes that all of them have."""
    said, attainments = whole.facts, [part.attainment for part in whole.parts.all()]
    attainments.sort(key=lambda one: (-(one.version.ects or 0), one.completed_on, one.pk))
    studies = [_study(one) for one in attainments]
    languages = {study.language for study in studies}
    return Study(
        key=str(whole.pk),
        learner_key=str(whole.learner.uid),
        learner_oid=whole.learner.learner_oid,
        issuer=whole.institution.oppilaitosnumero,
        code=whole.pathway.code,
        name=said.title,
        completed_on=said.completed_on,
        ects=said.ects or Decimal(0),
        scale="pass_fail",
        grade="HYV",
        field=studies[0].field,
        classes=tuple(sorted(set.intersection(*(set(study.classes) for study in studies)))),
        language=languages.pop() if len(languages) == 1 else "",
        is_micro_credential=False,
        parts=tuple(study.key for study in sorted(studies, key=lambda one: (one.completed_on, one.key))),
    )


def _classes(row: Attainment) -> tuple[str, ...]:
    """What the version says, else by its form of education; a guest has another, Jotpa's has one more."""
    version = row.version
    enrolment = getattr(row, "enrolment", None)
    if enrolment and enrolment.home_institution:
        found = set(AT_THE_HOST)
    else:
        said = version.virta.get("opintosuorituksen_luokittelu")
        found = set(_listed(said) or CLASSES.get(version.education_form, ()))
        if version.education_form == "taydennyskoulutus" and version.contains_degree_part:
            found.add(DEGREE_PART)
    return tuple(sorted(found | {JOTPA} if found and _is_jotpa(version) else found))


def _listed(said) -> list[str]:
    return [str(one) for one in said] if isinstance(said, list) else [str(said)] if said else []


def _is_jotpa(version: OfferingVersion) -> bool:
    """Whether Jotpa, the service centre for continuous learning, pays for it."""
    return any(
        row.get("type") == "jotpa" or str(row.get("virta_rahoituslahde")) in JOTPA_SOURCES
        for row in version.funding
    )


def _language(row: Attainment) -> str:
    """The one it was taught in: the main one if it was among them; nothing where no code says it."""
    realisation = row.realisation
    taught = (realisation and realisation.languages) or row.version.teaching_languages
    known = [code for code in taught if code in LANGUAGES]
    main = row.version.primary_language
    return main if main in known else next(iter(known), "")
