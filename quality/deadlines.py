"""Which notices of deadlines have come by a day (6.5), worked out from rows; nothing is written here.

A series says on which days around a deadline a notice belongs. Of the days that have come only the last one
counts: what was missed while the clock stood still is told once, not in a flood. Surveys have their own days
(quality.actions.surveys).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.conf import settings
from django.db.models import Count, F, Prefetch, Q
from django.utils.timezone import localdate

from credentials.models import Credential, Rectification
from quality import limits, rectifying
from quality.limits import Limits
from quality.models import (
    Finding,
    PanelMember,
    PartnershipAgreement,
    QualitySettings,
    RectificationWindow,
    ReviewCycle,
    Seat,
)
from registry.access import ROLES, Permission
from registry.models import AccessibilityFeedback, Contact, Institution, Membership, OfferingVersion, User

Status = ReviewCycle.Status
Version = OfferingVersion.Status
AUTHORS = Prefetch("version__authors", User.objects.filter(is_active=True))
PROJECT_CONTACTS = (Contact.Function.RDI, Contact.Function.STUDY_AFFAIRS)


@dataclass(frozen=True)
class Series:
    """Days from a deadline, rising; `is_weekly`: and every week after the last of them."""

    steps: tuple[int, ...]
    is_weekly: bool = False

    def step(self, deadline: date, *, on: date, since: date | None = None) -> int | None:
        """The last step that has come by the day; none that lies on or before `since`, when it began."""
        late, last = (on - deadline).days, self.steps[-1]
        if self.is_weekly and late >= last:
            found = last + (late - last) // 7 * 7
        else:
            found = max((one for one in self.steps if one <= late), default=None)
        is_before = found is not None and since is not None and deadline + timedelta(days=found) <= since
        return None if is_before else found

    def next_day(self, deadline: date, *, after: date) -> date | None:
        """The first day after the given one on which a notice belongs."""
        days = [deadline + timedelta(days=one) for one in self.steps]
        if coming := [day for day in days if day > after]:
            return coming[0]
        weeks = (after - days[-1]).days // 7 + 1
        return days[-1] + timedelta(weeks=weeks) if self.is_weekly else None


CHECK = Series((-60, -30, -7, 0), is_weekly=True)
CHECK_LEAD = Series((30,), is_weekly=True)  # to the rectorate
SELF_EVALUATION = Series((-7, 0), is_weekly=True)
PANEL = Series((-5, 0, 7))
FINDING = Series((-14, -3, 0), is_weekly=True)
APPROVAL = Series((-14, -3))
RETURNED = Series((-7, 0))
PROJECT = Series((-180, -90))
CREDENTIAL = Series((-60, -14))
ACCESSIBILITY = Series((-4,))  # day 10 of 14
AGREEMENT = Series((-180, -90, -30))
AGREEMENT_MEETING = Series((-91, -30, 0))  # 1.10., 1.12. and 31.12.
RECTIFICATION = Series((-3,))
RECTIFICATION_ANSWER = Series((-3,))
ONCE = Series((0,))
LETTERS = {
    "check": "mail/notice_check.txt",
    "self_evaluation": "mail/notice_self_evaluation.txt",
    "panel": "mail/notice_panel.txt",
    "unappointed": "mail/notice_unappointed.txt",
    "returned": "mail/notice_returned.txt",
    "approval": "mail/notice_approval.txt",
    "draft": "mail/notice_draft.txt",
    "finding": "mail/notice_finding.txt",
    "project": "mail/notice_project.txt",
    "credential": "mail/notice_credential.txt",
    "accessibility": "mail/notice_accessibility.txt",
    "agreement": "mail/notice_agreement.txt",
    "agreement_meeting": "mail/notice_agreement_meeting.txt",
    "rectification": "mail/notice_rectification.txt",
    "rectification_answer": "mail/notice_rectification_answer.txt",
}


@dataclass(frozen=True)
class Reader:
    """Who gets a letter; `key` names the person for ever ("user-7"), `user_id` where there is an account."""

    key: str
    email: str
    language: str
    user_id: int | None = None


@dataclass(frozen=True)
class Due:
    """One notice to one reader. `context` is what its letter tells."""

    key: str
    kind: str
    reader: Reader
    about_on: date
    institution_id: int | None
    offering_id: int | None
    context: dict = field(compare=False)


@dataclass(frozen=True)
class Subject:
    """What a notice is about: `name` is stable, `facts` go into the letter."""

    kind: str
    name: str
    deadline: date
    institution: Institution | None = None
    offering_id: int | None = None
    facts: dict = field(default_factory=dict)

    def told(
        self, readers: Iterable[Reader], series: Series, *, on: date, since: date | None = None
    ) -> Iterator[Due]:
        """The notice of the series' last step, to each reader once."""
        step = series.step(self.deadline, on=on, since=since)
        if step is None:
            return
        late = (on - self.deadline).days
        house = self.institution.code.lower() if self.institution else ""
        facts = {"institution": house, "due_on": self.deadline, "late": late, "left": -late, **self.facts}
        for reader in dict.fromkeys(readers):
            yield Due(
                key=f"{self.kind}:{self.name}:{self.deadline.isoformat()}:{step}:{reader.key}",
                kind=self.kind,
                reader=reader,
                about_on=self.deadline,
                institution_id=self.institution.pk if self.institution else None,
                offering_id=self.offering_id,
                context=facts | {"has_account": reader.user_id is not None},
            )


