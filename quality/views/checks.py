"""Pages of the Check and of what follows it: opened, evaluated, sent, decided, acted on, closed (T9–T15)."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, View

from quality import checking, indicators
from quality.actions import checks, cycles
from quality.forms.checks import CloseForm, MoveCheckForm, SendCheckForm
from quality.forms.findings import EvidenceForm
from quality.forms.triggers import OpenCheckForm
from quality.models import Decision, ReviewCycle
from quality.reviews import not_now
from quality.views.decisions import Decide
from quality.views.evidence import keep
from quality.views.panel import blame
from quality.views.reviews import ReviewPage
from quality.views.versions import VersionAssess
from registry.access import Permission
from registry.errors import Invalid
from registry.templatetags.texts import in_reader_language

Outcome = Decision.Outcome
Stage = ReviewCycle.Stage
Status = ReviewCycle.Status


class RoundForm(ReviewPage, FormView):
    """Mixin: a form that moves the round. Subclasses say the words and make the call."""

    template_name = "quality/check_form.html"
    title = lead = submit = done = ""

    def form_valid(self, form):
        try:
            self.act(form, by=self.request.user, at=timezone.now())
        except Invalid as refusal:
            blame(form, refusal)
            return self.form_invalid(form)
        messages.success(self.request, self.done)
        return redirect(self.to("detail"))

    def get_context_data(self, **kwargs):
        version = self.cycle.version
        said = {
            "lead": self.lead,
            "lines": [],
            "why_not": "",
            "figures": [],
            "links": [],
            "quote": "",
            **kwargs,
        }
        return super().get_context_data(
            title=self.title,
            submit=self.submit,
            name=in_reader_language(version.title, main=version.primary_language),
            code=version.offering.code,
            number=version.number,
            back=self.to("detail"),
            **said | kwargs,
        )


class CheckOpen(RoundForm):
    """T9: the figures as they will be kept, the reason where no realisation has ended."""

    permission = Permission.CHECK_OPEN
    form_class = OpenCheckForm
    title = gettext_lazy("Open the Check")
    lead = gettext_lazy(
        "The figures below are kept as they stand now. The authors have 30 days to evaluate the offering by"
        " each principle."
    )
    submit = gettext_lazy("Open the Check")
    done = gettext_lazy("The Check is open. Its authors have been told.")

    def act(self, form, **who):
        checks.open_check(cycle=self.cycle, reason=form.cleaned_data["reason"], **who)

    def get_context_data(self, **kwargs):
        today, cycle = timezone.localdate(), self.cycle
        is_running = cycle.status == Status.DO
        lines = (
            []
            if checks.has_run(cycle, on=today)
            else [_("No realisation has ended yet: say why the Check is made now.")]
        )
        return super().get_context_data(
            why_not=checks.why_not_open(cycle, on=today) if is_running else not_now(cycle),
            figures=checking.rows(indicators.of_offering(cycle.offering, on=today)),
            lines=lines,
            **kwargs,
        )


class CheckMove(RoundForm):
    """Another day for the Check, so that not all fall due at once."""

    permission = Permission.CHECK_OPEN
    form_class = MoveCheckForm
    title = gettext_lazy("Move the Check to another day")
    submit = gettext_lazy("Move")
    done = gettext_lazy("The Check has been moved.")

    def get_initial(self):
        return {"to": self.cycle.check_due_on}

    def act(self, form, **who):
        checks.spread(cycle=self.cycle, **form.cleaned_data, **who)

    def get_context_data(self, **kwargs):
        cycle = self.cycle
        if cycle.status != Status.DO:
            return super().get_context_data(why_not=not_now(cycle), **kwargs)
        said = _("The Check is due on %(day)s; it can be moved to any day until %(latest)s.")
        days = {
            "day": date_format(cycle.check_due_on, "j.n.Y"),
            "latest": date_format(checks.latest_day(cycle), "j.n.Y"),
        }
        return super().get_context_data(lead=said % days, **kwargs)


class CheckEvaluate(VersionAssess):
    """The authors' own word on each principle before the panel reads the Check (T10)."""

    stage = Stage.CHECK
    here_name = "version-evaluate"

    @property
    def is_open(self) -> bool:
        return cycles.upcoming(self.version).status == Status.CHECK_OPEN

    def next_url(self) -> str:
        cycle = cycles.upcoming(self.version)
        return reverse("review-check-send", args=[self.institution.code.lower(), cycle.uid])


