"""Which attainments can be issued now, and why the others cannot."""

from collections.abc import Collection, Iterable
from datetime import date, datetime

from django.db import models
from django.db.models.functions import Coalesce, TruncDate
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from credentials.models import Attainment, BatchItem, Credential, IssuingHold
from registry.fields import LANGUAGE_NAMES
from registry.models import Institution, OfferingVersion, Statement


class Obstacle(models.TextChoices):
    """Why an attainment cannot be issued; stored with a batch's item, worded in the reader's language."""

    FAILED_GRADE = "failed_grade", _("The grade is a fail; only an accepted attainment gives a credential.")
    ISSUED = "issued", _("A valid credential has already been issued for this attainment.")
    WAITING = "waiting", _("The attainment is already being issued in another batch.")
    NOT_PUBLISHED = "not_published", _("This version of the offering has not been published.")
    NOT_REVIEWED = "not_reviewed", _("This version of the offering has no quality approval.")
    BEGAN_LATE = (
        "began_late",
        _(
            "The learner began when nobody was to begin: the offering was suspended or its quality check was"
            " late."
        ),
    )
    HELD = "held", _("Issuing is held by a decision; those who made it can lift it.")
    MISSING_FACT = "missing_fact", _("A fact that the credential must carry is missing.")
    NOT_SIGNABLE = "not_signable", _("The texts cannot be signed safely: they hold a forbidden character.")
    CHECK_FAILED = "check_failed", _("The signed credential did not pass its own check, so it was not kept.")
    KEY_UNREADABLE = (
        "key_unreadable",
        _("The institution's signing key cannot be opened. Tell those who run the service."),
    )
    UNEXPECTED = "unexpected", _("Something unexpected happened; it is in the log. Try again.")


FACTS = {
    "learner.birth_date": _("Birth date or learner OID"),
    "learner.name": _("Name of the learner"),
    "grade": _("Grade"),
    "outcomes": _("Learning outcomes"),
    "workload_hours": _("Size in ECTS credits"),
}


def words(*, error: str, detail: str) -> str:
    """Why an item was not issued, in the reader's language."""
    if error not in Obstacle.values:
        return ""
    reason = str(Obstacle(error).label)
    if error != Obstacle.MISSING_FACT:
        return reason
    fact, _dot, language = (
        detail.rpartition(".") if detail.endswith((".fi", ".sv", ".en")) else (detail, "", "")
    )
    name = str(FACTS.get(fact) or FACTS.get(fact.partition(".")[0]) or _version_field(fact))
    return f"{reason} {name}" + (f" ({LANGUAGE_NAMES[language]})" if language else "")


def _version_field(name: str) -> str:
    known = {field.name: field.verbose_name for field in OfferingVersion._meta.fields}
    return known.get(name, name)


def unissued(institution: Institution) -> models.QuerySet[Attainment]:
    """The institution's attainments without a live credential, newest first."""
    live = Credential.objects.live().filter(attainment=models.OuterRef("pk"))
    return (
        institution.attainments.filter(~models.Exists(live))
        .select_related("learner", "version__offering")
        .order_by("-completed_on", "-pk")
    )


def ready(institution: Institution) -> models.QuerySet[Attainment]:
    """Those of `unissued` in whose way nothing stands: what `obstacles` finds row by row, in the database."""
    said = Statement.objects.filter(version=models.OuterRef("version"))
    by_then = models.Q(created_at__lte=models.OuterRef("began_at")) | models.Q(
        created_at__date__lte=models.OuterRef("began_on")
    )
    newest_then = said.filter(by_then).order_by("-created_at", "-pk").values("pk")[:1]
    first = said.order_by("created_at", "pk").values("pk")[:1]
    last_day = models.Q(opens_until=None) | models.Q(opens_until__gte=models.OuterRef("began"))
    in_force = Statement.objects.filter(last_day, pk=models.OuterRef("said"), suspended_at=None)
    waits = BatchItem.objects.filter(attainment=models.OuterRef("pk"), outcome=BatchItem.Outcome.OPEN)
    held = IssuingHold.objects.filter(version=models.OuterRef("version"), lifted_at=None).filter(
        models.Q(learner=None) | models.Q(learner=models.OuterRef("learner"))
    )
    return (
        unissued(institution)
        .passed()
        .filter(~models.Exists(waits), ~models.Exists(held), version__published_at__isnull=False)
        .alias(
            began_at=models.F("enrolment__enrolled_at"),
            began_on=models.Case(
                models.When(enrolment__isnull=True, then=Coalesce("realisation__starts_on", "completed_on")),
                output_field=models.DateField(),
            ),
            began=Coalesce(TruncDate("enrolment__enrolled_at"), "realisation__starts_on", "completed_on"),
        )
        .alias(said=Coalesce(models.Subquery(newest_then), models.Subquery(first)))
        .filter(models.Exists(in_force))
    )


