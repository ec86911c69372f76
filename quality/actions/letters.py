"""Letters of the round: to authors, coordinators, publishers; decisions in the reader's language."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils import translation

from credentials.models import Enrolment
from quality.models import Decision, ReviewCycle
from registry import mail
from registry.access import ROLES, Permission
from registry.models import User


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


def suspended(cycle: ReviewCycle, *, reason: str, at: datetime) -> None:
    """To the authors, the partners' coordinators, and the learners who are enrolled (T16)."""
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