class Houses:
    """Who holds which permission where, and by which numbers each institution goes; read once a run."""

    def __init__(self):
        held = Membership.objects.filter(user__is_active=True).select_related("user").order_by("user_id")
        self._people: dict[tuple[int, str], dict[int, Reader]] = defaultdict(dict)
        self._staff: dict[int, set[int]] = defaultdict(set)
        for one in held:
            for permission in ROLES[one.role]:
                self._people[one.institution_id, permission][one.user_id] = reader(one.user)
            self._staff[one.institution_id].add(one.user_id)
        self._limits = {
            one.institution_id: limits.with_own(one.numbers, one.pauses)
            for one in QualitySettings.objects.all()
        }

    def limits(self, institution_id: int) -> Limits:
        return self._limits.get(institution_id, limits.DEFAULT)

    def works_at(self, institution_id: int, user_id: int) -> bool:
        return user_id in self._staff[institution_id]

    def authors(self, version: OfferingVersion) -> list[Reader]:
        house = version.offering.institution_id
        return [reader(one) for one in version.authors.all() if self.works_at(house, one.pk)]

    def coordinators(self, institution_id: int) -> list[Reader]:
        return self._holders(institution_id, Permission.PANEL_APPOINT)

    def leaders(self, institution_id: int) -> list[Reader]:
        return self._holders(institution_id, Permission.ROUND_LEAD)

    def publishers(self, institution_id: int) -> list[Reader]:
        return self._holders(institution_id, Permission.OFFERING_PUBLISH)

    def keepers(self, institution_id: int) -> list[Reader]:
        """Who keep the institution's attainments."""
        return self._holders(institution_id, Permission.ATTAINMENT_WRITE)

    def _holders(self, institution_id: int, permission: Permission) -> list[Reader]:
        return list(self._people[institution_id, permission].values())


def reader(user: User) -> Reader:
    return Reader(key=f"user-{user.pk}", email=user.email, language=user.language, user_id=user.pk)


def due(on: date) -> list[Due]:
    """Every notice whose day has come and whose matter is still open, whether it was written or not."""
    houses = Houses()
    return [one for source in SOURCES for one in source(on, houses)]


# Each source: what is still open, who is told, on which days


def _checks(on: date, houses: Houses) -> Iterator[Due]:
    running = _rounds(status=Status.DO).filter(
        version__status=Version.PUBLISHED, check_due_on__lte=on + timedelta(days=60)
    )
    for cycle in running:
        subject = _round("check", cycle, deadline=cycle.check_due_on)
        house = cycle.offering.institution_id
        staff = [*houses.authors(cycle.version), *houses.coordinators(house)]
        yield from subject.told(staff, CHECK, on=on, since=localdate(cycle.opened_at))
        leaders = [one for one in houses.leaders(house) if one not in staff]
        yield from subject.told(leaders, CHECK_LEAD, on=on)


