"""Who has completed a pathway by its rule and has no composite credential of it yet (C-14)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum

from credentials import progress
from credentials.models import CompositeRequest, Credential, Learner
from registry import pathways as pathway_rules
from registry import stacking
from registry.models import Institution, Pathway

Pair = tuple[int, int]  # keys of a learner and a pathway


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


class Candidates(Sequence[Pair]):
    """Pairs of learner and pathway by their keys: who has asked first, then who may be complete. Asked for
    piece by piece, so that a page judges its own rows alone."""

    def __init__(self, *found: QuerySet) -> None:
        self.found = found

    def __len__(self) -> int:
        return sum(one.count() for one in self.found)

    def __getitem__(self, piece):
        start, stop, pairs = piece.start or 0, piece.stop, []
        for rows in self.found:
            pairs += rows[start:stop] if start < stop else []
            count = rows.count()
            start, stop = max(0, start - count), max(0, stop - count)
        return pairs


def candidates(institution: Institution, *, at: datetime) -> Candidates:
    """Learners who have asked, and those who have enough parts by the institution's own credentials, but no
    composite credential: in number, and in credits where the rule counts them. The rest is judged."""
    paths = {one.pk: pathway_rules.rule(one).root for one in pathways(institution)}
    enough = Q()
    for pk, root in paths.items():
        ects = root.number if root.kind == "min_ects" else 0
        enough |= Q(path=pk, offerings__gte=stacking.fewest(root), ects__gte=Decimal(float(ects)))
    having = Credential.objects.live().filter(learner=OuterRef("learner"))
    open_ = CompositeRequest.objects.filter(credential=None, learner=OuterRef("learner"))
    found = (
        Credential.objects.with_credits()
        .with_status(Credential.Status.VALID, at=at)
        .filter(institution=institution)
        .annotate(path=F("version__offering__pathways"), code=F("version__offering__pathways__code"))
        .filter(path__in=paths)
        .values("learner", "path", "code", "learner__family_name")
        .annotate(offerings=Count("version__offering", distinct=True), ects=Sum("version__ects"))
        .filter(enough, ~Exists(having.filter(pathway=OuterRef("path"))))
        .filter(~Exists(open_.filter(pathway=OuterRef("path"))))
        .order_by("code", "learner__family_name", "learner")
    )
    requests = asked(institution).filter(pathway__in=paths).order_by("asked_at", "pk")
    return Candidates(requests.values_list("learner", "pathway"), found.values_list("learner", "path"))


def completed(pairs: Sequence[Pair], *, institution: Institution, at: datetime) -> list[Completed]:
    """Those of the pairs who have completed it: by the institution's own credentials, and of who has asked,
    by all that they have. As many queries for many as for one."""
    keys, paths = {learner for learner, _path in pairs}, {path for _learner, path in pairs}
    learners = institution.learners.select_related("user").in_bulk(keys)
    shown = pathways(institution).select_related("institution").in_bulk(paths)
    asking = {(one.learner_id, one.pathway_id): one for one in asked(institution).filter(learner__in=keys)}
    users = {learners[learner].user_id for learner, _path in asking} - {None}
    offerings = {one.pk for pathway in shown.values() for one in pathway.offerings.all()}
    held = counting(offerings, at=at).filter(
        Q(learner__in=keys, institution=institution) | Q(learner__user__in=users)
    )
    held = list(held)
    having = set(
        Credential.objects.live()
        .filter(learner__in=keys, pathway__in=paths)
        .values_list("learner", "pathway")
    )
    found = []
    for pair in pairs:
        learner, pathway, request = learners.get(pair[0]), shown.get(pair[1]), asking.get(pair)
        if learner is None or pathway is None or pair in having:
            continue
        mine = [one for one in held if _counts(one, learner=learner, has_asked=request is not None)]
        found.append(_judged(learner, pathway, _of(pathway, mine), request=request, at=at))
    return [one for one in found if one is not None]


def of_learner(learner: Learner, *, pathway: Pathway, at: datetime) -> Completed | None:
    """One of `completed`, if the learner is among them."""
    found = completed([(learner.pk, pathway.pk)], institution=learner.institution, at=at)
    return found[0] if found else None


def counting(offerings: Collection[int], *, at: datetime) -> QuerySet[Credential]:
    """Valid credentials of these offerings that can be parts of a pathway; a badge and another composite one
    cannot."""
    return (
        Credential.objects.with_credits()
        .with_status(Credential.Status.VALID, at=at)
        .filter(version__offering__in=offerings)
        .select_related("version__offering", "attainment", "learner")
        .prefetch_related("version__outcomes")
        .defer("document")
        .order_by("issued_at", "pk")
    )


def _counts(credential: Credential, *, learner: Learner, has_asked: bool) -> bool:
    """Whether it is the learner's; another institution's is, once they have asked."""
    if credential.learner_id == learner.pk:
        return True
    return has_asked and learner.user_id is not None and credential.learner.user_id == learner.user_id


def _of(pathway: Pathway, credentials: Iterable[Credential]) -> list[Credential]:
    offerings = {one.pk for one in pathway.offerings.all()}
    return [one for one in credentials if one.version.offering_id in offerings]


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
