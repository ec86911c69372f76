"""The learner's wallets: offer a credential, see its QR code and digits once, learn what became of it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import FormView, TemplateView, View

from credentials import wallet
from credentials.actions import wallet_offers
from credentials.formats import wallet_metadata
from credentials.forms.wallet_offers import WalletOfferForm
from credentials.models import WalletOffer
from credentials.views import wording
from credentials.views.desk import add_errors
from credentials.views.wallet import own, qr
from credentials.views.wallet_protocol import offer_address
from credentials.wallet_forms import WALLET_FORMS
from registry.errors import Invalid
from registry.web import SignedInView

PAGE = 50


@method_decorator(never_cache, name="dispatch")
class MyWallet(SignedInView, TemplateView):
    """Every offer, with what became of it."""

    template_name = "credentials/my_wallet.html"

    def get_context_data(self, **kwargs):
        now = timezone.now()
        found = Paginator(wallet.offers(self.request.user), PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(page=found, rows=[_row(one, now) for one in found], **kwargs)


@method_decorator(never_cache, name="dispatch")
class MyWalletNew(SignedInView, FormView):
    """Choose the kind of wallet; then the code and the digits, once."""

    form_class = WalletOfferForm
    template_name = "credentials/my_wallet_new.html"

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            self.credential = own(request.user, kwargs["uuid"])
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(**self.titled(), **kwargs)

    def form_valid(self, form):
        try:
            made, code, digits = wallet_offers.offer(
                credential=self.credential,
                form=form.cleaned_data["form"],
                by=self.request.user,
                at=timezone.now(),
            )
        except Invalid as problem:
            add_errors(form, problem)
            return self.form_invalid(form)
        link = wallet_metadata.link(offer_address(made, code))
        context = {
            **self.titled(),
            "offer": made,
            "link": link,
            "qr": qr(link, title=_("The offer as a QR code")),
            "digits": f"{digits[:3]} {digits[3:]}",
        }
        return render(self.request, "credentials/my_wallet_made.html", context)

    def titled(self) -> dict:
        return {"credential": self.credential, "heading": wording.heading(self.credential)}


@method_decorator(never_cache, name="dispatch")
class WalletCancel(SignedInView, View):
    """Asks, then ends the offer; of one that has ended there is nothing to ask."""

    def get(self, request, uid):
        offer = get_object_or_404(wallet.offers(request.user), uid=uid)
        if not wording.offer_state(offer, timezone.now())["is_open"]:
            return redirect("my-wallet")
        return render(request, "credentials/wallet_cancel.html", {"offer": offer})

    def post(self, request, uid):
        offer = get_object_or_404(wallet.offers(request.user), uid=uid)
        wallet_offers.cancel(offer=offer, by=request.user, at=timezone.now())
        messages.success(request, _("The offer has been cancelled. No wallet can take the credential by it."))
        return redirect("my-wallet")


def _row(offer: WalletOffer, now) -> dict:
    return {
        "offer": offer,
        "title": offer.credential.award["title"],
        "main": offer.credential.language,
        "kind": WALLET_FORMS[offer.form].label,
        **wording.offer_state(offer, now),
    }
