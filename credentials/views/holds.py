"""Holds on issuing: named decisions that nothing is issued, of a version or to one learner of it (T16)."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView

from credentials.actions import holds
from credentials.forms.holds import HoldForm, HoldReasonForm
from credentials.models import Attainment, IssuingHold
from registry.access import Permission
from registry.errors import Invalid
from registry.models import OfferingVersion
from registry.templatetags.texts import in_reader_language
from registry.web import StaffView


class HoldList(StaffView, TemplateView):
    """Holds in force first; a learner is named only to those who may see learners."""

    permission = Permission.HOLD_READ
    template_name = "credentials/hold_list.html"

    def get_context_data(self, **kwargs):
        own, may_decide = self.institution.code.lower(), Permission.HOLD_WRITE in self.permissions
        sees_learners = Permission.LEARNER_READ in self.permissions
        rows = holds.of(self.institution)
        return super().get_context_data(
            holds=[
                {
                    "hold": one,
                    "code": one.version.offering.code,
                    "title": in_reader_language(one.version.title, main=one.version.primary_language),
                    "learner": one.learner if sees_learners else None,
                    "is_of_learner": one.learner_id is not None,
                    "lift_url": reverse("hold-lift", args=[own, one.uid])
                    if may_decide and not one.lifted_at
                    else "",
                }
                for one in rows
            ],
            new_url=reverse("hold-new", args=[own]) if may_decide else "",
            home_url=reverse("staff-home", args=[own]),
            **kwargs,
        )


class HoldPage(StaffView, FormView):
    """Mixin: keeps a hold, its refusals by the field, then the list."""

    template_name = "credentials/hold_form.html"
    form_class = HoldReasonForm

    def form_valid(self, form):
        try:
            self.keep(form.cleaned_data, by=self.request.user, at=timezone.now())
        except Invalid as refusal:
            form.add_error(None, refusal.message)
            return self.form_invalid(form)
        return redirect(self.back)

    @property
    def back(self) -> str:
        return reverse("hold-list", args=[self.institution.code.lower()])

    def get_context_data(self, **kwargs):
        return super().get_context_data(heading=self.heading, text=self.text, back=self.back, **kwargs)


class HoldNew(HoldPage):
    permission = Permission.HOLD_WRITE
    form_class = HoldForm

    @property
    def heading(self) -> str:
        return _("Hold issuing of a version")

    @property
    def text(self) -> str:
        return _(
            "Nothing is issued for the version until the hold is lifted, not even to those who began before a"
            " suspension. What has been issued stays valid until it is revoked."
        )

    @cached_property
    def versions(self) -> dict[str, OfferingVersion]:
        return {str(one.pk): one for one in holds.versions(self.institution)}

    def get_form_kwargs(self):
        named = [(key, _name(one)) for key, one in self.versions.items()]
        return {**super().get_form_kwargs(), "versions": named}

    def keep(self, said: dict, **who) -> None:
        holds.place(version=self.versions[said["version"]], learner=None, reason=said["reason"], **who)
        messages.success(self.request, _("Issuing is held."))


class HoldLift(HoldPage):
    permission = Permission.HOLD_WRITE

    @property
    def heading(self) -> str:
        return _("Lift the hold")

    @property
    def text(self) -> str:
        return _("Issuing goes on at once for everybody whom the hold stopped.")

    @cached_property
    def hold(self) -> IssuingHold:
        return get_object_or_404(holds.of(self.institution), uid=self.kwargs["uid"])

    def get_context_data(self, **kwargs):
        return super().get_context_data(hold=self.hold, **kwargs)

    def keep(self, said: dict, **who) -> None:
        holds.lift(hold=self.hold, reason=said["reason"], **who)
        messages.success(self.request, _("The hold has been lifted."))


class AttainmentHold(HoldPage):
    """From the page of an attainment, by those who issue: one learner of one version."""

    permission = Permission.CREDENTIAL_REVOKE

    @property
    def heading(self) -> str:
        return _("Hold issuing to this learner")

    @property
    def text(self) -> str:
        return _(
            "Nothing is issued to the learner for this version until a quality coordinator lifts the hold."
        )

    @cached_property
    def attainment(self) -> Attainment:
        rows = self.institution.attainments.select_related("learner", "version__offering")
        return get_object_or_404(rows, uid=self.kwargs["uid"])

    def get_context_data(self, **kwargs):
        return super().get_context_data(attainment=self.attainment, **kwargs)

    @property
    def back(self) -> str:
        return reverse("attainment-list", args=[self.institution.code.lower()])

    def keep(self, said: dict, **who) -> None:
        one = self.attainment
        holds.place(version=one.version, learner=one.learner, reason=said["reason"], **who)
        messages.success(self.request, _("Issuing is held."))


def _name(version: OfferingVersion) -> str:
    title = in_reader_language(version.title, main=version.primary_language)
    return f"{version.offering.code} v{version.number}: {title['text']}"
