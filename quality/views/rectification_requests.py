"""Staff pages of requests for rectification: what the learner asks, and the answer; one that came on paper
or by e-mail is written down (rule 14)."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import FormView

from credentials.models import Rectification
from quality import rectifying
from quality.actions import rectifications
from quality.forms.rectifications import AnswerForm, PaperRequestForm, WhoseRequestForm
from quality.views.rectifications import WindowView
from registry import trail
from registry.errors import Invalid


class RequestAnswer(WindowView, FormView):
    """Shows a request; answers it while it is open."""

    template_name = "quality/rectification_request.html"
    form_class = AnswerForm

    @cached_property
    def rectification(self) -> Rectification:
        return get_object_or_404(rectifying.of_staff(self.institution), uid=self.kwargs["uid"])

    def get(self, request, *args, **kwargs):
        self.saw([self.rectification], verb="looked_at")
        return super().get(request, *args, **kwargs)

    def form_valid(self, form):
        try:
            rectifications.answer(
                rectification=self.rectification, **form.cleaned_data, by=self.request.user, at=timezone.now()
            )
        except Invalid as refusal:
            form.refuse(refusal.reasons)
            return self.form_invalid(form)
        messages.success(self.request, _("The learner has been told the answer."))
        return redirect("rectification-list", self.institution.code.lower())

    def get_context_data(self, **kwargs):
        one = self.rectification
        return super().get_context_data(
            one=one,
            days=(one.answer_due_on - timezone.localdate()).days,
            back=reverse("rectification-list", args=[self.institution.code.lower()]),
            **kwargs,
        )


class PaperRequestWhose(WindowView, FormView):
    """Whose request came on paper or by e-mail."""

    template_name = "quality/feedback_form.html"
    form_class = WhoseRequestForm

    def form_valid(self, form):
        try:
            found = rectifications.learner(self.institution, named=form.cleaned_data["learner"])
        except Invalid as refusal:
            form.refuse(refusal.reasons)
            return self.form_invalid(form)
        return redirect("rectification-paper-new", self.institution.code.lower(), found.uid)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            title=_("Write down a request that came on paper or by e-mail"),
            submit=_("Go on"),
            back=reverse("rectification-list", args=[self.institution.code.lower()]),
            back_label=_("Rectification"),
            **kwargs,
        )


class PaperRequestNew(WindowView, FormView):
    """The learner's decisions of which rectification has not been asked, and what the learner wrote."""

    template_name = "quality/feedback_form.html"
    form_class = PaperRequestForm

    @cached_property
    def learner(self):
        return get_object_or_404(self.institution.learners, uid=self.kwargs["uid"])

    def get(self, request, *args, **kwargs):
        who = {"by": request.user, "at": timezone.now()}
        trail.record(
            verb="looked_at", row=self.learner, **who, reason="why_rectification", learner=self.learner.uid
        )
        return super().get(request, *args, **kwargs)

    @cached_property
    def decisions(self) -> list:
        return [one for one in rectifying.decisions_of(self.learner) if one.can_be_asked(one.until)]

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "decisions": self.decisions}

    def form_valid(self, form):
        who = {"by": self.request.user, "at": timezone.now()}
        try:
            found = rectifications.write_down(**form.cleaned_data, **who)
        except Invalid as refusal:
            form.refuse(refusal.reasons)
            return self.form_invalid(form)
        messages.success(self.request, _("The request has been written down, and who handles it is told."))
        return redirect("rectification-request", self.institution.code.lower(), found.uid)

    def get_context_data(self, **kwargs):
        nothing = _("The learner has no decision of which rectification has not been asked already.")
        return super().get_context_data(
            title=_("Write down a request that came on paper or by e-mail"),
            lead=self.learner.name,
            lines=[] if self.decisions else [nothing],
            submit=_("Write down"),
            back=reverse("rectification-paper", args=[self.institution.code.lower()]),
            back_label=_("Learner"),
            **kwargs,
        )
