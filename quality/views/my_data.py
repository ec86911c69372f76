"""The learner's own data on one page: download, who looked, consents, requests, closing the account."""

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import FormView, TemplateView, View

from credentials import wallet
from credentials.actions import data_requests, own_files
from credentials.actions.own_files import Found, Place
from credentials.models import DataRequest
from quality import own_data
from quality.actions import consents
from quality.actions import own_data as downloads
from quality.forms.own_data import CloseAccountForm, DataRequestForm, OwnDataFileForm
from registry import attempts, trail
from registry.errors import Invalid
from registry.web import SignedInView, too_many

Kind, Status = DataRequest.Kind, DataRequest.Status
RECENT = 5
HISTORY = 20
CONSENTS = ("survey_agreed", "survey_refused", "shared", "share_withdrawn")
TONES = {Status.ASKED: "info", Status.DONE: "done", Status.REFUSED: "rejected"}
PLACES = {
    Place.YOURS: gettext_lazy("It is in your account."),
    Place.LETTER: gettext_lazy(
        "The institution keeps it in no account. A letter with a link has been sent to the address that the"
        " institution has of its owner: open it to take the credential into your account."
    ),
    Place.OTHER: gettext_lazy("It belongs to another account."),
    Place.ELSEWHERE: gettext_lazy("It was not issued in this registry. It is only checked here."),
}


@method_decorator(never_cache, name="dispatch")
class MyData(SignedInView, TemplateView):
    template_name = "quality/my_data.html"

    def get_context_data(self, **kwargs):
        user, now = self.request.user, timezone.now()
        looked, open_shares = wallet.trail(user), wallet.shares(user).open(at=now).count()
        wishes = [
            {"institution": one.institution, "career_at": one.wishes.career_at,
             "wants_expiry": one.wishes.wants_expiry}
            for one in self.records if hasattr(one, "wishes")
        ]  # fmt: skip
        return super().get_context_data(
            kept=[(one.label, len(one.rows)) for one in own_data.sections(user) if one.rows],
            looks=[
                {"at": one.at, "who": _("You") if one.by_id == user.pk else one.by or _("The service"),
                 "institution": one.institution, "why": trail.purpose(one)}
                for one in looked.filter(verb__in=trail.LOOKS)[:RECENT]
            ],
            open_shares=open_shares,
            wishes=wishes,
            has_consents=open_shares or any(one["career_at"] or one["wants_expiry"] for one in wishes),
            history=[
                {"at": one.at, "what": trail.VERBS[one.verb], "institution": one.institution}
                for one in looked.filter(verb__in=CONSENTS)[:HISTORY]
            ],
            requests=[
                {"request": one, "tone": TONES.get(one.status, "")} for one in data_requests.of_learner(user)
            ],
            has_records=bool(self.records),
            **kwargs,
        )  # fmt: skip

    @cached_property
    def records(self) -> list:
        return list(self.request.user.learner_records.select_related("institution", "wishes").order_by("pk"))


class MyDataFile(SignedInView, View):
    """The zip; asked for by a button, because each download is written down."""

    def get(self, request):
        return redirect("my-data")

    def post(self, request):
        now = timezone.now()
        content = downloads.download(user=request.user, language=get_language(), at=now)
        name = f"own-data-{timezone.localdate(now).isoformat()}.zip"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return HttpResponse(content, content_type="application/zip", headers=headers)


@method_decorator(never_cache, name="dispatch")
class MyDataRead(SignedInView, FormView):
    """A downloaded file again: what of it still holds, and what belongs to this account."""

    template_name = "quality/my_data_read.html"
    form_class = OwnDataFileForm

    def form_valid(self, form):
        address = get_adapter().get_client_ip(self.request)
        if seconds := attempts.wait(kind="list", address=address):
            return too_many(self.request, seconds)
        attempts.add(kind="list", address=address)
        packed = form.cleaned_data["file"].read(own_files.MOST_BYTES + 1)
        try:
            found = own_files.read_back(packed=packed, user=self.request.user, at=timezone.now())
        except Invalid as refusal:
            form.add_error("file", refusal.message)
            return self.form_invalid(form)
        rows = [_row(one) for one in found]
        return self.render_to_response(self.get_context_data(form=self.form_class(), rows=rows))


