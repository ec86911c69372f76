"""Staff pages of issued credentials: found, looked at (which is written down), revoked."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.generic import FormView, TemplateView

from credentials import certificate
from credentials.actions import credentials, wholes
from credentials.filters import STATUS_WORDS, CredentialFilter
from credentials.forms.credentials import RevokeForm
from credentials.models import Credential
from credentials.views import wording
from registry import trail
from registry.access import Permission
from registry.actions import codelists
from registry.web import StaffView

REVOKED = _("The credential is revoked. Whoever verifies it sees this, and the learner is told by e-mail.")
Status = Credential.Status
RESTORING = {
    Status.REVOKED: _("Undo the revocation"),
    Status.SUSPENDED: _("End the suspension"),
    Status.REPLACED: _("Undo the correction"),
}


class CredentialList(StaffView, TemplateView):
    """What is searched for stays in the session: names and e-mails do not belong in addresses and logs."""

    permission = Permission.CREDENTIAL_READ
    template_name = "credentials/credential_list.html"

    def post(self, request, **kwargs):
        found = CredentialFilter({} if "all" in request.POST else request.POST)
        if not found.is_valid():
            return self.render_to_response(self.get_context_data(asked=request.POST))
        request.session[self.key] = found.form.cleaned_data
        return redirect("credential-list", self.institution.code.lower())

    def get_context_data(self, *, asked=None, **kwargs):
        now, asked = timezone.now(), asked or self.request.session.get(self.key, {})
        rows = self.institution.credentials.select_related("learner", "version__offering").defer("document")
        found = CredentialFilter(asked, queryset=rows.order_by("-issued_at", "-pk"))
        page = Paginator(found.qs, 25).get_page(self.request.GET.get("page"))
        trail.record_each(
            verb="listed",
            pairs=[(row, row.learner.uid) for row in page],
            by=self.request.user,
            at=now,
            role=self.role,
        )
        return super().get_context_data(
            page=page,
            rows=[(row, *_status(row, now)) for row in page],
            form=found.form,
            is_filtered=any(asked.get(name) for name in ("q", "status")),
            **kwargs,
        )

    @property
    def key(self) -> str:
        return f"credentials:{self.institution.code}"


class CredentialDetail(StaffView, TemplateView):
    """One credential as it was signed; the learner's record and the attainment may have changed since."""

    permission = Permission.CREDENTIAL_READ
    template_name = "credentials/credential_detail.html"

    def get_context_data(self, uuid, **kwargs):
        now = timezone.now()
        credential = get_object_or_404(_whole(self.institution), pk=uuid)
        learner = credential.learner.uid
        trail.record(
            verb="looked_at", row=credential, by=self.request.user, at=now, role=self.role, learner=learner
        )
        status, word = _status(credential, now)
        return super().get_context_data(
            credential=credential,
            status=status,
            word=word,
            shown=certificate.read(credential, language=certificate.language_for(credential)),
            reason=codelists.label(code_list="revocation_reason", code=credential.revocation_reason),
            standing=wording.standing(credential, address=self.address),
            made_of=wording.made_of(credential, at=now, address=self.own_address),
            acts=self.acts(credential),
            **kwargs,
        )

    def acts(self, credential: Credential) -> list[dict]:
        """What this person can do to it now: address name, text, whether it takes something away."""
        if Permission.CREDENTIAL_REVOKE not in self.permissions:
            return []
        following = Credential.NEXT[Status(credential.status)]
        found = []
        if Status.REPLACED in following and not credential.is_composite:
            found.append(("credential-correct", _("Correct"), False))
        if Status.VALID in following:
            found.append(("credential-restore", RESTORING[credential.status], False))
        if credential.status == Status.VALID:
            found.append(("credential-suspend", pgettext_lazy("credential", "Suspend"), False))
        if Status.REVOKED in following:
            found.append(("credential-revoke", _("Revoke credential"), True))
        return [
            {"url": self.address(credential, name), "text": text, "is_grave": is_grave}
            for name, text, is_grave in found
        ]

    def own_address(self, credential: Credential) -> str:
        """Of another institution's credential there is no page here."""
        return self.address(credential) if credential.institution_id == self.institution.pk else ""

    def address(self, credential: Credential, name: str = "credential-detail") -> str:
        return reverse(name, args=[self.institution.code.lower(), credential.pk])


class CredentialRevoke(StaffView, FormView):
    permission = Permission.CREDENTIAL_REVOKE
    form_class = RevokeForm
    template_name = "credentials/credential_revoke.html"

    def get_context_data(self, **kwargs):
        credential = self.credential()
        trail.record(
            verb="looked_at",
            row=credential,
            by=self.request.user,
            at=timezone.now(),
            role=self.role,
            learner=credential.learner.uid,
        )
        touched = [one for one in credential.wholes.order_by("pk") if wholes.ends_with_part(one)]
        return super().get_context_data(
            credential=credential,
            title=wording.title(credential),
            wholes=[wording.whole(one, institution=self.institution) for one in touched],
            **kwargs,
        )

    def form_valid(self, form):
        credential = self.credential()
        credentials.revoke(
            credential=credential, **form.cleaned_data, by=self.request.user, at=timezone.now()
        )
        messages.success(self.request, REVOKED)
        return redirect("credential-detail", self.institution.code.lower(), credential.pk)

    def credential(self):
        return get_object_or_404(_whole(self.institution), pk=self.kwargs["uuid"])


def _whole(institution):
    return institution.credentials.select_related(
        "learner",
        "version__offering",
        "pathway",
        "attainment__learner",
        "attainment__institution",
        "statement",
        "key",
        "issued_by",
        "revoked_by",
        "institution",
    )


def _status(credential: Credential, now) -> tuple[str, str]:
    """The status as of now and its word."""
    status = credential.status_at(now)
    return status, STATUS_WORDS[status]