def statements(versions: Iterable[int]) -> dict[int, list[Statement]]:
    """The quality statements of each version, oldest first, by the version's id."""
    found: dict[int, list[Statement]] = {}
    for row in Statement.objects.filter(version__in=set(versions)).order_by("created_at", "pk"):
        found.setdefault(row.version_id, []).append(row)
    return found


def waiting(attainments: Iterable[Attainment]) -> set[int]:
    """The ids of those that wait in a batch."""
    items = BatchItem.objects.filter(attainment__in=attainments, outcome=BatchItem.Outcome.OPEN)
    return set(items.values_list("attainment_id", flat=True))


def obstacles(
    attainments: Collection[Attainment],
    *,
    statements: dict[int, list[Statement]],
    waiting: Collection[int] = (),
) -> dict[int, Obstacle]:
    """Attainment id → why it cannot be issued; who can be issued is not there."""
    live = Credential.objects.live().filter(attainment__in=attainments)
    issued = set(live.values_list("attainment_id", flat=True))
    held = _held(attainments)
    begun = _begun(attainments)
    found = {}
    for attainment in attainments:
        if attainment.pk in issued:
            found[attainment.pk] = Obstacle.ISSUED
        elif attainment.pk in waiting:
            found[attainment.pk] = Obstacle.WAITING
        elif held & {(attainment.version_id, None), (attainment.version_id, attainment.learner_id)}:
            found[attainment.pk] = Obstacle.HELD
        elif reason := _obstacle(
            attainment, statements.get(attainment.version_id, []), begun=begun[attainment.pk]
        ):
            found[attainment.pk] = reason
    return found


def _obstacle(
    attainment: Attainment, statements: list[Statement], *, begun: date | datetime
) -> Obstacle | None:
    if not attainment.is_passed:
        return Obstacle.FAILED_GRADE
    if attainment.version.published_at is None:
        return Obstacle.NOT_PUBLISHED
    if not statements:
        return Obstacle.NOT_REVIEWED
    day = localdate(begun) if isinstance(begun, datetime) else begun
    return None if _in_force(statements, begun=begun).is_open_on(day) else Obstacle.BEGAN_LATE


def _in_force(statements: list[Statement], *, begun: date | datetime) -> Statement:
    """What was said when the learner began; before the first statement the first counts."""
    if isinstance(begun, datetime):
        earlier = [one for one in statements if one.created_at <= begun]
    else:
        earlier = [one for one in statements if localdate(one.created_at) <= begun]
    return earlier[-1] if earlier else statements[0]


def _begun(attainments: Collection[Attainment]) -> dict[int, date | datetime]:
    """When each learner began: enrolled, else the realisation's first day, else the day of completion."""
    rows = Attainment.objects.filter(pk__in=[one.pk for one in attainments])
    known = rows.values_list("pk", "enrolment__enrolled_at", "realisation__starts_on", "completed_on")
    return {pk: enrolled or starts or completed for pk, enrolled, starts, completed in known}


def _held(attainments: Collection[Attainment]) -> set[tuple[int, int | None]]:
    """Holds in force: (version, learner), without a learner for everybody of the version."""
    holds = IssuingHold.objects.filter(version__in={one.version_id for one in attainments}, lifted_at=None)
    return set(holds.values_list("version_id", "learner_id"))
