"""Offerings and their versions: written, revised, and moved from state to state.

The moves from `submit` on are called by quality.actions, which keeps the review beside them;
rules that every door shares (who may, what must be complete, what the approval covers) stand here.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from registry import catalogue, elements, trail
from registry.actions import offering_content, parents, stamps, words
from registry.errors import Invalid, NotAllowed, Refused, StateChanged
from registry.models import (
    Institution,
    LearningOutcome,
    Offering,
    OfferingDefaults,
    OfferingVersion,
    User,
)
from registry.workflow import advance, edited_meanwhile, hold

Status = OfferingVersion.Status
APPROVAL_HOLDS = timedelta(days=90)


# Writing


@transaction.atomic
def create(
    *, institution: Institution, title: dict, primary_language: str, by: User, at: datetime
) -> OfferingVersion:
    """A new offering with its first version in draft; the code is the institution's next one of the year."""
    institution = Institution.objects.select_for_update().get(pk=institution.pk)
    offering = Offering.objects.create(
        institution=institution, code=_next_code(institution=institution, at=at), created_at=at, created_by=by
    )
    version = OfferingVersion.objects.create(**_fresh(offering, institution=institution, at=at))
    trail.record(verb="created", row=version, by=by, at=at, became=version.status)
    content = defaults(institution=institution) | {"title": title, "primary_language": primary_language}
    save(version=version, content=content, by=by, at=at)
    if not version.title.get(version.primary_language):
        raise Invalid(
            _("Give the title in the main language."), reasons=[("title", _("This field is required."))]
        )
    return version


@transaction.atomic
def create_many(
    *, institution: Institution, drafts: list[tuple[dict, list[dict]]], by: User, at: datetime
) -> list[OfferingVersion]:
    """Many new drafts in few queries, from (content, outcomes) that `faults` found nothing in."""
    institution = Institution.objects.select_for_update().get(pk=institution.pk)
    first, own = _next_code(institution=institution, at=at), defaults(institution=institution)
    prefix, number = first.rsplit("-", 1)
    made = Offering.objects.bulk_create(
        Offering(institution=institution, code=f"{prefix}-{int(number) + i:03}", created_at=at, created_by=by)
        for i in range(len(drafts))
    )
    versions = []
    for offering, (content, _outcomes) in zip(made, drafts, strict=True):
        tidy = {field: offering_content.tidied(field, value) for field, value in (own | content).items()}
        versions.append(OfferingVersion(**_fresh(offering, institution=institution, at=at) | tidy))
    versions = OfferingVersion.objects.bulk_create(versions)
    LearningOutcome.objects.bulk_create(
        LearningOutcome(version=version, order=order, **offering_content.tidied_outcome(row))
        for version, (_content, outcomes) in zip(versions, drafts, strict=True)
        for order, row in enumerate(outcomes)
    )
    authors = OfferingVersion.authors.through
    authors.objects.bulk_create(authors(offeringversion_id=one.pk, user_id=by.pk) for one in versions)
    trail.record_each(verb="created", pairs=[(one, None) for one in versions], by=by, at=at)
    return versions


def faults(*, institution: Institution, content: dict, outcomes: list[dict]) -> list[tuple[str, str]]:
    """What `save` would refuse in this content of a new offering: pairs of (field, message)."""
    try:
        offering_content.check(
            _unwritten(institution),
            content=content,
            outcomes=[offering_content.tidied_outcome(row) for row in outcomes],
        )
    except Invalid as problem:
        return list(problem.reasons)
    return []


def defaults(*, institution: Institution) -> dict:
    """What the institution puts into every new draft."""
    own = OfferingDefaults.objects.filter(institution=institution).first()
    return own.content if own else {}


@transaction.atomic
def save_defaults(*, institution: Institution, content: dict, by: User, at: datetime) -> None:
    """Change what new drafts begin with; drafts that are there already stay as they are."""
    filled = {
        field: offering_content.tidied(field, value)
        for field, value in content.items()
        if value not in (None, "", [], {})
    }
    offering_content.check(_unwritten(institution), content=filled, outcomes=[])
    own, _made = OfferingDefaults.objects.update_or_create(
        institution=institution, defaults={"content": filled, "changed_at": at, "changed_by": by}
    )
    trail.record(verb="updated", row=own, by=by, at=at, reason=", ".join(filled))


