"""Staff pages of an institution's admin: keys of the API, what they open and how much they are used."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import FormView, View

from registry import partner_use
from registry.access import Permission
from registry.actions import partner_keys
from registry.errors import Invalid
from registry.forms.partners import KeyForm
from registry.web import StaffView


class ApiKeyList(StaffView, FormView):
    """The keys with their use, and the form that makes one; its secret is shown once, in the answer."""

    permission = Permission.API_KEYS
    template_name = "registry/api_key_list.html"
    form_class = KeyForm

    def form_valid(self, form):
        try:
            key, secret = partner_keys.make(
                institution=self.institution, **form.cleaned_data, by=self.request.user, at=timezone.now()
            )
        except Invalid as refusal:
            for field, text in refusal.reasons:
                form.add_error(field, text)
            return self.form_invalid(form)
        context = {
            "institution": self.institution,
            "permissions": self.permissions,
            "key": key,
            "secret": secret,
            "back": self._here(),
            "docs_url": reverse("api-docs"),
        }
        response = render(self.request, "registry/api_key_made.html", context)
        response["Cache-Control"] = "no-store"
        return response

    def get_context_data(self, **kwargs):
        now = timezone.now()
        return super().get_context_data(
            keys=partner_use.keys(self.institution, today=timezone.localdate(now)),
            home_url=reverse("staff-home", args=[self.institution.code.lower()]),
            **kwargs,
        )

    def _here(self) -> str:
        return reverse("api-key-list", args=[self.institution.code.lower()])


class ApiKeyRevoke(StaffView, View):
    """Asks once more, then ends the key."""

    permission = Permission.API_KEYS

    def get(self, request, uid):
        key = get_object_or_404(self.institution.partner_keys, uid=uid, revoked_at=None)
        said = _("Whoever uses the key “%(name)s” is refused from the next request on.") % {"name": key.name}
        context = {
            "institution": self.institution,
            "permissions": self.permissions,
            "title": _("Revoke the key"),
            "text": said,
            "submit": _("Revoke the key"),
            "back": reverse("api-key-list", args=[self.institution.code.lower()]),
        }
        return render(request, "registry/partner_confirm.html", context)

    def post(self, request, uid):
        key = get_object_or_404(self.institution.partner_keys, uid=uid)
        partner_keys.revoke(key=key, by=request.user, at=timezone.now())
        messages.success(request, _("The key “%(name)s” has been revoked.") % {"name": key.name})
        return redirect("api-key-list", self.institution.code.lower())