def _self_evaluations(on: date, houses: Houses) -> Iterator[Due]:
    for cycle in _rounds(status=Status.CHECK_OPEN).filter(due_on__lte=on + timedelta(days=7)):
        subject = _round("self_evaluation", cycle, deadline=cycle.due_on)
        staff = [*houses.authors(cycle.version), *houses.coordinators(cycle.offering.institution_id)]
        yield from subject.told(staff, SELF_EVALUATION, on=on)


def _panels(on: date, houses: Houses) -> Iterator[Due]:
    sitting = PanelMember.objects.filter(left_at=None).select_related("user")
    reading = _rounds(status__in=[Status.PLAN_REVIEW, Status.CHECK_REVIEW]).exclude(
        version__status=Version.SUBMITTED
    )
    for cycle in reading.filter(due_on__lte=on + timedelta(days=5)).prefetch_related(
        Prefetch("panel", sitting, to_attr="sitting")
    ):
        stage = "plan" if cycle.status == Status.PLAN_REVIEW else "check"
        subject = _round("panel", cycle, deadline=cycle.due_on, part=f".{stage}{cycle.round}")
        waited_for = [
            _member(one)
            for one in cycle.sitting
            if one.stage == stage and (one.answered_round < cycle.round or one.seat == Seat.CHAIR)
        ]
        staff = houses.coordinators(cycle.offering.institution_id)
        yield from subject.told([*waited_for, *staff], PANEL, on=on)


def _unappointed(on: date, houses: Houses) -> Iterator[Due]:
    """T3: the coordinators' superior is told when no panel has been appointed in time."""
    for cycle in _rounds(status=Status.PLAN_REVIEW).filter(version__status=Version.SUBMITTED):
        house = cycle.offering.institution_id
        days = houses.limits(house).appoint_days
        deadline = localdate(cycle.version.submitted_at) + timedelta(days=days)
        yield from _round("unappointed", cycle, deadline=deadline).told(houses.leaders(house), ONCE, on=on)


def _returned(on: date, houses: Houses) -> Iterator[Due]:
    for cycle in _rounds(status=Status.PLAN_RETURNED).filter(due_on__lte=on + timedelta(days=7)):
        staff = [*houses.authors(cycle.version), *houses.coordinators(cycle.offering.institution_id)]
        yield from _round("returned", cycle, deadline=cycle.due_on).told(staff, RETURNED, on=on)


def _approvals(on: date, houses: Houses) -> Iterator[Due]:
    approved = _rounds(status=Status.PLAN_APPROVED, due_on__gte=on, due_on__lte=on + timedelta(days=14))
    for cycle in approved:
        staff = [*houses.authors(cycle.version), *houses.publishers(cycle.offering.institution_id)]
        subject = _round("approval", cycle, deadline=cycle.due_on)
        yield from subject.told(staff, APPROVAL, on=on, since=localdate(cycle.decided_at))


def _idle_drafts(on: date, houses: Houses) -> Iterator[Due]:
    """T1: a draft that nobody has touched for 60 days."""
    drafts = OfferingVersion.objects.filter(status=Version.DRAFT).select_related("offering__institution")
    drafts = drafts.prefetch_related(Prefetch("authors", User.objects.filter(is_active=True)))
    for version in drafts.order_by("pk"):
        offering = version.offering
        days = houses.limits(offering.institution_id).idle_days
        subject = Subject(
            kind="draft",
            name=f"{offering.code}.v{version.number}",
            deadline=localdate(version.updated_at) + timedelta(days=days),
            institution=offering.institution,
            offering_id=offering.pk,
            facts={"code": offering.code, "number": version.number, "days": days},
        )
        yield from subject.told(houses.authors(version), ONCE, on=on)


def _findings(on: date, houses: Houses) -> Iterator[Due]:
    """While it is open the owner is told, too; where the owner has left, whoever leads is."""
    unfinished = Finding.objects.exclude(status=Finding.Status.VERIFIED).filter(
        due_on__lte=on + timedelta(days=14)
    )
    for finding in unfinished.select_related("institution", "offering", "owner").order_by("pk"):
        house, owner = finding.institution_id, finding.owner
        has_left = not (owner.is_active and houses.works_at(house, owner.pk))
        others = houses.leaders(house) if has_left else [reader(owner)]
        is_open = finding.status == Finding.Status.OPEN
        staff = [*(others if is_open else []), *houses.coordinators(house)]
        subject = Subject(
            kind="finding",
            name=str(finding.uid),
            deadline=finding.due_on,
            institution=finding.institution,
            offering_id=finding.offering_id,
            facts={
                "uid": finding.uid,
                "code": finding.offering.code if finding.offering else finding.institution.short_name,
                "owner": owner.name,
                "has_left": has_left,
                "is_open": is_open,
            },
        )
        yield from subject.told(staff, FINDING, on=on, since=localdate(finding.found_at))