@transaction.atomic
def save(
    *,
    version: OfferingVersion,
    content: dict,
    outcomes: list[dict] | None = None,
    by: User,
    at: datetime,
    seen: dict[str, str] | None = None,
) -> None:
    """Write part of the content: `content` by field, `outcomes` (kind, text, keywords, skills) all or none.

    What is missing never stops saving; what has a wrong shape does (Invalid, by field). With `seen`, the
    stamps of these fields when they were read (`stamps.of`), somebody else's change meanwhile is a
    StateChanged, not lost. Whoever changes something becomes an author.
    """
    kept = OfferingVersion.objects.select_for_update().get(pk=version.pk)
    refuse_closed(kept)
    if seen:
        now = stamps.of(version=kept, fields=content, with_outcomes=outcomes is not None)
        if any(seen.get(name, stamp) != stamp for name, stamp in now.items()):
            raise edited_meanwhile()
    content = {field: offering_content.tidied(field, value) for field, value in content.items()}
    rows = None if outcomes is None else [offering_content.tidied_outcome(row) for row in outcomes]
    offering_content.check(kept, content=content, outcomes=rows or [])
    changed = {field: value for field, value in content.items() if getattr(kept, field) != value}
    has_new_outcomes = rows is not None and rows != [_values(row) for row in kept.outcomes.order_by("order")]
    if not changed and not has_new_outcomes:
        return
    for field, value in changed.items():
        setattr(version, field, value)
    version.updated_at = at
    version.save(update_fields=[*changed, "updated_at"])
    if has_new_outcomes:
        version.outcomes.all().delete()
        LearningOutcome.objects.bulk_create(
            LearningOutcome(version=version, order=order, **row) for order, row in enumerate(rows)
        )
    version.authors.add(by)
    what = [*changed, *(["outcomes"] if has_new_outcomes else [])]
    trail.record(verb="edited", row=version, by=by, at=at, reason=", ".join(what))


@transaction.atomic
def revise(*, offering: Offering, by: User, at: datetime) -> OfferingVersion:
    """The next version, in draft: a copy of what was rejected last, else of what is shown; its writers stay
    authors."""
    offering = Offering.objects.select_for_update().get(pk=offering.pk)
    newest = offering.versions.order_by("-number").first()
    if newest.status not in {*OfferingVersion.PUBLIC, Status.REJECTED}:
        raise Refused(
            _("There is already a version in the making: version %(number)s.") % {"number": newest.number},
            code="open_version",
        )
    source = newest if newest.status == Status.REJECTED else offering.published or newest
    content = {field: getattr(source, field) for field in OfferingVersion.CONTENT if field != "version_note"}
    version = OfferingVersion.objects.create(
        offering=offering,
        number=newest.number + 1,
        rule_set=offering.institution.rule_set,
        created_at=at,
        updated_at=at,
        **content,
    )
    version.authors.set([*source.authors.all(), by])
    LearningOutcome.objects.bulk_create(
        LearningOutcome(version=version, order=row.order, **_values(row))
        for row in source.outcomes.order_by("order")
    )
    parents.revised(offering=offering, by=by, at=at)
    trail.record(
        verb="revised", row=version, by=by, at=at, became=version.status, reason=_about_source(source)
    )
    return version


def content_hash(version: OfferingVersion) -> str:
    """SHA-256 over the stored content and the outcomes: equal as long as nobody has changed a word."""
    return stamps.of_all(version)


# Moving from state to state


