"""Staff pages of a version's realisations: the list, a new one, changes, opening."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView, View

from registry.access import Permission
from registry.actions import realisations
from registry.errors import Invalid
from registry.forms.realisations import RealisationForm
from registry.models import OfferingVersion, Realisation
from registry.views.catalogue import price
from registry.web import VersionPage

Status = Realisation.Status
# The word by which components/status.html chooses the icon.
ICONS = {
    Status.PLANNED: "draft",
    Status.OPEN: "published",
    Status.CANCELLED: "cancelled",
    Status.ENDED: "ended",
}


class RealisationPage(VersionPage):
    """Mixin: the realisations of one version of the institution's, also those not announced."""

    @cached_property
    def version(self) -> OfferingVersion:
        offering = get_object_or_404(self.institution.offerings, code=self.kwargs["code"])
        versions = offering.versions.select_related("offering__institution")
        return get_object_or_404(versions, number=self.kwargs["number"])

    @cached_property
    def realisation(self) -> Realisation:
        return get_object_or_404(self.version.realisations, key=self.kwargs["key"])

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            version=self.version,
            version_url=self.url("version-detail"),
            list_url=self.url("realisation-list"),
            **kwargs,
        )


class RealisationList(RealisationPage, TemplateView):
    permission = Permission.OFFERING_READ
    template_name = "registry/realisation_list.html"

    def get_context_data(self, **kwargs):
        today = timezone.localdate()
        may_write = Permission.REALISATION_WRITE in self.permissions
        return super().get_context_data(
            rows=[self._row(one) for one in self.version.realisations.order_by("-starts_on", "-pk")],
            may_write=may_write,
            may_see_people=Permission.LEARNER_READ in self.permissions,
            why_not_plan=realisations.why_not_plan(version=self.version, today=today) if may_write else "",
            why_not_open=realisations.why_not_open(version=self.version, today=today) if may_write else "",
            tone="error" if self._is_stopped(today) else "warning",
            new_url=self.url("realisation-new"),
        )

    def _is_stopped(self, today) -> bool:
        """Nobody may begin, although the offering is published."""
        return bool(realisations.why_nobody_begins(version=self.version, today=today))

    def _row(self, one: Realisation) -> dict:
        return {
            "realisation": one,
            "icon": ICONS[one.status],
            "price": price(one.price_eur if one.price_eur is not None else self.version.fee_eur),
            "is_planned": one.status == Status.PLANNED,
            "is_changeable": one.status in {Status.PLANNED, Status.OPEN},
            "edit_url": self.url("realisation-edit", one.key),
            "open_url": self.url("realisation-open", one.key),
            "cancel_url": self.url("realisation-cancel", one.key),
            "people_url": self.url("participant-list", one.key),
        }


class RealisationFormPage(RealisationPage, FormView):
    permission = Permission.REALISATION_WRITE
    template_name = "registry/realisation_form.html"
    form_class = RealisationForm

    def form_valid(self, form):
        try:
            self.write(form.cleaned_data)
        except Invalid as problem:
            for name, text in problem.reasons:
                form.add_error(name if name in form.fields else None, text)
            return self.form_invalid(form)
        return redirect(self.url("realisation-list"))


class RealisationNew(RealisationFormPage):
    def get_initial(self):
        version = self.version
        return {
            "enrolment": Realisation.Enrolment.HERE,
            "has_queue": True,
            "languages": version.teaching_languages,
            "locations": version.locations,
            "network": version.network,
        }

    def write(self, facts: dict) -> None:
        one = realisations.add(version=self.version, facts=facts, by=self.request.user, at=timezone.now())
        messages.success(
            self.request,
            _("Realisation %(key)s was planned. The public sees it when you open it.") % {"key": one.key},
        )


class RealisationEdit(RealisationFormPage):
    def get_initial(self):
        return {name: getattr(self.realisation, name) for name in realisations.FIELDS}

    def write(self, facts: dict) -> None:
        realisations.change(
            realisation=self.realisation, facts=facts, by=self.request.user, at=timezone.now()
        )
        messages.success(self.request, _("Saved."))

    def get_context_data(self, **kwargs):
        return super().get_context_data(realisation=self.realisation, **kwargs)


class RealisationOpen(RealisationPage, View):
    permission = Permission.REALISATION_WRITE
    http_method_names = ["post"]

    def post(self, request, code, number, key):
        realisations.announce(realisation=self.realisation, by=request.user, at=timezone.now())
        messages.success(request, _("Realisation %(key)s is open.") % {"key": key})
        return redirect(self.url("realisation-list"))