def _projects(on: date, houses: Houses) -> Iterator[Due]:
    """The funding of an RDI offering ends: its RDI and study-affairs people are told, else its authors."""
    shown = OfferingVersion.objects.filter(status=Version.PUBLISHED).exclude(funding=[])
    people = Contact.objects.filter(function__in=PROJECT_CONTACTS).order_by("pk")
    for version in shown.select_related("offering__institution").prefetch_related(
        Prefetch("authors", User.objects.filter(is_active=True)),
        Prefetch("offering__contacts", people, to_attr="project_contacts"),
    ):
        ends_on = funding_ends_on(version)
        if ends_on is None or ends_on < on:
            continue
        offering = version.offering
        subject = Subject(
            kind="project",
            name=offering.code,
            deadline=ends_on,
            institution=offering.institution,
            offering_id=offering.pk,
            facts={
                "code": offering.code,
                "number": version.number,
                "project": version.rdi.get("project_name") or offering.code,
            },
        )
        staff = [_contact(one, offering.institution) for one in offering.project_contacts]
        yield from subject.told(staff or houses.authors(version), PROJECT, on=on)


def _credentials(on: date, houses: Houses) -> Iterator[Due]:
    """To the learners who have asked to be told."""
    ending = Credential.objects.filter(
        status=Credential.Status.VALID,
        learner__wishes__wants_expiry=True,
        valid_until__date__gte=on,
        valid_until__date__lte=on + timedelta(days=60),
    )
    for one in ending.select_related("learner", "institution", "version__offering").defer("document"):
        learner = one.learner
        subject = Subject(
            kind="credential",
            name=str(one.pk),
            deadline=localdate(one.valid_until),
            institution=one.institution,
            facts={
                "title": one.award["title"],
                "main": one.language,
                "uid": one.pk,
                "issuer": one.institution.short_name,
            },
        )
        to = Reader(key=f"learner-{learner.uid}", email=learner.email, language=learner.language)
        yield from subject.told([to], CREDENTIAL, on=on, since=localdate(one.issued_at))


def _accessibility(on: date, houses: Houses) -> Iterator[Due]:
    """Act 306/2019: answered within 14 days."""
    to = Reader(key="service", email=settings.ACCESSIBILITY_CONTACT, language=settings.LANGUAGE_CODE)
    waiting = AccessibilityFeedback.objects.filter(answered_at=None).order_by("pk")
    for one in waiting.filter(created_at__date__gte=on - timedelta(days=60)):
        deadline = localdate(one.created_at) + timedelta(days=14)
        subject = Subject(kind="accessibility", name=str(one.pk), deadline=deadline, facts={"page": one.page})
        yield from subject.told([to], ACCESSIBILITY, on=on)


def _agreements(on: date, houses: Houses) -> Iterator[Due]:
    """They end, to their contact person and the coordinators."""
    ending = PartnershipAgreement.objects.filter(
        begins_on__lte=on, ends_on__gte=on, ends_on__lte=on + timedelta(days=180)
    )
    for one in ending.select_related("institution", "responsible").order_by("pk"):
        subject = _agreement("agreement", one, deadline=one.ends_on)
        yield from subject.told(_team(one, houses), AGREEMENT, on=on, since=one.begins_on)


def _agreement_meetings(on: date, houses: Houses) -> Iterator[Due]:
    """F-06: evaluation meetings of the year are missing. The last day is told in the next year's first week,
    if the clock slept through it."""
    day = on - timedelta(days=7)
    held = Count("meetings", filter=Q(meetings__held_on__year=day.year))
    running = PartnershipAgreement.objects.filter(begins_on__lte=on, ends_on__gte=day).annotate(held=held)
    lacking = running.filter(held__lt=F("meetings_a_year"))
    for one in lacking.select_related("institution", "responsible").order_by("pk"):
        facts = {"held": one.held, "wanted": one.meetings_a_year}
        subject = _agreement("agreement_meeting", one, deadline=date(day.year, 12, 31), **facts)
        yield from subject.told(_team(one, houses), AGREEMENT_MEETING, on=on, since=one.begins_on)


