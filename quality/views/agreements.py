"""Staff pages of agreements with partners: which there are, a new one, a change, a meeting held (W-04)."""

from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView

from quality.actions import agreements
from quality.forms.agreements import AgreementForm, EvaluationMeetingForm
from quality.models import PartnershipAgreement
from registry.access import Permission
from registry.errors import Invalid, StateChanged
from registry.templatetags.texts import in_reader_language
from registry.web import StaffView

PAGE = 50
STATES = {
    "coming": (gettext_lazy("Not yet in force"), "info"),
    "in_force": (gettext_lazy("In force"), "success"),
    "ending": (gettext_lazy("Ends soon"), "warning"),
    "over": (gettext_lazy("Ended"), ""),
}


class AgreementList(StaffView, TemplateView):
    permission = Permission.REVIEW_READ
    template_name = "quality/agreement_list.html"

    def get_context_data(self, **kwargs):
        here, today = [self.institution.code.lower()], timezone.localdate()
        every = agreements.of(self.institution, on=today).prefetch_related("offerings", "meetings")
        page = Paginator(every, PAGE).get_page(self.request.GET.get("page"))
        may_write = Permission.AGREEMENT_WRITE in self.permissions
        return super().get_context_data(
            rows=[self._row(one, here=here, may_write=may_write) for one in page],
            page=page,
            year=today.year,
            new_url=reverse("agreement-new", args=here) if may_write else "",
            home_url=reverse("staff-home", args=here),
            **kwargs,
        )

    def _row(self, one: PartnershipAgreement, *, here: list[str], may_write: bool) -> dict:
        today = timezone.localdate()
        label, tone = STATES[one.state(today)]
        return {
            "agreement": one,
            "label": label,
            "tone": tone,
            "focus": in_reader_language(one.focus, main=self.institution.main_language),
            "offerings": ", ".join(sorted(each.code for each in one.offerings.all())),
            "meetings": sorted(each.held_on for each in one.meetings.all()),
            "meetings_tone": _tone(one, today),
            "edit_url": reverse("agreement-edit", args=[*here, one.uid]) if may_write else "",
            "meeting_url": reverse("agreement-meeting", args=[*here, one.uid]) if may_write else "",
        }


def _tone(one: PartnershipAgreement, today: date) -> str:
    """Of this year's meetings: missing ones warn from October on and are a fault on the last day (W-04)."""
    if one.held >= one.meetings_a_year:
        return "success"
    if not one.is_in_force(today) or today.month < 10:
        return "info"
    return "error" if (today.month, today.day) == (12, 31) else "warning"


class AgreementWriting(StaffView, FormView):
    """Mixin: a form about agreements; `keep` calls the action."""

    permission = Permission.AGREEMENT_WRITE
    template_name = "quality/feedback_form.html"

    @cached_property
    def agreement(self) -> PartnershipAgreement:
        return get_object_or_404(self.institution.agreements, uid=self.kwargs["uid"])

    def form_valid(self, form):
        try:
            self.keep(form, by=self.request.user, at=timezone.now())
        except Invalid as refusal:
            form.refuse(refusal.reasons or [("", refusal.message)])
            return self.form_invalid(form)
        messages.success(self.request, _("Saved."))
        return redirect("agreement-list", self.institution.code.lower())

    def get_context_data(self, **kwargs):
        back = reverse("agreement-list", args=[self.institution.code.lower()])
        return super().get_context_data(
            title=self.title(),
            submit=_("Save"),
            back=back,
            back_label=_("Agreements with partners"),
            **kwargs,
        )


class AgreementNew(AgreementWriting):
    form_class = AgreementForm

    def title(self) -> str:
        return _("Write down an agreement")

    def get_form_kwargs(self):
        people = agreements.colleagues(self.institution)
        offerings = self.institution.offerings.order_by("code")
        return {**super().get_form_kwargs(), "people": people, "offerings": offerings}

    def keep(self, form, **more) -> None:
        said = {"facts": form.facts(), "offerings": list(form.cleaned_data["offerings"])}
        agreements.write(institution=self.institution, **said, **more)


class AgreementEdit(AgreementNew):
    def title(self) -> str:
        return self.agreement.partner

    def get_initial(self):
        one = self.agreement
        kept = {name: getattr(one, name, None) for name in self.form_class.base_fields}
        offerings = [each.pk for each in one.offerings.all()]
        return kept | {"offerings": offerings, "seen": agreements.stamp(one)}

    def form_valid(self, form):
        try:
            return super().form_valid(form)
        except StateChanged as refusal:
            form.refuse([("", refusal.message)])
            form.see(agreements.stamp(self.agreement))
            return self.form_invalid(form)

    def keep(self, form, **more) -> None:
        super().keep(form, agreement=self.agreement, seen=form.cleaned_data["seen"], **more)


class AgreementMeeting(AgreementWriting):
    form_class = EvaluationMeetingForm

    def title(self) -> str:
        return _("Evaluation meeting: %(partner)s") % {"partner": self.agreement.partner}

    def keep(self, form, **who) -> None:
        agreements.meet(agreement=self.agreement, **form.cleaned_data, **who)
