"""Letters of the round: to authors, coordinators, publishers; decisions in the reader's language."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import translation

from credentials.models import Enrolment
from quality.models import Decision, ReviewCycle
from registry import mail
from registry.access import ROLES, Permission
from registry.models import Membership, RecognitionNote, User


def authors(cycle: ReviewCycle) -> QuerySet[User]:
    """The authors who still belong to the institution."""
    return cycle.version.authors.filter(
        is_active=True, memberships__institution=cycle.offering.institution
    ).distinct()


def holders(cycle: ReviewCycle, permission: Permission, *, but: User | None = None) -> QuerySet[User]:
    """Who holds the permission at the institution, except the authors and the person who acts."""
    who_may = [role for role, held in ROLES.items() if permission in held]
    memberships = cycle.offering.institution.memberships.filter(role__in=who_may)
    found = User.objects.filter(is_active=True, memberships__in=memberships).distinct()
    found = found.exclude(pk__in=cycle.version.authors.values("pk"))
    return found.exclude(pk=but.pk) if but else found


def coordinators(cycle: ReviewCycle, *, but: User | None = None) -> QuerySet[User]:
    return holders(cycle, Permission.PANEL_APPOINT, but=but)


def publishers(cycle: ReviewCycle, *, but: User | None = None) -> QuerySet[User]:
    return holders(cycle, Permission.OFFERING_PUBLISH, but=but)


def write(cycle: ReviewCycle, template: str, *, to, at: datetime, **more) -> None:
    """One letter to each person, in their language."""
    for person in to:
        context = {
            "code": cycle.offering.code,
            "number": cycle.version.number,
            "institution": cycle.offering.institution.code.lower(),
            "uid": cycle.uid,
            "due_on": cycle.due_on,
            **more,
        }
        mail.send(to=person.email, language=person.language, template=template, context=context, at=at)


def decision(decided: Decision, *, template: str, at: datetime) -> None:
    """The decision to the authors, with the letter in their language, else in its first one."""
    cycle = decided.cycle
    for person in authors(cycle):
        text = decided.letter.get(person.language) or next(iter(decided.letter.values()), "")
        write(cycle, template, to=[person], at=at, letter=text)


def watchers(cycle: ReviewCycle) -> QuerySet[User]:
    """People of other institutions whom it concerns: partners of a joint offering (those who answer for it),
    and whoever noted that it could be recognised at theirs."""
    answerers = [role for role, held in ROLES.items() if Permission.JOINT_ANSWER in held]
    house = cycle.offering.institution
    bodies = [one for one in cycle.version.awarding_bodies if one != house.code]
    partners = Membership.objects.filter(institution__code__in=bodies, role__in=answerers).values("user")
    notes = RecognitionNote.objects.filter(offering=cycle.offering).values("updated_by")
    found = User.objects.filter(Q(pk__in=partners) | Q(pk__in=notes), is_active=True)
    return found.exclude(pk__in=authors(cycle)).order_by("pk")


def watched(cycle: ReviewCycle, what: str, *, at: datetime, reason: str = "") -> None:
    """To those who watch: `what` has happened to the offering: published, suspended, resumed or ended."""
    write(cycle, "mail/watched.txt", to=watchers(cycle), at=at, what=what, reason=reason)


def leaders(cycle: ReviewCycle) -> QuerySet[User]:
    return holders(cycle, Permission.ROUND_LEAD)


def suspended(cycle: ReviewCycle, *, reason: str, at: datetime) -> None:
    """To the authors, and the learners who are enrolled (T16)."""
    write(cycle, "mail/suspended_staff.txt", to=authors(cycle), at=at, reason=reason)
    running = Enrolment.objects.filter(
        realisation__version=cycle.version, status=Enrolment.Status.ENROLLED
    ).select_related("learner")
    for enrolment in running:
        learner = enrolment.learner
        with translation.override(learner.language):
            title = (
                cycle.version.title.get(learner.language)
                or cycle.version.title[cycle.version.primary_language]
            )
        context = {"code": cycle.offering.code, "title": title, "reason": reason}
        mail.send(
            to=learner.email,
            language=learner.language,
            template="mail/suspended_learner.txt",
            context=context,
            at=at,
        )
