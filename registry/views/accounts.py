from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as current
from django.contrib.sites.shortcuts import get_current_site
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from registry import access, mail


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by institutions; nobody signs up by themselves. Letters wait in our table."""

    def is_open_for_signup(self, request) -> bool:
        return False

    def get_login_redirect_url(self, request) -> str:
        """Where the person's work is: staff to their workspace, partners and learners to their own pages."""
        held = list(request.user.memberships.select_related("institution").order_by("pk"))
        if any(one.role in access.STAFF_ROLES for one in held):
            return reverse("staff")
        if held:
            return reverse("partner-home", args=[held[0].institution.code.lower()])
        return reverse("my-credentials")

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        about = {
            "request": current.request,
            "email": email,
            "current_site": get_current_site(current.request),
        }
        letter = self.render_mail(template_prefix, email, about | context)
        mail.write(
            to=email, language=get_language(), subject=letter.subject, body=letter.body, at=timezone.now()
        )


def no_such_page(request):
    """In place of allauth's page for changing e-mail addresses: institutions keep them."""
    raise Http404