class CheckSend(RoundForm):
    """T10: what is lacking still, and why; sent, the panel reads."""

    permission = Permission.OFFERING_WRITE
    form_class = SendCheckForm
    title = gettext_lazy("Send the Check to its panel")
    lead = gettext_lazy("The panel reads your evaluation beside the figures, and has 28 days.")
    submit = gettext_lazy("Send the Check to its panel")
    done = gettext_lazy("The Check has been sent to its panel.")

    @cached_property
    def lacking(self) -> list[str]:
        return checks.without_voice(self.cycle)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "lacking": self.lacking}

    def act(self, form, **who):
        reason = form.cleaned_data.get("reason", "")
        checks.send(cycle=self.cycle, missing_feedback_reason=reason, **who)

    def get_context_data(self, **kwargs):
        cycle, today = self.cycle, timezone.localdate()
        is_open = cycle.status == Status.CHECK_OPEN
        send = checking.why_not_send(cycle, permissions=self.permissions, on=today)
        house = self.institution.code.lower()
        return super().get_context_data(
            why_not=send if is_open else not_now(cycle),
            lines=[*self.lacking, _("Add it, or say why it is missing.")] if self.lacking else [],
            figures=checking.snapshot(cycle).get("rows", []),
            links=[
                {
                    "label": _("Evaluate by principle"),
                    "url": reverse(
                        "version-evaluate", args=[house, cycle.offering.code, cycle.version.number]
                    ),
                },
                {
                    "label": _("Feedback"),
                    "url": reverse("offering-feedback", args=[house, cycle.offering.code]),
                },
                {"label": _("Add evidence"), "url": self.to("evidence-new")},
            ],
            **kwargs,
        )


class EvidenceNew(RoundForm):
    """A statement, a meeting record or another thing that shows something of the offering."""

    permission = Permission.OFFERING_WRITE
    form_class = EvidenceForm
    title = gettext_lazy("Add evidence")
    lead = gettext_lazy("A statement of an employer or a meeting record lets working life be heard.")
    submit = gettext_lazy("Add evidence")
    done = gettext_lazy("The evidence has been added.")

    def get_initial(self):
        return {"dated_on": timezone.localdate()}

    def act(self, form, **who):
        keep(form, institution=self.institution, about=form.about(cycle=self.cycle), **who)

    def get_context_data(self, **kwargs):
        closed = self.cycle.status not in ReviewCycle.OPEN
        return super().get_context_data(why_not=not_now(self.cycle) if closed else "", **kwargs)


class ReviewAct(Decide):
    """T11."""

    outcome = Outcome.ACT
    stage = Stage.CHECK
    title = gettext_lazy("Ask for corrective action")
    text = gettext_lazy(
        "Each finding goes to its owner with its day; the authors get the letter. The offering runs on"
        " meanwhile."
    )
    submit = gettext_lazy("Ask for corrective action")
    done = gettext_lazy("Corrective action has begun.")

    def lacking(self):
        return checks.why_not_act(self.cycle)

    def act(self, **said):
        checks.act(cycle=self.cycle, **said)


class ReviewContinue(Decide):
    """T12."""

    outcome = Outcome.CONTINUES
    stage = Stage.CHECK
    title = gettext_lazy("Let it go on")
    text = gettext_lazy("The round closes and the next one begins at once. The authors get the letter.")
    submit = gettext_lazy("Let it go on")
    done = gettext_lazy("The round is closed; the next one has begun.")

    def lacking(self):
        return checks.why_not_go_on(self.cycle)

    def act(self, **said):
        checks.go_on(cycle=self.cycle, **said)


class ActionsSend(ReviewPage, View):
    """T13: the authors or the owners, whose own rows say so, not their role."""

    permission = Permission.REVIEW_READ
    http_method_names = ["post"]

    def post(self, request, **kwargs):
        checks.send_actions(cycle=self.cycle, by=request.user, at=timezone.now())
        messages.success(request, _("The actions have been sent to be verified."))
        return redirect(self.to("detail"))


class ActionsReturn(ReviewPage, View):
    """T14."""

    permission = Permission.FINDING_VERIFY
    http_method_names = ["post"]

    def post(self, request, **kwargs):
        checks.return_actions(cycle=self.cycle, by=request.user, at=timezone.now())
        messages.success(request, _("The actions have been returned to the owners."))
        return redirect(self.to("detail"))


class RoundClose(RoundForm):
    """T15."""

    permission = Permission.FINDING_VERIFY
    form_class = CloseForm
    title = gettext_lazy("Close the round")
    lead = gettext_lazy("Every action has been verified. The next round begins at once.")
    submit = gettext_lazy("Close the round")
    done = gettext_lazy("The round is closed; the next one has begun.")

    def act(self, form, **who):
        checks.close(cycle=self.cycle, note=form.cleaned_data["note"], **who)

    def get_context_data(self, **kwargs):
        cycle, who = self.cycle, {"user": self.request.user, "permissions": self.permissions}
        is_now = cycle.status == Status.ACT_VERIFY
        return super().get_context_data(
            why_not=checking.why_not_close(cycle, **who) if is_now else not_now(cycle), **kwargs
        )
