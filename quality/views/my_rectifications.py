"""The learner's own results: until when each can be rectified, the request, what was answered (5.3/7)."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import FormView, TemplateView, View

from credentials.actions import rectifications as requests
from credentials.models import Rectification
from quality import rectifying
from quality.actions import rectifications
from quality.forms.rectifications import GroundsForm
from quality.rectifying import Decision
from registry.actions import codelists
from registry.errors import Invalid
from registry.templatetags.texts import in_reader_language
from registry.web import SignedInView

Status = Rectification.Status
# The word by which components/status.html chooses the icon.
TONES = {Status.GRANTED: "success", Status.BOARD_GRANTED: "success"}


def state(one: Rectification) -> dict:
    tone = "info" if one.is_open else TONES.get(one.status, "")
    return {"tone": tone, "label": one.get_status_display()}


@method_decorator(never_cache, name="dispatch")
class MyResults(SignedInView, TemplateView):
    template_name = "quality/my_results.html"

    def get_context_data(self, **kwargs):
        labels = codelists.labels(code_list="grade")
        rows = [_row(one, labels) for one in rectifying.decisions(self.request.user)]
        return super().get_context_data(rows=rows, **kwargs)


@method_decorator(never_cache, name="dispatch")
class MyRectificationNew(SignedInView, FormView):
    """The request; after the last day, advice in its place."""

    template_name = "quality/my_rectification_new.html"
    form_class = GroundsForm

    @cached_property
    def decision(self) -> Decision:
        for one in rectifying.decisions(self.request.user):
            if one.uid == self.kwargs["uid"]:
                return one
        raise Http404

    def get(self, request, *args, **kwargs):
        asked = self.decision.request
        return redirect("my-rectification", asked.uid) if asked else super().get(request)

    def form_valid(self, form):
        try:
            found = rectifications.ask(
                decision=self.decision, **form.cleaned_data, by=self.request.user, at=timezone.now()
            )
        except Invalid as refusal:
            form.refuse(refusal.reasons)
            return self.form_invalid(form)
        messages.success(self.request, _("Your request has been sent."))
        return redirect("my-rectification", found.uid)

    def get_context_data(self, **kwargs):
        can_ask = self.decision.can_be_asked(timezone.localdate())
        attainment = self.decision.attainment
        return super().get_context_data(
            decision=self.decision,
            can_ask=can_ask,
            has_credential=attainment is not None and attainment.credentials.live().exists(),
            **kwargs,
        )


@method_decorator(never_cache, name="dispatch")
class MyRectification(SignedInView, FormView):
    """A request and its answers; takes it to the examination board while there is time."""

    template_name = "quality/my_rectification.html"
    form_class = GroundsForm

    @cached_property
    def rectification(self) -> Rectification:
        return get_object_or_404(rectifying.of_learner(self.request.user), uid=self.kwargs["uid"])

    def form_valid(self, form):
        try:
            rectifications.ask_board(
                rectification=self.rectification, **form.cleaned_data, by=self.request.user, at=timezone.now()
            )
        except Invalid as refusal:
            form.refuse(refusal.reasons)
            return self.form_invalid(form)
        messages.success(self.request, _("Your request has been sent."))
        return redirect("my-rectification", self.rectification.uid)

    def get_context_data(self, **kwargs):
        one = self.rectification
        is_answered = one.status in {Status.GRANTED, Status.DENIED}
        can_ask_board = is_answered and timezone.localdate() <= one.board_until
        return super().get_context_data(one=one, can_ask_board=can_ask_board, **state(one), **kwargs)


class MyRectificationWithdraw(SignedInView, View):
    """Asks, then ends a request that has no answer yet."""

    def get(self, request, uid):
        one = get_object_or_404(rectifying.of_learner(request.user), uid=uid)
        if not one.is_open:
            return redirect("my-rectification", one.uid)
        context = {
            "title": _("Withdraw the request"),
            "text": _("The decision stays as it was, and nobody looks at your request any more."),
            "back": reverse("my-rectification", args=[one.uid]),
        }
        return render(request, "quality/my_withdraw.html", context)

    def post(self, request, uid):
        one = get_object_or_404(rectifying.of_learner(request.user), uid=uid)
        requests.withdraw(rectification=one, by=request.user, at=timezone.now())
        messages.success(request, _("You have withdrawn your request. The decision stays as it was."))
        return redirect("my-rectification", one.uid)


def _row(one: Decision, labels: dict[str, dict]) -> dict:
    grade = one.attainment.grade if one.attainment else ""
    today = timezone.localdate()
    can_ask = one.can_be_asked(today)
    return {
        "decision": one,
        "grade": in_reader_language(labels.get(grade, {}))["text"] or grade,
        "can_ask": can_ask,
        "days": (one.until - today).days,
        "ask_url": reverse("my-rectification-new", args=[one.uid]) if can_ask else "",
        "request_url": reverse("my-rectification", args=[one.request.uid]) if one.request else "",
        **(state(one.request) if one.request else {}),
    }
