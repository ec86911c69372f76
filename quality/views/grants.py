"""What the pages share on which somebody outside is given a link to one thing."""

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView

from registry.errors import Invalid


class GrantView(FormView):
    """Mixin: the links that were made, and the form that makes one; the link is shown once.

    Subclasses have `to(name, *more)`, name the pages, and make the link by `give`.
    """

    link = ""  # the page that the secret opens
    withdraw = ""
    back_to = ""
    back_label = ""

    def give(self, **said):
        """The grant and its secret."""
        raise NotImplementedError

    def form_valid(self, form):
        try:
            grant, secret = self.give(**form.cleaned_data, by=self.request.user, at=timezone.now())
        except Invalid as refusal:
            form.refuse(refusal.reasons)
            return self.form_invalid(form)
        context = {
            "grant": grant,
            "url": self.request.build_absolute_uri(reverse(self.link, args=[secret])),
            "back_url": self.to(self.back_to),
            "back_label": self.back_label,
        }
        answer = render(self.request, "quality/link_granted.html", context)
        answer["Cache-Control"] = "no-store"
        return answer

    def rows(self, grants) -> list[dict]:
        """The links that were made, the newest first."""
        today = timezone.localdate()
        return [
            {
                "grant": one,
                "is_open": one.withdrawn_at is None and one.ends_on >= today,
                "withdraw_url": self.to(self.withdraw, one.uid),
            }
            for one in grants.order_by("-granted_at", "-pk")
        ]
