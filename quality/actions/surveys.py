"""Surveys: of learners when a realisation has ended, of employers, of the impact on work (P-10, P-11).

Each person gets a link of their own. Its secret is made from our key, so that a reminder holds the same link,
and only its hash is stored. An answer is kept without anything that leads to the person.
"""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from celery import shared_task
from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from credentials.models import Credential, Enrolment, Learner
from quality import questionnaires
from quality.actions import wishes
from quality.models import Survey, SurveyAnswer, SurveyInvitation
from registry import mail, trail
from registry.actions import words
from registry.errors import Invalid, Refused
from registry.models import Letter, Realisation, User

Kind = Survey.Kind
OPEN_DAYS = 30
REMIND_AFTER = timedelta(days=6)  # the letter goes on day 1, the reminder on day 7
MOST_ADDRESSES = 50
CAREER = ((6, Kind.CAREER_6), (18, Kind.CAREER_18))
LIVED = (Enrolment.Status.ENROLLED, Enrolment.Status.COMPLETED)


class SurveyEnded(Refused):
    """The link leads to nothing that can be answered."""

    code = "survey_ended"
    status = 410


@shared_task(name="quality.surveys.send_due")
def send_due() -> int:
    """Today's links and reminders, and those that were missed. Returns how many letters were written."""
    now = timezone.now()
    return send(on=timezone.localdate(now), at=now)


def send(*, on: date, at: datetime) -> int:
    """Write what is due by the day; asked again, nothing more. Returns how many letters were written."""
    written = sum(_ask_learners(run, on=on, at=at) for run in _just_ended(on))
    written += sum(_ask_of_career(one, kind=kind, on=on, at=at) for one, kind in _careers(on))
    return written + sum(_remind(one, at=at) for one in _silent(on))


@transaction.atomic
def invite_employers(
    *, realisation: Realisation, addresses: Iterable[str], language: str, by: User, at: datetime
) -> int:
    """Ask employers at these addresses, but for those asked before and who refused. Returns how many."""
    wanted = list(dict.fromkeys(one.strip().lower() for one in addresses if one.strip()))
    _refuse_addresses(wanted)
    if realisation.starts_on > timezone.localdate(at):
        raise Refused(_("The realisation has not started yet."), code="not_started")
    survey = _survey(realisation, Kind.EMPLOYER, on=timezone.localdate(at))
    asked = set(survey.invitations.values_list("email", flat=True))
    house = realisation.version.offering.institution
    refused = SurveyInvitation.objects.filter(
        email__in=wanted, refused_at__isnull=False, survey__realisation__version__offering__institution=house
    )
    left_out = asked | set(refused.values_list("email", flat=True))
    people = [SurveyInvitation(email=one, language=language) for one in wanted if one not in left_out]
    _invite(survey, people, at=at)
    trail.record(verb="survey_sent", row=realisation, by=by, at=at, reason=str(len(people)))
    return len(people)


def opened(*, secret: str, at: datetime) -> SurveyInvitation:
    """The invitation that a link means, while it can be answered. Raises SurveyEnded."""
    return _opened(SurveyInvitation.objects.all(), secret=secret, at=at)


@transaction.atomic
def answer(*, secret: str, points: dict, choices: list[str], text: str, at: datetime) -> None:
    """Keep an answer, once, joined to nobody. Raises SurveyEnded and Invalid."""
    invitation = _opened(SurveyInvitation.objects.select_for_update(of=("self",)), secret=secret, at=at)
    survey = invitation.survey
    text = words.optional(text, field="words")
    _refuse_answer(survey, points=points, choices=choices)
    if not (points or choices or text):
        raise Invalid(_("Answer at least one question."))
    today = timezone.localdate(at)
    SurveyAnswer.objects.create(
        pk=secrets.randbelow(2**62) + 1,
        survey=survey,
        points=points,
        choices=choices,
        text=text,
        answered_on=today.replace(day=1),
    )
    invitation.answered_on = today
    invitation.save(update_fields=["answered_on"])


