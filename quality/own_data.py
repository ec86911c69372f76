"""All that the service holds of one person: what credentials keep, and letters, surveys and complaints."""

from django.utils.translation import gettext_lazy as _

from credentials import own_data
from credentials.own_data import Section, rows, word
from quality.models import Complaint, LearnerWishes, RectificationWindow, SurveyInvitation
from registry.models import Letter, User


def sections(user: User) -> list[Section]:
    """Answers to surveys are not here: nothing leads from an answer to who gave it."""
    own = [make(user) for make in (_wishes, _surveys, _windows, _complaints, _letters)]
    return [*own_data.sections(user), *own]


def _wishes(user: User) -> Section:
    fields = {
        "institution": _("Institution"),
        "career_at": _("Agreed to surveys"),
        "refused_at": _("Refused surveys"),
        "wants_expiry": _("Tell me before a credential expires"),
    }
    found = LearnerWishes.objects.filter(learner__user=user).select_related("learner__institution")
    found = rows(found.order_by("pk"), fields, institution=_institution)
    return Section(key="consents", label=_("Messages that you have agreed to"), fields=fields, rows=found)


def _surveys(user: User) -> Section:
    fields = {
        "institution": _("Institution"),
        "survey": _("Survey"),
        "sent_at": _("Sent"),
        "answered_on": _("Answered"),
        "refused_at": _("Refused surveys"),
    }
    found = SurveyInvitation.objects.filter(learner__user=user).select_related(
        "survey", "learner__institution"
    )
    made = {"institution": _institution, "survey": lambda one: word(one.survey, "kind")}
    found = rows(found.order_by("-sent_at", "-pk"), fields, **made)
    return Section(key="surveys", label=_("Surveys sent to you"), fields=fields, rows=found)


def _windows(user: User) -> Section:
    fields = {
        "institution": _("Institution"),
        "kind": _("Decision on"),
        "about": _("What was decided"),
        "told_on": _("The learner was told on"),
        "ends_on": _("Rectification can be asked for until"),
        "asked_on": _("Rectification was asked for on"),
    }
    found = RectificationWindow.objects.filter(learner__user=user).select_related("learner__institution")
    made = {"institution": _institution, "kind": lambda one: word(one, "kind")}
    found = rows(found.order_by("-told_on", "-pk"), fields, **made)
    return Section(key="decisions", label=_("Decisions that were written down"), fields=fields, rows=found)


def _complaints(user: User) -> Section:
    """Those that were made with the account's address."""
    fields = {
        "offering": _("Offering"),
        "kind": _("What it is about"),
        "text": _("What happened"),
        "made_at": _("Made on"),
        "status": _("Status"),
        "answer": _("Answer"),
    }
    found = Complaint.objects.filter(email__iexact=user.email).select_related("offering")
    found = rows(
        found.order_by("-made_at", "-pk"), fields, offering=lambda one: one.offering.code,
        kind=lambda one: word(one, "kind"), status=lambda one: word(one, "status"),
    )  # fmt: skip
    return Section(key="complaints", label=_("Complaints"), fields=fields, rows=found)


def _letters(user: User) -> Section:
    """A letter's text goes once it is sent."""
    fields = {"subject": _("Subject"), "created_at": _("Written"), "sent_at": _("Sent")}
    found = rows(Letter.objects.filter(to__iexact=user.email).order_by("-created_at", "-pk"), fields)
    return Section(key="letters", label=_("Letters sent to you"), fields=fields, rows=found)


def _institution(row) -> str:
    return str(row.learner.institution)
