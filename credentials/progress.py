"""How far a learner is on the pathways that their credentials belong to."""

from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from django.utils import timezone

from credentials import wallet
from credentials.models import CompositeRequest, Credential
from registry import catalogue, pathways, stacking
from registry.models import OfferingVersion, Pathway, User


@dataclass(frozen=True)
class Progress:
    """`versions`: what the catalogue shows of the pathway, else what the learner has, by code of offering.

    `of` is the credits the pathway comes to, where it says so; `whole` the learner's composite credential,
    `asked_at` when they asked for it.
    """

    pathway: Pathway
    rule: stacking.Rule
    verdict: stacking.Verdict
    versions: dict[str, OfferingVersion]
    of: Fraction | None
    whole: Credential | None = None
    asked_at: datetime | None = None


def of(user: User, *, at: datetime) -> list[Progress]:
    """The published pathways that some valid credential of the learner is a part of; complete ones first."""
    held = _held(user, at=at)
    wholes = {one.pathway_id: one for one in wallet.credentials(user).live().filter(attainment=None)}
    asked = CompositeRequest.objects.filter(learner__user=user, credential=None)
    days = dict(asked.values_list("pathway", "asked_at"))
    found = [
        replace(on(pathway, held=held, at=at), whole=wholes.get(pathway.pk), asked_at=days.get(pathway.pk))
        for pathway in catalogue.pathways()
        if {one.code for one in pathway.offerings.all()} & {one.version.offering.code for one in held}
    ]
    return sorted(found, key=lambda one: (not one.verdict.is_complete, one.pathway.code))


def _held(user: User, *, at: datetime) -> list[Credential]:
    """Credentials that are valid at the moment: a revoked, suspended or expired one counts for nothing, nor
    does a badge (rule 9)."""
    valid = (
        wallet.credentials(user)
        .with_credits()
        .filter(pathway=None)
        .with_status(Credential.Status.VALID, at=at)
    )
    return list(valid.defer("document").prefetch_related("version__outcomes"))


def on(pathway: Pathway, *, held: list[Credential], at: datetime) -> Progress:
    """How far these credentials come; their versions' outcomes may be there already."""
    rule, shown = pathways.rule(pathway), pathways.versions(pathway)
    have = [pathways.part(one.version, completed_on=one.attainment.completed_on) for one in held]
    offered = pathways.offered(pathway)
    verdict = stacking.judge(rule, held=have, offered=offered, today=timezone.localdate(at))
    counted = [one for one in have if one.code in verdict.counted]
    own = {one.version.offering.code: one.version for one in held}
    total = pathways.needed_ects(rule, parts=[*offered, *counted])
    if total is None and pathway.total_ects is not None:
        total = Fraction(pathway.total_ects)
    return Progress(pathway=pathway, rule=rule, verdict=verdict, versions={**own, **shown}, of=total)