@transaction.atomic
def refuse(*, secret: str, at: datetime) -> None:
    """Answer neither this nor any later survey (P-11)."""
    invitation = _opened(SurveyInvitation.objects.select_for_update(of=("self",)), secret=secret, at=at)
    invitation.refused_at = at
    invitation.save(update_fields=["refused_at"])
    if invitation.learner is not None:
        wishes.refuse(learner=invitation.learner, by=invitation.learner.user, at=at)


def secret_of(invitation: SurveyInvitation) -> str:
    """What the link holds; the same whenever it is asked for."""
    who = f"learner:{invitation.learner_id}" if invitation.learner_id else f"address:{invitation.email}"
    said = f"{invitation.survey.uid}:{who}"
    return salted_hmac("quality.survey", said, algorithm="sha256").hexdigest()


def last_day(invitation: SurveyInvitation) -> date:
    return timezone.localdate(invitation.sent_at) + timedelta(days=OPEN_DAYS)


# Who is asked


def _just_ended(on: date) -> QuerySet[Realisation]:
    """Realisations that ended before the day, not long ago, whose learners have not been asked."""
    over = Realisation.objects.announced().filter(
        ends_on__lt=on, ends_on__gte=on - timedelta(days=OPEN_DAYS), enrolments__status__in=LIVED
    )
    asked = Survey.objects.filter(kind=Kind.LEARNER).values("realisation")
    return (
        over.exclude(pk__in=asked).select_related("version__offering__institution").distinct().order_by("pk")
    )


@transaction.atomic
def _ask_learners(realisation: Realisation, *, on: date, at: datetime) -> int:
    people = Learner.objects.filter(
        enrolments__realisation=realisation, enrolments__status__in=LIVED
    ).exclude(wishes__refused_at__isnull=False)
    survey = _survey(realisation, Kind.LEARNER, on=on)
    asked = set(survey.invitations.values_list("learner", flat=True))
    new = [one for one in people.distinct().order_by("pk") if one.pk not in asked]
    return _invite(survey, [SurveyInvitation(learner=one, language=one.language) for one in new], at=at)


def _careers(on: date) -> list[tuple[Credential, str]]:
    """Live credentials that have just become 6 or 18 months old, of learners who agreed to be asked."""
    agreed = Credential.objects.live().filter(
        pathway=None, learner__wishes__career_at__isnull=False, learner__wishes__refused_at=None
    )
    found = []
    for months, kind in CAREER:
        newest = on - relativedelta(months=months) + timedelta(days=4)  # months differ in length
        oldest = on - relativedelta(months=months) - timedelta(days=OPEN_DAYS + 5)
        issued = agreed.filter(issued_at__date__gte=oldest, issued_at__date__lte=newest)
        for one in issued.select_related("learner", "attainment", "version").defer("document").order_by("pk"):
            age_on = timezone.localdate(one.issued_at) + relativedelta(months=months)
            if age_on < on <= age_on + timedelta(days=OPEN_DAYS):
                found.append((one, kind))
    return found


@transaction.atomic
def _ask_of_career(credential: Credential, *, kind: str, on: date, at: datetime) -> int:
    learner, realisation = credential.learner, _run_of(credential)
    if realisation is None:
        return 0
    survey = _survey(realisation, kind, on=on)
    if survey.invitations.filter(learner=learner).exists():
        return 0
    return _invite(survey, [SurveyInvitation(learner=learner, language=learner.language)], at=at)


def _run_of(credential: Credential) -> Realisation | None:
    """The realisation that the learner was in; where none is known, the one that ended last before."""
    enrolment = (
        Enrolment.objects.filter(attainment=credential.attainment).select_related("realisation").first()
    )
    if enrolment:
        return enrolment.realisation
    runs = credential.version.realisations.exclude(status=Realisation.Status.CANCELLED).order_by(
        "ends_on", "pk"
    )
    return runs.filter(ends_on__lte=credential.attainment.completed_on).last() or runs.first()


