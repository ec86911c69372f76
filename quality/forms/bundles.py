"""Forms of evidence bundles: the period, and who outside may read one."""

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.fields import LANGUAGE_CHOICES, CleanForm, FreeTextForm


def _day(label, **kwargs):
    return forms.DateField(label=label, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **kwargs)


class RefusedAtFields:
    """Mixin: a refusal of the action stands at its fields."""

    def refuse(self, reasons) -> None:
        for field, text in reasons:
            self.add_error(field if field in self.fields else None, text)


class BundleForm(RefusedAtFields, CleanForm):
    """The period, both days included, and the language of the words."""

    begins_on = _day(_("From"))
    ends_on = _day(_("To"), help_text=_("Both days belong to the period. It has at most 7 years."))
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGE_CHOICES)


class BundleGrantForm(RefusedAtFields, FreeTextForm):
    """Who reads, until when."""

    reader = forms.CharField(
        label=_("Reader"),
        max_length=160,
        help_text=_("The auditor by name, and whom they read for: “Aino Arvioija, KARVI”."),
    )
    ends_on = _day(_("Until"), help_text=_("The last day that the link works; at most 90 days ahead."))
