from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from credentials.wallet_forms import WALLET_FORMS
from registry.fields import CleanForm


class WalletOfferForm(CleanForm):
    """Into which kind of wallet the credential goes."""

    form = forms.ChoiceField(
        label=_("Kind of wallet"),
        help_text=_("The wallet's own pages tell its kind. You can add the credential to several wallets."),
        widget=forms.RadioSelect,
        choices=[
            (name, format_lazy("{label}. {text}", label=one.label, text=one.text))
            for name, one in WALLET_FORMS.items()
        ],
        initial=next(iter(WALLET_FORMS)),
        error_messages={"required": _("Choose the kind of wallet.")},
    )