def _silent(on: date) -> QuerySet[SurveyInvitation]:
    """Who has not answered by day 7 and can still do so."""
    sent = SurveyInvitation.objects.filter(
        reminded_at=None,
        answered_on=None,
        refused_at=None,
        sent_at__date__lte=on - REMIND_AFTER,
        sent_at__date__gt=on - timedelta(days=OPEN_DAYS),
    ).exclude(learner__wishes__refused_at__isnull=False)
    return _with_all(sent).order_by("pk")


@transaction.atomic
def _remind(invitation: SurveyInvitation, *, at: datetime) -> int:
    """Once, also when two workers run this at the same time."""
    mine = SurveyInvitation.objects.filter(pk=invitation.pk, reminded_at=None).update(reminded_at=at)
    if mine:
        mail.post([_letter(invitation, at=at, is_reminder=True)])
    return mine


# Parts


def _survey(realisation: Realisation, kind: str, *, on: date) -> Survey:
    """The realisation's survey of the kind, open for 30 days from the day."""
    closes_on = on + timedelta(days=OPEN_DAYS)
    survey, is_new = Survey.objects.select_for_update(of=("self",)).get_or_create(
        realisation=realisation, kind=kind, defaults={"opens_on": on, "closes_on": closes_on}
    )
    if not is_new and survey.closes_on < closes_on:
        survey.closes_on = closes_on
        survey.save(update_fields=["closes_on"])
    survey.realisation = realisation
    return survey


def _invite(survey: Survey, people: list[SurveyInvitation], *, at: datetime) -> int:
    for one in people:
        one.survey, one.sent_at = survey, at
        one.secret_hash = _digest(secret_of(one))
    SurveyInvitation.objects.bulk_create(people)
    mail.post([_letter(one, at=at) for one in people])
    return len(people)


def _letter(invitation: SurveyInvitation, *, at: datetime, is_reminder: bool = False) -> Letter:
    version, language = invitation.survey.realisation.version, invitation.language
    with translation.override(language):
        url = settings.SITE_URL + reverse("survey", args=[secret_of(invitation)])
    learner = invitation.learner
    return mail.composed(
        to=learner.email if learner else invitation.email,
        language=language,
        template="mail/survey.txt",
        context={
            "institution": version.offering.institution.short_name,
            "title": version.title,
            "kind": invitation.survey.kind,
            "url": url,
            "last_day": last_day(invitation),
            "is_reminder": is_reminder,
        },
        at=at,
    )


def _opened(rows: QuerySet[SurveyInvitation], *, secret: str, at: datetime) -> SurveyInvitation:
    invitation = _with_all(rows).filter(secret_hash=_digest(secret)).first()
    if invitation is None:
        raise SurveyEnded(_("This link is not whole. Copy it from the letter again."))
    if invitation.answered_on is not None:
        raise SurveyEnded(_("You have answered this survey already. Thank you."))
    if invitation.refused_at is not None:
        raise SurveyEnded(_("You have refused our surveys. We keep to that and send none."))
    if last_day(invitation) < timezone.localdate(at):
        raise SurveyEnded(_("The survey has closed."))
    return invitation


def _with_all(rows: QuerySet[SurveyInvitation]) -> QuerySet[SurveyInvitation]:
    return rows.select_related("learner__user", "survey__realisation__version__offering__institution")


def _refuse_answer(survey: Survey, *, points: dict, choices: list[str]) -> None:
    asked = questionnaires.read()[survey.kind]
    scale = range(1, asked.highest + 1)
    known = {one.key for one in asked.of_type("points")}
    options = {key for one in asked.of_type("choices") for key, _text in one.options}
    if not (set(points) <= known and set(points.values()) <= set(scale) and set(choices) <= options):
        raise Invalid(_("Check what you entered."))


def _refuse_addresses(wanted: list[str]) -> None:
    said = "" if wanted else _("Give at least one e-mail address.")
    if len(wanted) > MOST_ADDRESSES:
        said = _("At most %(most)s addresses at a time.") % {"most": MOST_ADDRESSES}
    for one in wanted[:MOST_ADDRESSES]:
        try:
            validate_email(one)
        except ValidationError:
            said = _("“%(address)s” is not an e-mail address.") % {"address": one}
    if said:
        raise Invalid(said, reasons=[("addresses", said)])


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
