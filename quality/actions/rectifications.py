"""Windows of rectification: until when a learner may ask that a decision is looked at again (rule 14); the
asking itself, and the answers, with the institution's own numbers of days."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.actions import rectifications
from credentials.models import Learner, Rectification
from quality import rectifying, rules
from quality.models import RectificationWindow
from quality.rectifying import Decision
from registry import mail, trail
from registry.access import Permission, permissions
from registry.actions import words
from registry.errors import Invalid, Refused
from registry.models import Institution, User


def of(institution: Institution) -> QuerySet[RectificationWindow]:
    """The institution's windows, what closes last first."""
    return institution.rectification_windows.select_related("learner", "handler").order_by("-ends_on", "-pk")


def handlers(institution: Institution) -> list[User]:
    """Who may handle one: people who keep the institution's attainments."""
    people = User.objects.filter(is_active=True, memberships__institution=institution).distinct()
    people = people.prefetch_related("memberships").order_by("name", "pk")
    needed = Permission.ATTAINMENT_WRITE
    return [one for one in people if needed in permissions(user=one, institution=institution)]


def learner(institution: Institution, *, named: str) -> Learner:
    """The learner of the institution by OID or e-mail; Invalid for the field "learner" when not one."""
    named = named.strip()
    key = {"email__iexact": named} if "@" in named else {"learner_oid": named}
    found = list(institution.learners.filter(**key)[:2]) if named else []
    if not found:
        raise _wrong("learner", _("No learner of the institution has this OID or e-mail."))
    if len(found) > 1:
        raise _wrong("learner", _("Several learners have this e-mail. Give the OID."))
    return found[0]


@transaction.atomic
def open_window(
    *, learner: Learner, kind: str, about: str, told_on: date, handler: User, by: User, at: datetime
) -> RectificationWindow:
    """Note the day on which a learner was told a decision; the window closes by the institution's numbers."""
    house = learner.institution
    about = words.needed(about, field="about", said=_("Name the decision."))
    ends_on = told_on + timedelta(days=rules.limits_of(house).rectification_days)
    if told_on > timezone.localdate(at):
        raise _wrong("told_on", _("The learner has not been told yet."))
    Learner.objects.select_for_update(no_key=True, of=("self",)).get(pk=learner.pk)  # two at once: one window
    same = {"learner": learner, "kind": kind, "about": about, "told_on": told_on}
    if RectificationWindow.objects.filter(**same).exists():
        raise _wrong("about", _("This decision is noted already."))
    window = RectificationWindow.objects.create(
        institution=house, **same, ends_on=ends_on, handler=handler, written_at=at, written_by=by
    )
    said = f"{kind}: {about}"
    trail.record(verb="rectification_opened", row=window, by=by, at=at, reason=said, learner=learner.uid)
    return window


@transaction.atomic
def change(
    *, window: RectificationWindow, handler: User, asked_on: date | None, by: User, at: datetime
) -> None:
    """Give it to another handler, or note the day on which the learner asked."""
    kept = (
        RectificationWindow.objects.select_for_update(of=("self",))
        .select_related("learner")
        .get(pk=window.pk)
    )
    if asked_on is not None and asked_on > timezone.localdate(at):
        raise _wrong("asked_on", _("The day is not yet here."))
    if asked_on is not None and asked_on < kept.told_on:
        raise _wrong("asked_on", _("The learner has not been told yet."))
    if asked_on is not None and asked_on > kept.ends_on:
        last = f"{kept.ends_on.day}.{kept.ends_on.month}.{kept.ends_on.year}"
        raise _wrong("asked_on", _("Rectification could be asked for until %(day)s.") % {"day": last})
    kept.handler, kept.asked_on, kept.written_at, kept.written_by = handler, asked_on, at, by
    kept.save(update_fields=["handler", "asked_on", "written_at", "written_by"])
    verb = "rectification_asked" if asked_on else "rectification_changed"
    trail.record(verb=verb, row=kept, by=by, at=at, reason=kept.about, learner=kept.learner.uid)


@transaction.atomic
def ask(*, decision: Decision, grounds: str, by: User, at: datetime) -> Rectification:
    """The learner asks for rectification; who handles it is told. Raises TooLate, Refused, Invalid."""
    of_what = decision.attainment or decision.window
    found = rectifications.ask(
        learner=of_what.learner,
        attainment=decision.attainment,
        about=decision.about,
        told_on=decision.told_on,
        until=decision.until,
        grounds=grounds,
        by=by,
        at=at,
    )
    if decision.window is not None:
        _note_asked(decision.window, on=timezone.localdate(at))
    _call_handlers(found, at=at)
    return found


@transaction.atomic
def write_down(*, decision: Decision, grounds: str, came_on: date, by: User, at: datetime) -> Rectification:
    """A learner's request that came on paper or by e-mail; who handles it is told, and the learner. Raises
    NotAllowed, Refused, Invalid by field."""
    of_what = decision.attainment or decision.window
    found = rectifications.write_down(
        learner=of_what.learner,
        attainment=decision.attainment,
        about=decision.about,
        told_on=decision.told_on,
        until=decision.until,
        grounds=grounds,
        came_on=came_on,
        by=by,
        at=at,
    )
    if decision.window is not None:
        _note_asked(decision.window, on=came_on)
    _call_handlers(found, at=at)
    return found


@transaction.atomic
def ask_board(*, rectification: Rectification, grounds: str, by: User, at: datetime) -> None:
    """The learner takes the answer to the examination board; who handles it is told."""
    rectifications.ask_board(rectification=rectification, grounds=grounds, by=by, at=at)
    _call_handlers(rectification, at=at)


@transaction.atomic
def answer(*, rectification: Rectification, is_granted: bool, answer: str, by: User, at: datetime) -> None:
    """Answer what is open: as the decider, or as the examination board decided."""
    said = {"rectification": rectification, "is_granted": is_granted, "answer": answer, "by": by, "at": at}
    if rectification.status == Rectification.Status.BOARD_ASKED:
        rectifications.decide_by_board(**said)
    else:
        until = rectifying.board_until(rectification.institution, at=at)
        rectifications.decide(**said, board_until=until)


def _note_asked(window: RectificationWindow, *, on: date) -> None:
    kept = RectificationWindow.objects.select_for_update().get(pk=window.pk)
    if kept.asked_on is not None:
        raise Refused(_("You have asked for rectification of this already."), code="asked_already")
    kept.asked_on = on
    kept.save(update_fields=["asked_on"])


def _call_handlers(found: Rectification, *, at: datetime) -> None:
    """A letter to whoever recorded the attainment or handles the window; to all, where they have left."""
    able, first = handlers(found.institution), rectifying.decider_id(found)
    context = {
        "institution": found.institution.code.lower(), "uid": found.uid, "due_on": found.answer_due_on,
    }  # fmt: skip
    for person in [one for one in able if one.pk == first] or able:
        mail.send(
            to=person.email, language=person.language, template="mail/rectification_asked.txt",
            context=context, at=at,
        )  # fmt: skip


def _wrong(field: str, said: str) -> Invalid:
    return Invalid(said, reasons=[(field, said)])
