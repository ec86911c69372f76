"""Staff page of one request for rectification: what the learner asks, and the answer (rule 14)."""

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
from quality.forms.rectifications import AnswerForm
from quality.views.rectifications import WindowView
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
