"""The learner's own pages: credentials, the certificate to print, share links, who has looked."""

import segno
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.decorators import method_decorator
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import FormView, TemplateView, View

from credentials import certificate, verification, wallet
from credentials.actions import shares
from credentials.forms.shares import ConfirmedShareForm, ShareForm
from credentials.models import Credential
from credentials.views import wording
from registry import access
from registry.web import OWN_NAMES, SignedInView

PAGE = 50


@method_decorator(never_cache, name="dispatch")
class MyCredentials(SignedInView, TemplateView):
    template_name = "credentials/my_credentials.html"

    def get_context_data(self, **kwargs):
        now = timezone.now()
        rows = [
            {"credential": one, **wording.status(one, now)}
            for one in wallet.credentials(self.request.user).defer("document")
        ]
        return super().get_context_data(rows=rows, **kwargs)


@method_decorator(never_cache, name="dispatch")
class MyCredential(SignedInView, TemplateView):
    """One credential: what it says, how it stands, who has a link to it."""

    template_name = "credentials/my_credential.html"

    def get_context_data(self, uuid, **kwargs):
        now, credential = timezone.now(), own(self.request.user, uuid)
        report = verification.verify(document=bytes(credential.document), at=now)
        return super().get_context_data(
            credential=credential,
            certificate=certificate.read(credential, language=certificate.language_for(credential)),
            only_in=wording.only_in(credential),
            shares=[
                {"share": one, **share_state(one, now)}
                for one in wallet.shares(self.request.user).filter(credential=credential)
            ],
            verify_url=address("verify-code", credential.grouped_code),
            **wording.status(credential, now),
            **wording.report(report),
            **kwargs,
        )


@method_decorator(never_cache, name="dispatch")
class MyCertificate(SignedInView, TemplateView):
    """The certificate on one sheet, in the language it was issued in or another one that is complete."""

    template_name = "credentials/my_certificate.html"

    def get_context_data(self, uuid, **kwargs):
        credential = own(self.request.user, uuid)
        offered, wished = certificate.languages(credential), self.request.GET.get("lang")
        if wished is not None and wished not in OWN_NAMES:
            raise Http404
        language = certificate.language_for(credential, wished=wished)
        return super().get_context_data(
            **sheet(credential, language=language),
            **wording.status(credential, timezone.now()),
            languages=[
                {"code": one, "name": OWN_NAMES[one], "is_current": one == language} for one in offered
            ],
            is_missing=wished is not None and wished != language,
            only_in=wording.only_in(credential),
            **kwargs,
        )


@method_decorator(never_cache, name="dispatch")
class MyShareNew(SignedInView, FormView):
    """Choose how long; with a safety prohibition read and confirm; then see the secret link, once."""

    form_class = ShareForm
    template_name = "credentials/my_share_new.html"

    def get_form_class(self):
        return ConfirmedShareForm if "confirming" in self.request.POST else ShareForm

    def get_template_names(self):
        return [
            "credentials/my_share_confirm.html" if "confirming" in self.request.POST else self.template_name
        ]

    def get_context_data(self, **kwargs):
        credential = self.credential()
        return super().get_context_data(
            credential=credential,
            is_minor=shares.is_minor(credential.learner, today=timezone.localdate()),
            **kwargs,
        )

    def form_valid(self, form):
        chosen, credential = form.cleaned_data, self.credential()
        try:
            share, secret = shares.create(
                credential=credential,
                days=chosen["days"],
                note=chosen["note"],
                confirmed=chosen.get("confirmed", False),
                by=self.request.user,
                at=timezone.now(),
            )
        except shares.NotConfirmed:
            form = ConfirmedShareForm(initial={name: form[name].value() for name in ("days", "note")})
            context = {"form": form, "credential": credential}
            return render(self.request, "credentials/my_share_confirm.html", context)
        url = address("share", secret)
        context = {
            "share": share,
            "credential": credential,
            "url": url,
            "qr": qr(url, title=_("The link as a QR code")),
        }
        return render(self.request, "credentials/my_share_made.html", context)

    def credential(self) -> Credential:
        return own(self.request.user, self.kwargs["uuid"])


class ShareWithdraw(SignedInView, View):
    """Asks, then ends the link."""

    def get(self, request, uid):
        share = get_object_or_404(wallet.shares(request.user), uid=uid)
        return render(request, "credentials/share_withdraw.html", {"share": share})

    def post(self, request, uid):
        share = get_object_or_404(wallet.shares(request.user), uid=uid)
        shares.withdraw(share=share, by=request.user, at=timezone.now())
        messages.success(request, _("The share has been withdrawn. The link no longer shows anything."))
        return redirect("my-credential", share.credential_id)


@method_decorator(never_cache, name="dispatch")
class MyTrail(SignedInView, TemplateView):
    template_name = "credentials/my_trail.html"

    def get_context_data(self, **kwargs):
        page = Paginator(wallet.trail(self.request.user), PAGE).get_page(self.request.GET.get("page"))
        rows = [
            {
                "at": entry.at,
                "who": _("You") if entry.by_id == self.request.user.pk else entry.by or _("The service"),
                "institution": entry.institution,
                "role": access.names(entry.role),
                "what": wording.VERBS.get(entry.verb, wording.OTHER_VERB),
                "about": entry.about if entry.about.startswith("credential:") else "",
            }
            for entry in page
        ]
        return super().get_context_data(page=page, rows=rows, **kwargs)


def own(user, uuid) -> Credential:
    return get_object_or_404(wallet.credentials(user), pk=uuid)


def sheet(credential: Credential, *, language: str) -> dict:
    """Context of credentials/certificate.html; the code leads to the page in the certificate's language."""
    with translation.override(language):
        url = address("verify-code", credential.grouped_code)
        picture = qr(url, title=_("Verification page as a QR code"))
    return {
        "credential": credential,
        "certificate": certificate.read(credential, language=language),
        "verify_url": url,
        "qr": picture,
    }


def share_state(share, now) -> dict:
    if share.withdrawn_at:
        return {"status": "withdrawn", "label": _("Withdrawn")}
    if not share.is_open(now):
        return {"status": "expired", "label": _("Ended")}
    return {"status": "valid", "label": _("Works")}


def address(name: str, argument: str) -> str:
    return settings.SITE_URL + reverse(name, args=[argument])


def qr(text: str, *, title: str) -> str:
    """A QR code as SVG inside the page, without style attributes."""
    picture = segno.make_qr(text, error="m")
    shape = picture.svg_inline(omitsize=True, svgclass="qr", lineclass=None, title=title)
    return mark_safe(shape)  # noqa: S308 – segno escapes the title
