"""Staff pages of what learners ask of their data: the list with days left, one request and its answer."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView

from credentials.actions import data_requests, erasures
from credentials.forms.data_requests import DataAnswerForm
from credentials.models import DataRequest
from credentials.views.desk import DeskView, add_errors
from registry.access import Permission
from registry.errors import Invalid

PAGE = 50
LIST = "data-request-list"


class DataRequestList(DeskView, TemplateView):
    permission = Permission.LEARNER_WRITE
    purpose = "why_request"
    template_name = "credentials/data_request_list.html"

    def get_context_data(self, **kwargs):
        today = timezone.localdate()
        found = data_requests.of_staff(self.institution)
        page = Paginator(found, PAGE).get_page(self.request.GET.get("page"))
        self.saw({one.learner for one in page if one.learner}, verb="listed")
        rows = [{"request": one, "days": (one.due_on - today).days} for one in page]
        return super().get_context_data(rows=rows, page=page, **kwargs)


class DataRequestAnswer(DeskView, FormView):
    parents = ((gettext_lazy("Requests about own data"), LIST),)
    permission = Permission.LEARNER_WRITE
    purpose = "why_request"
    template_name = "credentials/data_request.html"
    form_class = DataAnswerForm

    @cached_property
    def asked(self) -> DataRequest:
        return get_object_or_404(data_requests.of_staff(self.institution), uid=self.kwargs["uid"])

    def get(self, request, *args, **kwargs):
        self.saw([one for one in [self.asked.learner] if one])
        return super().get(request, *args, **kwargs)

    def form_valid(self, form):
        try:
            data_requests.answer(
                request=self.asked, **form.cleaned_data, by=self.request.user, at=timezone.now()
            )
        except Invalid as problem:
            add_errors(form, problem)
            return self.form_invalid(form)
        messages.success(self.request, _("The learner has been told the answer."))
        return redirect(LIST, self.code)

    def get_context_data(self, **kwargs):
        asked = self.asked
        is_erasure = asked.kind == DataRequest.Kind.ERASURE and asked.is_open
        return super().get_context_data(
            asked=asked,
            days=(asked.due_on - timezone.localdate()).days,
            plan=erasures.plan(asked.learner) if is_erasure else None,
            back=reverse(LIST, args=[self.code]),
            **kwargs,
        )
