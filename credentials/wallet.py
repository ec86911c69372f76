"""What belongs to one learner: credentials, shares, who looked at their data. Another's is not there."""

from collections.abc import Iterable

from django.db.models import Prefetch, QuerySet

from credentials.models import Credential, Enrolment, Share, ShareViewing, WalletOffer
from registry.models import TrailEntry, User


def credentials(user: User) -> QuerySet[Credential]:
    """The learner's credentials, newest first."""
    return (
        Credential.objects.filter(learner__user=user)
        .select_related("learner", "institution", "version__offering", "statement", "key", "pathway")
        .select_related("attainment__learner", "attainment__institution")
        .order_by("-issued_at", "-pk")
    )


def shares(user: User) -> QuerySet[Share]:
    """The links the learner has made, newest first, with what they show and how often it was looked at."""
    shown = Credential.objects.select_related("version__offering").defer("document")
    parts = [Prefetch("credentials", queryset=shown.order_by("-issued_at", "-pk")), "viewings"]
    found = Share.objects.filter(user=user).select_related("pathway")
    return found.prefetch_related(*parts).order_by("-created_at", "-pk")


def viewings(user: User) -> QuerySet[ShareViewing]:
    """How often something of the learner's links was fetched on each day, newest first."""
    found = ShareViewing.objects.filter(share__user=user).select_related("share")
    return found.order_by("-on", "-share__created_at", "kind", "pk")


def shown(share: Share) -> list[Credential]:
    """The credentials behind a link, newest first, with all that its page says of them."""
    return list(credentials(share.user).filter(shares=share).prefetch_related("version__outcomes"))


def with_parts(shown: Iterable[Credential]) -> list[Credential]:
    """What counts on a pathway: the micro-credentials, and in place of a composite one its parts."""
    shown = list(shown)
    wholes = [one.pk for one in shown if one.is_composite]
    alone = {one.pk: one for one in shown if not one.is_composite and not one.is_badge}
    if wholes:
        parts = Credential.objects.filter(wholes__in=wholes).select_related("version__offering", "attainment")
        alone = parts.defer("document").prefetch_related("version__outcomes").in_bulk() | alone
    return list(alone.values())


def among(user: User, chosen: Iterable[Credential]) -> list[Credential]:
    """Those of the learner's own that were chosen, with all that the page of a link says of them."""
    found = credentials(user).filter(pk__in=[one.pk for one in chosen])
    return list(found.prefetch_related("version__outcomes"))


def offers(user: User) -> QuerySet[WalletOffer]:
    """What the learner has offered to wallets, newest first."""
    found = WalletOffer.objects.filter(credential__learner__user=user)
    found = found.select_related("credential__learner", "credential__institution")
    return found.defer("credential__document").order_by("-made_at", "-pk")


def enrolments(user: User) -> QuerySet[Enrolment]:
    """The learner's enrolments, the newest first."""
    found = Enrolment.objects.filter(learner__user=user)
    return found.select_related("institution", "realisation__version__offering").order_by(
        "-enrolled_at", "-pk"
    )


def trail(user: User) -> QuerySet[TrailEntry]:
    """Who looked at or changed the learner's data, newest first (N6)."""
    records = user.learner_records.values_list("uid", flat=True)
    found = TrailEntry.objects.filter(learner__in=list(records))
    return found.select_related("by", "institution").order_by("-at", "-pk")
