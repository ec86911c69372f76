"""The learner's downloads: one credential in every form it can be had in."""

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView, View

from credentials import certificate
from credentials.actions import documents
from credentials.document_forms import FORMS
from credentials.views import wording
from credentials.views.wallet import own
from registry.models import Institution
from registry.web import OWN_NAMES, SignedInView

CertificateMode = Institution.CertificateMode


@method_decorator(never_cache, name="dispatch")
class MyDownloads(SignedInView, TemplateView):
    """Which forms there are, and what each is good for."""

    template_name = "credentials/my_downloads.html"

    def get_context_data(self, uuid, **kwargs):
        credential = own(self.request.user, uuid)
        offered = certificate.languages(credential)
        return super().get_context_data(
            credential=credential,
            heading=wording.heading(credential),
            only_in=wording.only_in(credential),
            is_on_paper=credential.institution.certificate_mode == CertificateMode.PAPER,
            forms=[
                {
                    "label": form.label,
                    "text": form.text,
                    "files": _files(credential, name, offered if form.is_in_one_language else [""]),
                }
                for name, form in documents.offered(credential).items()
            ],
            **kwargs,
        )


@method_decorator(never_cache, name="dispatch")
class MyDownload(SignedInView, View):
    """One of them, as bytes."""

    def get(self, request, uuid, form):
        credential, language = own(request.user, uuid), request.GET.get("lang", "")
        if form not in FORMS or (language and language not in certificate.languages(credential)):
            raise Http404
        file = documents.fetch(
            credential=credential, form=form, language=language, by=request.user, at=timezone.now()
        )
        headers = {
            "Content-Disposition": f'attachment; filename="{file.name}"',
            "X-Content-Type-Options": "nosniff",
        }
        return HttpResponse(file.content, content_type=file.media_type, headers=headers)


def _files(credential, form: str, languages: list[str]) -> list[dict]:
    address = reverse("my-download", args=[credential.pk, form])
    return [
        {"url": f"{address}?lang={one}" if one else address, "language": one, "name": OWN_NAMES.get(one, "")}
        for one in languages
    ]
