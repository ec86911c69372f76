"""Staff pages of certificates: how they are handed over, and those to print, with the verification code."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView

from credentials import certificate
from credentials.forms.certificates import CertificateModeForm
from credentials.models import BatchItem, Credential
from credentials.views.wallet import sheet
from registry import trail
from registry.access import Permission
from registry.actions import institutions
from registry.models import Institution
from registry.web import StaffView

SHEETS = 25  # on one page, which is printed at once


class CertificateModeChoice(StaffView, FormView):
    permission = Permission.CERTIFICATE_CHOOSE
    template_name = "credentials/certificate_mode.html"
    form_class = CertificateModeForm

    def get_initial(self):
        return {"mode": self.institution.certificate_mode, "moment": self.institution.certificate_moment}

    def form_valid(self, form):
        choice = {"institution": self.institution, "by": self.request.user, "at": timezone.now()}
        institutions.choose_certificate_mode(mode=form.cleaned_data["mode"], **choice)
        institutions.choose_certificate_moment(moment=form.cleaned_data["moment"], **choice)
        messages.success(self.request, _("Certificates are handed over like this from now on."))
        return redirect("certificate-mode", self.institution.code.lower())

    def get_context_data(self, **kwargs):
        home = reverse("staff-home", args=[self.institution.code.lower()])
        return super().get_context_data(home_url=home, **kwargs)


class Sheets(StaffView, TemplateView):
    """Certificates to print, each in its own language; that somebody opened them is written down."""

    permission = Permission.CREDENTIAL_READ
    template_name = "credentials/certificate_sheets.html"

    def found(self):
        """The credentials in the order of printing."""
        raise NotImplementedError

    def get_context_data(self, **kwargs):
        found = self.found().exclude(status__in=[Credential.Status.REVOKED, Credential.Status.REPLACED])
        page = Paginator(found.select_related("learner"), SHEETS).get_page(self.request.GET.get("page"))
        trail.record_each(
            verb="looked_at",
            pairs=[(one, one.learner.uid) for one in page],
            by=self.request.user,
            at=timezone.now(),
            role=self.role,
        )
        return super().get_context_data(
            page=page,
            sheets=[sheet(one, language=certificate.language_for(one, wished=one.language)) for one in page],
            is_signed_by_hand=self.institution.certificate_mode == Institution.CertificateMode.PAPER,
            **kwargs,
        )


class CredentialCertificate(Sheets):
    def found(self):
        found = self.institution.credentials.filter(pk=self.kwargs["uuid"])
        get_object_or_404(found)
        return found.order_by("pk")

    def get_context_data(self, **kwargs):
        back = reverse("credential-detail", args=[self.institution.code.lower(), self.kwargs["uuid"]])
        return super().get_context_data(back=back, **kwargs)


class BatchCertificates(Sheets):
    """Those of a batch, to be printed at once."""

    def found(self):
        batch = get_object_or_404(self.institution.batches, uid=self.kwargs["uid"])
        issued = batch.items.filter(outcome=BatchItem.Outcome.ISSUED)
        return self.institution.credentials.filter(batch_item__in=issued).order_by("batch_item__order")

    def get_context_data(self, **kwargs):
        back = reverse("batch-detail", args=[self.institution.code.lower(), self.kwargs["uid"]])
        return super().get_context_data(back=back, **kwargs)
