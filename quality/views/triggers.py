"""Causes for an early Check: the list, opening the Check, setting aside, writing one down (6.3)."""

from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView

from quality import causes, rules
from quality.actions import triggers
from quality.forms.triggers import CauseForm, OpenCheckForm, RefusalForm, SetAsideForm
from quality.models import Trigger
from registry.access import Permission
from registry.errors import Invalid
from registry.web import StaffView

PAGE = 50


class TriggerList(StaffView, TemplateView):
    """What waits for a decision first, then what was decided."""

    permission = Permission.REVIEW_READ
    template_name = "quality/trigger_list.html"

    def get_context_data(self, **kwargs):
        house = self.institution.code.lower()
        every = causes.of(self.institution).select_related("offering", "cycle", "set_aside_by")
        waiting = every.filter(cycle=None, set_aside_at=None).order_by("found_at", "pk")
        handled = every.exclude(cycle=None, set_aside_at=None).order_by("-found_at", "-pk")
        page = Paginator(handled, PAGE).get_page(self.request.GET.get("page"))
        may_decide = Permission.CHECK_OPEN in self.permissions
        return super().get_context_data(
            waiting=[self._row(one, may_decide=may_decide) for one in waiting],
            handled=[self._row(one, may_decide=False) for one in page],
            page=page,
            refusals=[
                {"refusal": one, "by": one.institution, "code": one.offering.code}
                for one in causes.refusals(self.institution)[:PAGE]
            ],
            new_url=reverse("trigger-new", args=[house]) if may_decide else "",
            refusal_url=reverse("recognition-refusal-new", args=[house]) if may_decide else "",
            home_url=reverse("staff-home", args=[house]),
            **kwargs,
        )

    def _row(self, one: Trigger, *, may_decide: bool) -> dict:
        house = self.institution.code.lower()
        return {
            "code": one.offering.code,
            "what": one.get_kind_display(),
            "detail": detail(one),
            "found_at": one.found_at,
            "open_url": reverse("trigger-open", args=[house, one.pk]) if may_decide else "",
            "aside_url": reverse("trigger-set-aside", args=[house, one.pk]) if may_decide else "",
            "review_url": reverse("review-detail", args=[house, one.cycle.uid]) if one.cycle else "",
            "reason": one.set_aside_reason,
            "by": one.set_aside_by,
        }


class TriggerPage(StaffView, FormView):
    """Mixin: a form about causes; `act` calls the action."""

    permission = Permission.CHECK_OPEN
    template_name = "quality/feedback_form.html"
    title = lead = submit = done = ""

    @cached_property
    def trigger(self) -> Trigger:
        return get_object_or_404(causes.of(self.institution), pk=self.kwargs["pk"])

    def form_valid(self, form):
        try:
            self.act(form.cleaned_data, by=self.request.user, at=timezone.now())
        except Invalid as refusal:
            for name, text in refusal.reasons or [("", refusal.message)]:
                form.add_error(name if name in form.fields else None, text)
            return self.form_invalid(form)
        messages.success(self.request, self.done)
        return redirect("trigger-list", self.institution.code.lower())

    def get_context_data(self, **kwargs):
        back = reverse("trigger-list", args=[self.institution.code.lower()])
        return super().get_context_data(
            title=self.title,
            lead=self.lead_text(),
            submit=self.submit,
            back=back,
            back_label=_("Causes for an early Check"),
            **kwargs,
        )

    def lead_text(self) -> str:
        return f"{self.trigger.offering.code}: {self.trigger.get_kind_display()}. {detail(self.trigger)}"


class TriggerOpen(TriggerPage):
    form_class = OpenCheckForm
    title = gettext_lazy("Open the Check")
    submit = gettext_lazy("Open the Check")
    done = gettext_lazy("The Check is open. Its authors have been told.")

    def act(self, entered: dict, **who) -> None:
        triggers.open_check(trigger=self.trigger, reason=entered["reason"], **who)


class TriggerSetAside(TriggerPage):
    form_class = SetAsideForm
    title = gettext_lazy("Set the cause aside")
    submit = gettext_lazy("Set aside")
    done = gettext_lazy("The cause has been set aside; your reason is kept.")

    def act(self, entered: dict, **who) -> None:
        triggers.set_aside(trigger=self.trigger, reason=entered["reason"], **who)


class TriggerNew(TriggerPage):
    form_class = CauseForm
    title = gettext_lazy("Write down a cause")
    submit = gettext_lazy("Save")
    done = gettext_lazy("Saved.")

    def lead_text(self) -> str:
        return _(
            "The registry finds most causes itself. Write here what it cannot see: a law, a standard, a"
            " partner that leaves."
        )

    def get_form_kwargs(self):
        offered = self.institution.offerings.filter(published__isnull=False).order_by("code")
        return {**super().get_form_kwargs(), "offerings": offered}

    def act(self, entered: dict, **who) -> None:
        triggers.note(**entered, **who)


class RefusalNew(TriggerPage):
    form_class = RefusalForm
    title = gettext_lazy("Write down a refused recognition")
    submit = gettext_lazy("Save")
    done = gettext_lazy("Saved.")

    def lead_text(self) -> str:
        number = rules.limits_of(self.institution).refused_recognitions
        return _(
            "When %(number)s institutions have refused during a round, the register proposes an early Check."
        ) % {"number": number}

    def get_form_kwargs(self):
        offered = self.institution.offerings.filter(published__isnull=False).order_by("code")
        known = {"offerings": offered, "institutions": triggers.others(self.institution)}
        return {**super().get_form_kwargs(), **known}

    def act(self, entered: dict, **who) -> None:
        triggers.refuse(**entered, **who)


def detail(one: Trigger) -> str:
    """The figures of a cause in words."""
    said = one.detail
    if "day" in said:
        return _days(one)
    if "percent" in said:
        said = {**said, "runs": ", ".join(said["runs"])}
    by_figure = {
        "mean": _("Mean %(mean)s of 5, %(n)s answers."),
        "percent": _("%(percent)s per cent of %(n)s participants completed %(runs)s."),
        "few": _("Completion of %(few)s is low; the numbers of fewer than five participants are hidden."),
        "upheld": _("A complaint about the assessment was upheld."),
        "rectified": _("A request for rectification of an assessment was granted."),
        "was": _("Written by the rule set %(was)s; new versions follow %(is)s."),
        "text": "%(text)s",
        "institution": "%(institution)s",
        "institutions": _("Refused by %(institutions)s."),
        "n": _("%(n)s complaints in this round."),
    }
    return next((words % said for figure, words in by_figure.items() if figure in said), "")


def _days(one: Trigger) -> str:
    day = date_format(date.fromisoformat(one.detail["day"]), "j.n.Y")
    words = {
        Trigger.Kind.FUNDING: _("The funding ended on %(day)s."),
        Trigger.Kind.FULL_REVIEW: _("The whole plan is reviewed again by %(day)s."),
        Trigger.Kind.LOW_VOLUME: _("Nothing has run since %(day)s: consider retiring the offering."),
    }
    return words[one.kind] % {"day": day}
