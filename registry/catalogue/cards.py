"""What a list shows of an offering: plain values in every language, free of requests and of the database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import F

from registry.models import Institution, LearningOutcome, OfferingVersion, Pathway, Realisation
from registry.models.offering import hours_of_work


@dataclass(frozen=True, slots=True)
class Run:
    """A realisation: one run of the offering."""

    key: str
    starts_on: date
    ends_on: date
    enrol_by: date | None
    places: int | None
    has_enrolment: bool


@dataclass(frozen=True, slots=True)
class Card:
    """One row of the catalogue; texts are {"fi", "sv", "en"}, codes are those of the code lists."""

    pk: int
    code: str
    number: int
    status: str
    institution: Institution
    awarding_bodies: Sequence[str]
    title: dict
    summary: dict
    primary_language: str
    ects: Decimal | None
    eqf_level: int | None
    competence_level: str
    education_form: str
    participation_modes: Sequence[str]
    teaching_languages: Sequence[str]
    okm_field: str
    fee_eur: Decimal | None
    skills: tuple[str, ...]
    pathways: tuple[tuple[str, dict], ...]
    runs: tuple[Run, ...]
    published_at: datetime
    updated_at: datetime
    is_pilot: bool

    @property
    def workload_hours(self) -> int | None:
        return hours_of_work(self.ects)

    def next_run(self, *, today: date) -> Run | None:
        """The run to come, or the one that goes on and can still be joined."""
        open_runs = (
            run
            for run in self.runs
            if run.starts_on >= today or (run.has_enrolment and run.enrol_by and run.enrol_by >= today)
        )
        return next(open_runs, None)


COLUMNS = (
    "pk", "number", "status", "awarding_bodies", "title", "summary", "primary_language", "ects", "eqf_level",
    "competence_level", "education_form", "participation_modes", "teaching_languages", "okm_field",
    "fee_eur", "published_at", "updated_at",
)  # fmt: skip


def load(
    pks: Iterable[int], *, institutions: dict[str, Institution], pathways: dict[int, tuple]
) -> dict[int, Card]:
    """Cards by version, in three queries; plain rows, for a page of models costs several times as much."""
    pks = list(pks)
    skills, runs = _skills(pks), _runs(pks)
    rows = OfferingVersion.objects.filter(pk__in=pks).values(
        *COLUMNS,
        code=F("offering__code"),
        house=F("offering__institution__code"),
        is_pilot=F("offering__is_pilot"),
    )
    return {
        row["pk"]: Card(
            institution=institutions[row.pop("house")],
            skills=skills.get(row["pk"], ()),
            pathways=pathways.get(row["pk"], ()),
            runs=runs.get(row["pk"], ()),
            **row,
        )
        for row in rows
    }


def _skills(pks: list[int]) -> dict[int, tuple[str, ...]]:
    """The keywords of all learning outcomes, each once."""
    found: dict[int, dict[str, None]] = {}
    rows = LearningOutcome.objects.filter(version__in=pks).order_by("order", "pk")
    for version, keywords in rows.values_list("version", "skill_keywords"):
        found.setdefault(version, {}).update(dict.fromkeys(keywords))
    return {version: tuple(words) for version, words in found.items()}


def _runs(pks: list[int]) -> dict[int, tuple[Run, ...]]:
    found: dict[int, list[Run]] = {}
    rows = Realisation.objects.announced().filter(version__in=pks).order_by("starts_on", "pk")
    columns = ("version", "enrolment", "key", "starts_on", "ends_on", "enrol_by", "places")
    for version, enrolment, *values in rows.values_list(*columns):
        run = Run(*values, has_enrolment=enrolment != Realisation.Enrolment.NONE)
        found.setdefault(version, []).append(run)
    return {version: tuple(runs) for version, runs in found.items()}


def pathways_by_version() -> dict[int, tuple[tuple[str, dict], ...]]:
    """The published pathways that hold the version in force: code and name."""
    found: dict[int, list[tuple[str, dict]]] = {}
    rows = Pathway.objects.published().filter(offerings__published__isnull=False).order_by("code", "pk")
    for version, code, name in rows.values_list("offerings__published", "code", "name"):
        found.setdefault(version, []).append((code, name))
    return {version: tuple(paths) for version, paths in found.items()}
