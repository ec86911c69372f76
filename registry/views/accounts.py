from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.core import context as current
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.sites.shortcuts import get_current_site
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView, TemplateView

from registry import access, attempts, mail
from registry.actions import accounts
from registry.errors import Refused
from registry.forms.people import AcceptWithPasswordForm, AccountForm
from registry.web import too_many


class AccountAdapter(DefaultAccountAdapter):
    """Accounts begin with a letter (AccountNew, a role, a claim); allauth's own sign-up stays closed."""

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


class AccountNew(FormView):
    """Ask for an account; `?next=` leads back to the page that needed one."""

    template_name = "registry/account_new.html"
    form_class = AccountForm

    def get_initial(self):
        return {"back": self.request.GET.get("next", "")}

    def form_valid(self, form):
        address = get_adapter().get_client_ip(self.request)
        if seconds := attempts.wait(kind="account", address=address):
            return too_many(self.request, seconds)
        attempts.add(kind="account", address=address)
        asked = form.cleaned_data
        back = asked["back"] if _is_ours(asked["back"]) else reverse("my-credentials")
        accounts.offer(email=asked["email"], language=get_language(), back=back, at=timezone.now())
        return redirect("account-sent")


class AccountSent(TemplateView):
    template_name = "registry/account_sent.html"


@method_decorator([never_cache, sensitive_post_parameters()], name="dispatch")
class AccountOpen(FormView):
    """What the link of the letter opens: a name and a password, then the page they came from."""

    template_name = "registry/account_open.html"
    form_class = AcceptWithPasswordForm

    def dispatch(self, request, *args, **kwargs):
        try:
            self.offer = accounts.read(secret=kwargs["secret"])
            return super().dispatch(request, *args, **kwargs)
        except Refused as refusal:
            context = {"said": refusal.message, "has_account": refusal.code == "sign_in"}
            return render(request, self.template_name, context, status=refusal.status)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"email": self.offer.email}

    def form_valid(self, form):
        user = accounts.open_account(
            secret=self.kwargs["secret"],
            name=form.cleaned_data["name"],
            password=form.cleaned_data["password"],
        )
        login(self.request, user)
        messages.success(self.request, _("Your account is open."))
        return redirect(self.offer.back if _is_ours(self.offer.back) else reverse("my-credentials"))

    def get_context_data(self, **kwargs):
        return super().get_context_data(email=self.offer.email, **kwargs)


def _is_ours(address: str) -> bool:
    """A path of this site, as `?next=` may name one."""
    return address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)


def no_such_page(request):
    """In place of allauth's page for changing e-mail addresses: institutions keep them."""
    raise Http404