@transaction.atomic
def submit(*, version: OfferingVersion, by: User, at: datetime) -> None:
    """Send a complete version to review; its text is locked from here on. Invalid names what is missing."""
    kept = hold(version, Status.SUBMITTED)
    missing = elements.of(version=kept).reasons
    if missing:
        raise Invalid(
            _("The version cannot be sent to review yet: something is missing."),
            code="incomplete",
            reasons=[(remark.field, remark.text) for remark in missing],
        )
    _move(version, Status.SUBMITTED, by=by, at=at, submitted_at=at, submitted_by=by)


@transaction.atomic
def take(*, version: OfferingVersion, by: User | None, at: datetime) -> None:
    """The review starts; by nobody when the same panel reads again."""
    hold(version, Status.IN_REVIEW)
    if by is not None:
        refuse_own(version, by=by)
    _move(version, Status.IN_REVIEW, by=by, at=at)


@transaction.atomic
def send_back(*, version: OfferingVersion, by: User, at: datetime, reason: str) -> None:
    """Return the version to its authors, who may write again."""
    hold(version, Status.CHANGES_REQUESTED)
    refuse_own(version, by=by)
    _move(version, Status.CHANGES_REQUESTED, by=by, at=at, reason=_needed(reason))


@transaction.atomic
def approve(*, version: OfferingVersion, by: User, at: datetime) -> None:
    """Accept exactly the text that stands now; its hash is kept."""
    hold(version, Status.APPROVED)
    refuse_own(version, by=by)
    _move(version, Status.APPROVED, by=by, at=at, approved_at=at, approved_by=by)
    _keep_hash(version, content_hash(version))


@transaction.atomic
def reject(*, version: OfferingVersion, by: User, at: datetime, reason: str) -> None:
    hold(version, Status.REJECTED)
    refuse_own(version, by=by)
    _move(version, Status.REJECTED, by=by, at=at, reason=_needed(reason))


@transaction.atomic
def reopen(*, version: OfferingVersion, by: User | None, at: datetime, reason: str) -> None:
    """Back to draft: the approval, or the review's return, lapses."""
    _move(
        version,
        Status.DRAFT,
        by=by,
        at=at,
        reason=_needed(reason),
        submitted_at=None,
        submitted_by=None,
        approved_at=None,
        approved_by=None,
    )
    _keep_hash(version, "")


@transaction.atomic
def publish(*, version: OfferingVersion, by: User, at: datetime) -> None:
    """Put an approved version into the public catalogue and freeze it; the one shown so far is superseded."""
    offering = Offering.objects.select_for_update().get(pk=version.offering_id)
    kept = _approved(version)
    refuse_own(version, by=by, said=_("You cannot publish your own plan."))
    last_day = timezone.localdate(kept.approved_at) + APPROVAL_HOLDS  # to its end in Finland (N9)
    if timezone.localdate(at) > last_day:
        raise Refused(
            _("The approval is older than 90 days. Send the version to review again."), code="approval_lapsed"
        )
    if kept.content_hash != content_hash(version):
        raise Refused(
            _("The text has changed after the approval. Send it to review again."), code="content_changed"
        )
    for older in offering.versions.filter(status__in=[Status.PUBLISHED, Status.SUSPENDED]):
        _move(older, Status.SUPERSEDED, by=by, at=at, superseded_at=at)
    _move(version, Status.PUBLISHED, by=by, at=at, published_at=at, published_by=by)
    version.draft_parts.all().delete()
    catalogue.index(version=version)
    _show(offering, version)


@transaction.atomic
def suspend(*, version: OfferingVersion, by: User, at: datetime, reason: str) -> None:
    """Stop for now: the page says so, new enrolments wait; whoever has begun may finish."""
    _move(version, Status.SUSPENDED, by=by, at=at, reason=_needed(reason))
    catalogue.forget()


@transaction.atomic
def resume(*, version: OfferingVersion, by: User, at: datetime, reason: str = "") -> None:
    """Go on after a suspension; a version that was never stopped is not published this way."""
    if hold(version, Status.PUBLISHED).status != Status.SUSPENDED:
        raise StateChanged(_("Only a suspended version can be resumed."))
    _move(version, Status.PUBLISHED, by=by, at=at, reason=reason)
    catalogue.forget()


