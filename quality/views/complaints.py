"""Complaints: the public form, the coordinators' list and their answer."""

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView

from quality.actions import complaints
from quality.forms.complaints import ComplaintAnswerForm, ComplaintForm
from quality.models import Complaint
from registry import attempts, catalogue
from registry.access import Permission
from registry.errors import Invalid
from registry.models import OfferingVersion
from registry.templatetags.texts import in_reader_language
from registry.web import StaffView, too_many

PAGE = 50


class ComplaintNew(FormView):
    """For anybody; so many an hour from one address."""

    template_name = "quality/complaint_new.html"
    form_class = ComplaintForm

    @cached_property
    def version(self) -> OfferingVersion:
        public = catalogue.public_versions().filter(offering__code=self.kwargs["code"])
        found = public.order_by("-number").first()
        if found is None:
            raise Http404
        return found

    def form_valid(self, form):
        address = get_adapter().get_client_ip(self.request)
        if seconds := attempts.wait(kind="feedback", address=address):
            return too_many(self.request, seconds)
        attempts.add(kind="feedback", address=address)
        complaint = complaints.make(
            offering=self.version.offering, language=get_language(), at=timezone.now(), **form.cleaned_data
        )
        return redirect("complaint-sent", complaint.uid)

    def get_initial(self):
        user = self.request.user
        return {"email": user.email} if user.is_authenticated else {}

    def get_context_data(self, **kwargs):
        version = self.version
        return super().get_context_data(
            code=version.offering.code,
            offering=in_reader_language(version.title, main=version.primary_language),
            institution=version.offering.institution,
            back=reverse("catalogue-offering", args=[version.offering.code]),
            **kwargs,
        )


class ComplaintSent(TemplateView):
    """The number to refer to it by."""

    template_name = "quality/complaint_sent.html"

    def get_context_data(self, **kwargs):
        complaint = complaints.made(uid=self.kwargs["uid"])
        if complaint is None:
            raise Http404
        return super().get_context_data(
            reference=complaint.reference, has_address=bool(complaint.email), **kwargs
        )


class ComplaintList(StaffView, TemplateView):
    permission = Permission.CHECK_OPEN
    template_name = "quality/complaint_list.html"

    def get_context_data(self, **kwargs):
        house = self.institution.code.lower()
        every = complaints.of(self.institution)
        answered = every.exclude(status=Complaint.Status.OPEN).order_by("-answered_at", "-pk")
        page = Paginator(answered, PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(
            waiting=[
                _row(one, house) for one in every.filter(status=Complaint.Status.OPEN).order_by("made_at")
            ],
            answered=[_row(one, house) for one in page],
            page=page,
            home_url=reverse("staff-home", args=[house]),
            **kwargs,
        )


class ComplaintAnswer(StaffView, FormView):
    """One complaint, with the form while it is open."""

    permission = Permission.CHECK_OPEN
    template_name = "quality/complaint.html"
    form_class = ComplaintAnswerForm

    @cached_property
    def complaint(self) -> Complaint:
        return get_object_or_404(complaints.of(self.institution), uid=self.kwargs["uid"])

    def form_valid(self, form):
        try:
            complaints.answer(
                complaint=self.complaint,
                is_upheld=form.cleaned_data["outcome"] == "upheld",
                text=form.cleaned_data["text"],
                by=self.request.user,
                at=timezone.now(),
            )
        except Invalid as refusal:
            form.add_error("text", refusal.message)
            return self.form_invalid(form)
        messages.success(self.request, _("The complaint has been answered."))
        return redirect("complaint-list", self.institution.code.lower())

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            complaint=self.complaint,
            is_open=self.complaint.status == Complaint.Status.OPEN,
            back=reverse("complaint-list", args=[self.institution.code.lower()]),
            **kwargs,
        )


def _row(one: Complaint, house: str) -> dict:
    icons = {Complaint.Status.OPEN: "waiting", Complaint.Status.UPHELD: "warning"}
    return {
        "complaint": one,
        "code": one.offering.code,
        "icon": icons.get(one.status, "done"),
        "url": reverse("complaint-answer", args=[house, one.uid]),
    }