def _rectifications(on: date, houses: Houses) -> Iterator[Due]:
    """To the learner and the handler, unless the learner has asked already."""
    open_ones = RectificationWindow.objects.filter(
        asked_on=None, ends_on__gte=on, ends_on__lte=on + timedelta(days=3)
    )
    for one in open_ones.select_related("institution", "learner", "handler").order_by("pk"):
        subject = Subject(
            kind="rectification",
            name=str(one.uid),
            deadline=one.ends_on,
            institution=one.institution,
            facts={"about": one.about, "house": one.institution.short_name, "told_on": one.told_on},
        )
        learner = one.learner
        to = Reader(key=f"learner-{learner.uid}", email=learner.email, language=learner.language)
        works_here = houses.works_at(one.institution_id, one.handler_id) and one.handler.is_active
        staff = [reader(one.handler)] if works_here else []
        yield from subject.told([to, *staff], RECTIFICATION, on=on, since=one.told_on)


def _answers(on: date, houses: Houses) -> Iterator[Due]:
    """To whoever has to answer a request: who made the decision, while they work there and may; else all who
    may. What the examination board decides is written down by somebody who did not answer first."""
    waiting = Rectification.objects.open().select_related("institution", "attainment").order_by("pk")
    for one in waiting:
        subject = Subject(
            kind="rectification_answer",
            name=f"{one.uid}.board" if one.board_asked_at else str(one.uid),
            deadline=one.answer_due_on,
            institution=one.institution,
            facts={"uid": one.uid, "is_board": one.board_asked_at is not None},
        )
        able = [each for each in houses.keepers(one.institution_id) if each.user_id != one.answered_by_id]
        decider = rectifying.decider_id(one)
        staff = [each for each in able if each.user_id == decider] or able
        yield from subject.told(staff, RECTIFICATION_ANSWER, on=on)


SOURCES = (
    _checks, _self_evaluations, _panels, _unappointed, _returned, _approvals, _idle_drafts, _findings,
    _projects, _credentials, _accessibility, _agreements, _agreement_meetings, _rectifications, _answers,
)  # fmt: skip


def funding_ends_on(version: OfferingVersion) -> date | None:
    """The last day of an RDI offering's funding, where every source names one."""
    days = [row.get("ends_on") or "" for row in version.funding]
    if not version.rdi or not days or not all(days):
        return None
    return max(date.fromisoformat(day) for day in days)


# Parts


def _rounds(**which):
    found = ReviewCycle.objects.filter(**which).select_related("version", "offering__institution")
    return found.prefetch_related(AUTHORS).order_by("pk")


def _round(kind: str, cycle: ReviewCycle, *, deadline: date, part: str = "") -> Subject:
    cycle.version.offering = cycle.offering
    return Subject(
        kind=kind,
        name=f"{cycle.uid}{part}",
        deadline=deadline,
        institution=cycle.offering.institution,
        offering_id=cycle.offering_id,
        facts={"uid": cycle.uid, "code": cycle.offering.code, "number": cycle.version.number},
    )


def _agreement(kind: str, one: PartnershipAgreement, *, deadline: date, **facts) -> Subject:
    return Subject(
        kind=kind,
        name=str(one.uid),
        deadline=deadline,
        institution=one.institution,
        facts={"partner": one.partner, **facts},
    )


def _team(one: PartnershipAgreement, houses: Houses) -> list[Reader]:
    """The institution's contact person, while they work there, and the coordinators."""
    house, contact = one.institution_id, one.responsible
    own = [reader(contact)] if contact.is_active and houses.works_at(house, contact.pk) else []
    return [*own, *houses.coordinators(house)]


def _member(one: PanelMember) -> Reader:
    if one.user is not None:
        return reader(one.user)
    return Reader(key=f"member-{one.uid}", email=one.email, language=one.language)


def _contact(one: Contact, institution: Institution) -> Reader:
    return Reader(key=f"contact-{one.uid}", email=one.email, language=institution.main_language)