@transaction.atomic
def retire(*, version: OfferingVersion, by: User, at: datetime, reason: str) -> None:
    """End the offering: it leaves the catalogue's list, its page and its credentials stay."""
    offering = Offering.objects.select_for_update().get(pk=version.offering_id)
    _move(version, Status.RETIRED, by=by, at=at, reason=_needed(reason))
    _show(offering, None)


# Parts


def label_pilot(*, offering: Offering, is_pilot: bool) -> None:
    """Say in public that an offering is being tried, or no longer (P-14)."""
    Offering.objects.filter(pk=offering.pk).update(is_pilot=is_pilot)
    catalogue.forget()


def _unwritten(institution: Institution) -> OfferingVersion:
    """A version that nobody has begun, to check content against."""
    return OfferingVersion(offering=Offering(institution=institution))


def _fresh(offering: Offering, *, institution: Institution, at: datetime) -> dict:
    """What a first version begins with before anybody has written."""
    return {
        "offering": offering,
        "number": 1,
        "rule_set": institution.rule_set,
        "country": institution.country,
        "awarding_bodies": [institution.code],
        "eqf_level": 6,  # what these institutions mostly offer; the author changes it where it is another
        "nqf_level": 6,
        "ehea_cycle": "first",
        "created_at": at,
        "updated_at": at,
    }


def _move(
    version: OfferingVersion, to: str, *, by: User | None, at: datetime, reason: str = "", **fields
) -> None:
    """The line in the trail carries the hash of the text it is about; machines ask by `updated_at`."""
    said = content_hash(version)
    advance(version, to, by=by, at=at, reason=reason, content_hash=said, updated_at=at, **fields)


def _keep_hash(version: OfferingVersion, said: str) -> None:
    version.content_hash = said
    version.save(update_fields=["content_hash"])


def _show(offering: Offering, version: OfferingVersion | None) -> None:
    offering.published = version
    offering.save(update_fields=["published"])
    catalogue.forget()


def _approved(version: OfferingVersion) -> OfferingVersion:
    """The version as kept; one that nobody has approved is refused so (403), a moved one as moved (409)."""
    kept = OfferingVersion.objects.select_for_update().get(pk=version.pk)
    if kept.status == version.status and kept.approved_at is None:
        raise NotAllowed(
            _("The version has not been approved: it must go through review first."), code="not_approved"
        )
    return hold(version, Status.PUBLISHED)


def is_own(version: OfferingVersion, *, user: User) -> bool:
    """Rule 12: the person wrote or sent it."""
    return version.submitted_by_id == user.pk or version.authors.filter(pk=user.pk).exists()


def refuse_own(version: OfferingVersion, *, by: User, said: str = "") -> None:
    """Rule 12: nobody reviews, approves or publishes what they wrote or sent."""
    if is_own(version, user=by):
        raise NotAllowed(said or _("You cannot review your own plan."), code="own_work")


def _needed(reason: str) -> str:
    return words.needed(reason, field="reason", said=_("Give the reason."))


def refuse_closed(version: OfferingVersion) -> None:
    """Only a draft and a version returned for changes are written."""
    if version.is_editable:
        return
    if version.published_at or version.status == Status.REJECTED:
        raise Refused(
            _("This version is closed and stays as it is. Copy it to a new version and write there."),
            code="frozen",
        )
    raise Refused(_("The text is locked while the version is in review."), code="locked")


def _next_code(*, institution: Institution, at: datetime) -> str:
    prefix = f"{institution.code}-MC-{timezone.localtime(at).year}-"
    taken = Offering.objects.filter(code__startswith=prefix).values_list("code", flat=True)
    numbers = [int(code.removeprefix(prefix)) for code in taken if code.removeprefix(prefix).isdigit()]
    return f"{prefix}{max(numbers, default=0) + 1:03}"


def _about_source(source: OfferingVersion) -> str:
    return f"v{source.number}"


def _values(row: LearningOutcome) -> dict:
    return {"kind": row.kind, "text": row.text, "skill_keywords": row.skill_keywords, "skills": row.skills}