class MyConsentsWithdraw(SignedInView, View):
    """Asks, then ends them all."""

    def get(self, request):
        context = {
            "title": _("Withdraw all that I have agreed to"),
            "text": _(
                "All your share links stop working at once, and you get no more surveys on your career nor "
                "letters before a credential expires. A link cannot be opened again, but you can make new "
                "ones."
            ),
            "back": reverse("my-data"),
        }
        return render(request, "quality/my_withdraw.html", context)

    def post(self, request):
        consents.withdraw_all(user=request.user, at=timezone.now())
        messages.success(request, _("Your consents have been withdrawn: no link of yours works any more."))
        return redirect("my-data")


@method_decorator(never_cache, name="dispatch")
class MyAccountClose(SignedInView, FormView):
    template_name = "quality/my_account_close.html"
    form_class = CloseAccountForm

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "user": self.request.user}

    def form_valid(self, form):
        consents.close_account(user=self.request.user, at=timezone.now())
        logout(self.request)
        messages.success(self.request, _("Your account has been closed and its data erased."))
        return redirect("catalogue")


@method_decorator(never_cache, name="dispatch")
class MyRequestNew(SignedInView, FormView):
    """Correction or erasure, asked of one institution."""

    template_name = "quality/my_request_new.html"
    form_class = DataRequestForm

    @cached_property
    def kind(self) -> DataRequest.Kind:
        if self.kwargs["kind"] not in Kind.values:
            raise Http404
        return Kind(self.kwargs["kind"])

    @cached_property
    def records(self) -> list:
        return list(self.request.user.learner_records.select_related("institution").order_by("pk"))

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "records": self.records, "kind": self.kind}

    def form_valid(self, form):
        said = form.cleaned_data
        try:
            data_requests.ask(
                learner=said["record"], kind=self.kind, text=said["text"], by=self.request.user,
                at=timezone.now(),
            )  # fmt: skip
        except Invalid as refusal:
            form.add_error("text", refusal.message)
            return self.form_invalid(form)
        messages.success(self.request, _("Your request has been sent."))
        return redirect(reverse("my-data") + "#requests")

    def get_context_data(self, **kwargs):
        is_erasure = self.kind == Kind.ERASURE
        return super().get_context_data(title=self.kind.label, is_erasure=is_erasure, **kwargs)


class MyRequestWithdraw(SignedInView, View):
    """Asks, then ends a request that has no answer yet."""

    def get(self, request, uid):
        asked = get_object_or_404(data_requests.of_learner(request.user), uid=uid)
        if not asked.is_open:
            return redirect(reverse("my-data") + "#requests")
        facts = {"kind": asked.get_kind_display(), "institution": asked.institution}
        context = {
            "title": _("Withdraw the request"),
            "text": _("%(kind)s: %(institution)s does not answer it then. You can ask again later.") % facts,
            "back": reverse("my-data") + "#requests",
        }
        return render(request, "quality/my_withdraw.html", context)

    def post(self, request, uid):
        asked = get_object_or_404(data_requests.of_learner(request.user), uid=uid)
        data_requests.withdraw(request=asked, by=request.user, at=timezone.now())
        messages.success(request, _("You have withdrawn your request."))
        return redirect("my-data")


def _row(one: Found) -> dict:
    document = one.report.document or {}
    name = document.get("name")
    return {
        "name": name if isinstance(name, str) else one.name,
        "outcome": str(one.report.outcome),
        "lines": [each.message for each in one.report.checks if each.outcome != "valid"],
        "place": PLACES[one.place],
    }
