"""Who has completed a pathway by its rule and has no composite credential of it yet (C-14)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from django.db.models import QuerySet

from credentials import progress
from credentials.models import CompositeRequest, Credential, Learner
from registry.models import Institution, Pathway


@dataclass(frozen=True)
class Completed:
    """`parts` are the credentials that count, in the order of the pathway; `ects` counts overlaps once."""

    learner: Learner
    pathway: Pathway
    parts: tuple[Credential, ...]
    ects: Fraction
    request: CompositeRequest | None


def asked(institution: Institution) -> QuerySet[CompositeRequest]:
    """What learners have asked for and nobody has issued yet."""
    return CompositeRequest.objects.filter(pathway__institution=institution, credential=None)


def pathways(institution: Institution) -> QuerySet[Pathway]:
    """Those for which the institution awards a composite credential."""
    found = institution.pathways.published().filter(is_composite=True)
    parts = "offerings__published__outcomes", "offerings__published__offering"
    return found.prefetch_related(*parts).order_by("code")


def completed(institution: Institution, *, at: datetime) -> list[Completed]:
    """Learners of the institution: by its own credentials, and of who has asked, by all that they have."""
    return [one for pathway in pathways(institution) for one in _of(pathway, institution=institution, at=at)]


def of_learner(learner: Learner, *, pathway: Pathway, at: datetime) -> Completed | None:
    """One of `completed`, if the learner is among them."""
    found = _of(pathway, institution=learner.institution, at=at, learners=[learner.pk])
    return found[0] if found else None


def counting(pathway: Pathway) -> QuerySet[Credential]:
    """Credentials that can be parts of the pathway; a badge and another composite one cannot."""
    return (
        Credential.objects.with_credits()
        .filter(version__offering__pathways=pathway)
        .select_related("version__offering", "attainment", "learner")
        .prefetch_related("version__outcomes")
        .defer("document")
        .order_by("issued_at", "pk")
    )


def _of(
    pathway: Pathway, *, institution: Institution, at: datetime, learners: Iterable[int] | None = None
) -> list[Completed]:
    requests = pathway.composite_requests.filter(credential=None).select_related("learner")
    valid = counting(pathway).with_status(Credential.Status.VALID, at=at)
    own = valid.filter(institution=institution)
    if learners is not None:
        requests, own = requests.filter(learner__in=learners), own.filter(learner__in=learners)
    asked = {one.learner_id: one for one in requests}
    held = _by_learner(own)
    users = {one.learner.user_id: one.learner for one in asked.values() if one.learner.user_id}
    for credential in valid.filter(learner__user__in=users):
        mine = held[users[credential.learner.user_id]]
        if credential not in mine:
            mine.append(credential)
    having = set(Credential.objects.live().filter(pathway=pathway).values_list("learner", flat=True))
    found = (
        _judged(learner, pathway, credentials, request=asked.get(learner.pk), at=at)
        for learner, credentials in sorted(held.items(), key=lambda pair: pair[0].pk)
        if learner.pk not in having
    )
    return [one for one in found if one is not None]


def _by_learner(credentials: Iterable[Credential]) -> dict[Learner, list[Credential]]:
    found: dict[Learner, list[Credential]] = defaultdict(list)
    for one in credentials:
        found[one.learner].append(one)
    return found


def _judged(
    learner: Learner,
    pathway: Pathway,
    held: list[Credential],
    *,
    request: CompositeRequest | None,
    at: datetime,
) -> Completed | None:
    on = progress.on(pathway, held=held, at=at)
    if not on.verdict.is_complete:
        return None
    newest = {one.version.offering.code: one for one in held}
    parts = tuple(newest[code] for code in on.rule.codes if code in on.verdict.counted)
    return Completed(learner=learner, pathway=pathway, parts=parts, ects=on.verdict.ects, request=request)
