"""Which attainments can be issued now, and why the others cannot."""

from collections.abc import Collection, Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

from credentials.models import Attainment, BatchItem, Credential
from registry.fields import LANGUAGE_NAMES
from registry.models import Institution, OfferingVersion, Statement


class Obstacle(models.TextChoices):
    """Why an attainment cannot be issued; stored with a batch's item, worded in the reader's language."""

    FAILED_GRADE = "failed_grade", _("The grade is a fail; only an accepted attainment gives a credential.")
    ISSUED = "issued", _("A valid credential has already been issued for this attainment.")
    WAITING = "waiting", _("The attainment is already being issued in another batch.")
    NOT_PUBLISHED = "not_published", _("This version of the offering has not been published.")
    NOT_REVIEWED = "not_reviewed", _("This version of the offering has no quality approval.")
    SUSPENDED = "suspended", _("The offering is suspended; nothing is issued until it goes on.")
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
    said = Statement.objects.filter(version=models.OuterRef("version")).order_by("-created_at", "-pk")
    waits = BatchItem.objects.filter(attainment=models.OuterRef("pk"), outcome=BatchItem.Outcome.OPEN)
    return (
        unissued(institution)
        .passed()
        .filter(~models.Exists(waits), models.Exists(said), version__published_at__isnull=False)
        .exclude(version__status=OfferingVersion.Status.SUSPENDED)
        .alias(stopped_at=models.Subquery(said.values("suspended_at")[:1]))
        .filter(stopped_at=None)
    )


def statements(versions: Iterable[int]) -> dict[int, Statement]:
    """The newest quality statement of each version, by the version's id."""
    rows = Statement.objects.filter(version__in=set(versions)).order_by("created_at", "pk")
    return {row.version_id: row for row in rows}


def waiting(attainments: Iterable[Attainment]) -> set[int]:
    """The ids of those that wait in a batch."""
    items = BatchItem.objects.filter(attainment__in=attainments, outcome=BatchItem.Outcome.OPEN)
    return set(items.values_list("attainment_id", flat=True))


def obstacles(
    attainments: Collection[Attainment], *, statements: dict[int, Statement], waiting: Collection[int] = ()
) -> dict[int, Obstacle]:
    """Attainment id → why it cannot be issued; who can be issued is not there."""
    live = Credential.objects.live().filter(attainment__in=attainments)
    issued = set(live.values_list("attainment_id", flat=True))
    found = {}
    for attainment in attainments:
        if attainment.pk in issued:
            found[attainment.pk] = Obstacle.ISSUED
        elif attainment.pk in waiting:
            found[attainment.pk] = Obstacle.WAITING
        elif reason := _obstacle(attainment, statements.get(attainment.version_id)):
            found[attainment.pk] = reason
    return found


def _obstacle(attainment: Attainment, statement: Statement | None) -> Obstacle | None:
    version = attainment.version
    if not attainment.is_passed:
        return Obstacle.FAILED_GRADE
    if version.published_at is None:
        return Obstacle.NOT_PUBLISHED
    if statement is None:
        return Obstacle.NOT_REVIEWED
    if version.status == OfferingVersion.Status.SUSPENDED or statement.suspended_at is not None:
        return Obstacle.SUSPENDED
    return None
