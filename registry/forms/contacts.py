from django import forms
from django.utils.translation import gettext_lazy as _

from registry.fields import CleanForm, TextsFormField
from registry.models import Contact, Offering


class ContactForm(CleanForm):
    function = forms.ChoiceField(label=_("Function"), choices=Contact.Function)
    name = forms.CharField(
        label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid": _("Write the address in the form name@example.com.")},
    )
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)


class LinkForm(CleanForm):
    label = TextsFormField(label=_("What it is"), max_length=120, required=True)
    url = forms.URLField(label=_("Address"), assume_scheme="https")


class CopyContactsForm(CleanForm):
    """Whose contacts are taken where this offering has none."""

    source = forms.ChoiceField(label=_("Offering whose contacts are taken"))

    def __init__(self, *args, sources: list[tuple[str, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["source"].choices = sources


def sources(offering: Offering) -> list[tuple[str, str]]:
    """The institution's other offerings that have contacts, newest first."""
    others = offering.institution.offerings.exclude(pk=offering.pk).filter(contacts__isnull=False)
    return [(code, code) for code in others.distinct().order_by("-code").values_list("code", flat=True)]
