"""Staff pages of an institution's admin: its signing keys, changed, retired or marked as leaked."""

from datetime import datetime, time

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.generic import FormView, TemplateView

from credentials.actions import keys
from credentials.forms.keys import KeyReasonForm, LeakForm
from credentials.models import SigningKey
from registry.access import Permission
from registry.errors import Invalid
from registry.web import StaffView


class KeyPage(StaffView):
    """Mixin: the institution's keys, by the name that documents give them."""

    permission = Permission.KEY_MANAGE

    @property
    def back(self) -> str:
        return reverse("key-list", args=[self.institution.code.lower()])

    def key(self) -> SigningKey:
        return get_object_or_404(self.institution.signing_keys, fragment=self.kwargs["fragment"])


class KeyList(KeyPage, TemplateView):
    """Every key there ever was: what documents say of them stays true for ever."""

    template_name = "credentials/key_list.html"

    def get_context_data(self, **kwargs):
        own = self.institution.code.lower()
        return super().get_context_data(
            keys=[
                {
                    "key": one,
                    **_state(one),
                    "to_issue_again": keys.signed_after_leak(one).count() if one.compromised_at else 0,
                    "rotate_url": "" if one.retired_at else reverse("key-rotate", args=[own, one.fragment]),
                    "retire_url": "" if one.retired_at else reverse("key-retire", args=[own, one.fragment]),
                    "leaked_url": reverse("key-leaked", args=[own, one.fragment]),
                }
                for one in keys.of(self.institution)
            ],
            home_url=reverse("staff-home", args=[own]),
            packs_url=reverse("pack-list", args=[own]),
            **kwargs,
        )


class KeyAct(KeyPage, FormView):
    """Mixin: asks why, then does `act` to a key that signs now."""

    form_class = KeyReasonForm
    template_name = "credentials/key_confirm.html"

    def get(self, request, *args, **kwargs):
        get_object_or_404(self.institution.signing_keys.active(), fragment=kwargs["fragment"])
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(back=self.back, **self.words(self.kwargs["fragment"]), **kwargs)

    def form_valid(self, form):
        self.act(self.key(), reason=form.cleaned_data["reason"], by=self.request.user, at=timezone.now())
        return redirect(self.back)


class KeyRotate(KeyAct):
    def words(self, name: str) -> dict:
        title = _("Change the key %(name)s for a new one") % {"name": name}
        text = _("A new key signs from now on. What the old one has signed stays valid for ever.")
        return {"title": title, "text": text, "submit": _("Change the key"), "is_safe": True}

    def act(self, key: SigningKey, **said) -> None:
        new = keys.rotate(key=key, **said)
        messages.success(self.request, _("The key %(name)s signs from now on.") % {"name": new.fragment})


class KeyRetire(KeyAct):
    def words(self, name: str) -> dict:
        title = _("Retire the key %(name)s") % {"name": name}
        text = _(
            "The key signs no more. What it has signed stays valid. When a key of its kind is needed, a new "
            "one is made."
        )
        return {"title": title, "text": text, "submit": _("Retire the key"), "is_safe": False}

    def act(self, key: SigningKey, **said) -> None:
        keys.retire(key=key, **said)
        messages.success(self.request, _("The key %(name)s has been retired.") % {"name": key.fragment})


class KeyLeaked(KeyPage, FormView):
    """Marks a key as leaked, after saying what that means."""

    form_class = LeakForm
    template_name = "credentials/key_leaked.html"

    def form_valid(self, form):
        key, said = self.key(), form.cleaned_data
        since = timezone.make_aware(datetime.combine(said["since"], time.min))
        try:
            keys.mark_leaked(
                key=key, since=since, reason=said["reason"], by=self.request.user, at=timezone.now()
            )
        except Invalid as refusal:
            for field, text in refusal.reasons:
                form.add_error(field, text)
            return self.form_invalid(form)
        messages.success(self.request, _("The key %(name)s is marked as leaked.") % {"name": key.fragment})
        return redirect(self.back)

    def get_context_data(self, **kwargs):
        return super().get_context_data(key=self.key(), back=self.back, **kwargs)


def _state(key: SigningKey) -> dict:
    if key.compromised_at:
        return {"status": "revoked", "label": _("Leaked"), "since": key.compromised_at}
    if key.retired_at:
        return {"status": "replaced", "label": pgettext("key", "Retired"), "since": key.retired_at}
    return {"status": "complete", "label": _("In use"), "since": None}
