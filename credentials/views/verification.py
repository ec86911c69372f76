"""The pages on which anybody checks a credential: by its code, or with the credential itself."""

import threading
import zlib

from allauth.account.adapter import get_adapter
from cachetools import TTLCache
from csp.decorators import csp_replace
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View

from credentials import verification
from credentials.actions import shares
from credentials.forms.verification import CodeForm, DocumentForm, NameForm
from credentials.verification import Outcome, names
from credentials.views import wording
from registry import attempts
from registry.web import is_stranger, too_many

KEPT = TTLCache(maxsize=500, ttl=10)  # pages of strangers, some 3 kB each
KEEPING = threading.Lock()
MAX_FORM = verification.MAX_BYTES + 1_000_000  # bytes of a form


# A form without effects: it opens from anywhere, and a body that is too large is refused before it is read.
@method_decorator([csrf_exempt, never_cache], name="dispatch")
class Verify(View):
    """By code, or by file or text."""

    def get(self, request):
        return _forms(request)

    def post(self, request):
        if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_FORM:
            return self.report(request, verification.read_at_most(request), status=413)
        if "code" in request.POST:
            return self.lead(request, CodeForm(request.POST))
        form = DocumentForm(request.POST, request.FILES)
        if not form.is_valid():
            return _forms(request, document_form=form, form=form)
        if typed := form.typed():
            return self.lead(request, CodeForm({"code": typed}))
        return self.report(request, form.document())

    def lead(self, request, form: CodeForm):
        """To the page of the code, or of the share whose link was typed here."""
        if not form.is_valid():
            return _forms(request, code_form=form, form=form)
        secret = form.cleaned_data["secret"]
        if secret is None:
            return redirect("verify-code", form.cleaned_data["code"])
        if shares.find(secret=secret, at=timezone.now()):
            return redirect("share", secret)
        address = get_adapter().get_client_ip(request)
        if seconds := attempts.wait(kind="share", address=address):
            return too_many(request, seconds)
        attempts.add(kind="share", address=address)
        text = _("The link was not found. Check that it is whole; its sharing may have ended, too.")
        form.add_error("code", text)
        return _forms(request, code_form=form, form=form, status=404)

    def report(self, request, document: bytes, *, status: int = 200):
        report = verification.verify(document=document, at=timezone.now())
        if report.secret and shares.find(secret=report.secret, at=timezone.now()):
            return redirect("share", report.secret)
        if report.code:
            address = get_adapter().get_client_ip(request)
            if seconds := attempts.wait(kind="code", address=address):
                return too_many(request, seconds)
            if report.credential is None:
                attempts.add(kind="code", address=address)
        context = {
            **wording.report(report),
            "subject": wording.subject(report),
            "records": wording.records(report),
            "technical": wording.technical(report),
            "learned": wording.learned(report) if report.is_copy or report.is_whole else None,
            "is_copy": report.is_copy,
            "replacement": wording.replacement(report),
        }
        return render(request, "credentials/verify_report.html", context, status=status)


@method_decorator([xframe_options_exempt, csp_replace({"frame-ancestors": ["*"]})], name="dispatch")
class VerifyFrame(View):
    """The forms alone, for a frame in anybody's page. It knows nobody and changes nothing; the answer opens
    on our own page, where the address says who answers."""

    def get(self, request):
        forms = {"code_form": CodeForm(), "document_form": DocumentForm()}
        return render(request, "credentials/verify_frame.html", forms)


@method_decorator([csrf_exempt, never_cache], name="dispatch")
class VerifyCode(View):
    """What the code of a certificate leads to: what was learned, and whether it stands; never whose it is.

    Strangers get the page as it was for the one before, while its state is the same, for ten seconds at most.
    The form changes nothing, so that it needs no token of the reader's.
    """

    def get(self, request, code):
        address = get_adapter().get_client_ip(request)
        if not is_stranger(request) or request.GET or attempts.wait(kind="code", address=address):
            return self.page(request, code)
        state = verification.state(code=code)
        key = (request.path, timezone.localdate(), state)
        with KEEPING:
            body = KEPT.get(key)
        if body is not None:
            return HttpResponse(zlib.decompress(body))
        response = self.page(request, code)
        if state and response.status_code == 200:  # not what is told to this reader's address only
            with KEEPING:
                KEPT[key] = zlib.compress(response.content, level=1)
        return response

    def post(self, request, code):
        return self.page(request, code, name_form=NameForm(request.POST))

    def page(self, request, code, *, name_form=None):
        address = get_adapter().get_client_ip(request)
        if seconds := attempts.wait(kind="code", address=address):
            return too_many(request, seconds)
        report = verification.by_code(code=code, at=timezone.now())
        if report is None:
            attempts.add(kind="code", address=address)
            form = CodeForm({"code": verification.grouped_code(code)})
            form.add_error("code", _("The code was not found. Check it against the certificate."))
            return _forms(request, code_form=form, form=form, status=404)
        answer = ""
        if name_form and name_form.is_valid():
            if seconds := attempts.wait(kind="name", address=address):
                return too_many(request, seconds)
            answer = self.compare(report, name_form.cleaned_data["name"], address=address)
        context = {
            **wording.report(report),
            "learned": wording.learned(report),
            "replacement": wording.replacement(report),
            "made_of": wording.made_of(report.credential, at=timezone.now(), address=lambda _one: ""),
            "form": name_form or NameForm(),
            "answer": answer,
            "compare_url": "#person" if report.outcome in (Outcome.VALID, Outcome.WARNING) else "",
        }
        return render(request, "credentials/verify_code.html", context)

    def compare(self, report: verification.Report, name: str, *, address: str) -> str:
        person = report.credential.facts.learner
        if names.is_same(name, given_names=person.given_names, family_name=person.family_name):
            return "match"
        attempts.add(kind="name", address=address)
        return "no_match"


def _forms(request, *, code_form=None, document_form=None, form=None, status: int = 200):
    """`form` is the one that was sent, whose errors stand on top."""
    context = {
        "code_form": code_form or CodeForm(),
        "document_form": document_form or DocumentForm(),
        "form": form,
        "frame_url": request.build_absolute_uri(reverse("verify-frame")),
    }
    return render(request, "credentials/verify.html", context, status=status)
