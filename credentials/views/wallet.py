"""The learner's own pages: credentials, the certificate to print, who has looked."""

import segno
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.decorators import method_decorator
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from credentials import certificate, verification, wallet
from credentials.models import Credential
from credentials.views import wording
from registry import access, trail
from registry.web import OWN_NAMES, SignedInView

PAGE = 50
VIEWINGS = 20


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
            heading=wording.heading(credential),
            certificate=certificate.read(credential, language=certificate.language_for(credential)),
            only_in=wording.only_in(credential),
            shares=[
                {"share": one, **wording.share_state(one, now)}
                for one in wallet.shares(self.request.user).filter(credentials=credential)
            ],
            verify_url=address("verify-code", credential.grouped_code),
            standing=wording.standing(credential, address=_own_page),
            made_of=wording.made_of(credential, at=now, address=_own_page),
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
            offered=[  # "languages" are those of the page's head
                {"code": one, "name": OWN_NAMES[one], "is_current": one == language} for one in offered
            ],
            is_missing=wished is not None and wished != language,
            only_in=wording.only_in(credential),
            **kwargs,
        )


@method_decorator(never_cache, name="dispatch")
class MyTrail(SignedInView, TemplateView):
    template_name = "credentials/my_trail.html"

    def get_context_data(self, **kwargs):
        page = Paginator(wallet.trail(self.request.user), PAGE).get_page(self.request.GET.get("page"))
        named = _named(self.request.user, page)
        rows = [
            {
                "at": entry.at,
                "who": _("You") if entry.by_id == self.request.user.pk else entry.by or _("The service"),
                "institution": entry.institution,
                "role": "" if trail.is_by_learner(entry) else access.names(entry.role),
                "what": wording.VERBS.get(entry.verb, wording.OTHER_VERB),
                "why": trail.purpose(entry),
                "about": named.get(entry.about),
            }
            for entry in page
        ]
        return super().get_context_data(
            page=page, rows=rows, viewings=wallet.viewings(self.request.user)[:VIEWINGS], **kwargs
        )


def _named(user, entries) -> dict[str, dict]:
    """Of the lines about credentials of the learner: title, code and page."""
    kind = "credential:"
    pks = {entry.about.removeprefix(kind) for entry in entries if entry.about.startswith(kind)}
    found = wallet.credentials(user).filter(pk__in=pks).defer("document")
    return {
        f"{kind}{one.pk}": {
            "title": wording.title(one), "code": one.grouped_code, "url": _own_page(one),
        }
        for one in found
    }  # fmt: skip


def _own_page(credential: Credential) -> str:
    return reverse("my-credential", args=[credential.pk])


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


def address(name: str, argument: str) -> str:
    return settings.SITE_URL + reverse(name, args=[argument])


def qr(text: str, *, title: str) -> str:
    """A QR code as SVG inside the page, without style attributes."""
    picture = segno.make_qr(text, error="m")
    shape = picture.svg_inline(omitsize=True, svgclass="qr", lineclass=None, title=title)
    return mark_safe(shape)  # noqa: S308 – segno escapes the title
