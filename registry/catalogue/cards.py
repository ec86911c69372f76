"""What a list shows of an offering: plain values in every language, free of requests and of the database."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Prefetch

from registry.models import Institution, LearningOutcome, OfferingVersion, Pathway, Realisation


@dataclass(frozen=True, slots=True)
class Run:
    """A realisation: one run of the offering."""

    key: str
    starts_on: date
    ends_on: date
    enrol_by: date | None
    places: int | None


@dataclass(frozen=True, slots=True)
class Card:
    """One row of the catalogue; texts are {"fi", "sv", "en"}, codes are those of the code lists."""

    pk: int
    code: str
    number: int
    status: str
    institution: Institution
    awarding_bodies: tuple[str, ...]
    title: dict
    summary: dict
    primary_language: str
    ects: Decimal | None
    workload_hours: int | None
    eqf_level: int | None
    competence_level: str
    education_form: str
    participation_modes: tuple[str, ...]
    teaching_languages: tuple[str, ...]
    okm_field: str
    fee_eur: Decimal | None
    skills: tuple[str, ...]
    pathways: tuple[tuple[str, dict], ...]
    runs: tuple[Run, ...]
    published_at: datetime
    updated_at: datetime

    def next_run(self, *, today: date) -> Run | None:
        """The run to come, or the one that goes on and can still be joined."""
        open_runs = (
            run for run in self.runs if run.starts_on >= today or (run.enrol_by and run.enrol_by >= today)
        )
        return next(open_runs, None)


def load(pks: Iterable[int]) -> dict[int, Card]:
    """Cards by version, at the cost of a fixed number of queries."""
    versions = OfferingVersion.objects.filter(pk__in=list(pks)).select_related("offering__institution")
    return {version.pk: _card(version) for version in versions.prefetch_related(*_related())}


def _related() -> list[Prefetch]:
    return [
        Prefetch("outcomes", LearningOutcome.objects.order_by("order", "pk")),
        Prefetch("realisations", Realisation.objects.announced().order_by("starts_on", "pk")),
        Prefetch("offering__pathways", Pathway.objects.published().order_by("code", "pk")),
    ]


def _card(version: OfferingVersion) -> Card:
    keywords = [word for outcome in version.outcomes.all() for word in outcome.skill_keywords]
    return Card(
        pk=version.pk,
        code=version.offering.code,
        number=version.number,
        status=version.status,
        institution=version.offering.institution,
        awarding_bodies=tuple(version.awarding_bodies),
        title=version.title,
        summary=version.summary,
        primary_language=version.primary_language,
        ects=version.ects,
        workload_hours=version.workload_hours,
        eqf_level=version.eqf_level,
        competence_level=version.competence_level,
        education_form=version.education_form,
        participation_modes=tuple(version.participation_modes),
        teaching_languages=tuple(version.teaching_languages),
        okm_field=version.okm_field,
        fee_eur=version.fee_eur,
        skills=tuple(dict.fromkeys(keywords)),
        pathways=tuple((pathway.code, pathway.name) for pathway in version.offering.pathways.all()),
        runs=tuple(
            Run(
                key=run.key,
                starts_on=run.starts_on,
                ends_on=run.ends_on,
                enrol_by=run.enrol_by,
                places=run.places,
            )
            for run in version.realisations.all()
        ),
        published_at=version.published_at,
        updated_at=version.updated_at,
    )
