from django import forms
from django.utils.translation import gettext_lazy as _

from registry.access import Role
from registry.fields import LANGUAGE_CHOICES, CleanForm


class RoleForm(CleanForm):
    """A role for whoever has the address; name and language are needed when the person is new here."""

    email = forms.EmailField(
        label=_("E-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid": _("Write the address in the form name@example.com.")},
    )
    role = forms.ChoiceField(label=_("Role"), choices=[("", _("Choose")), *Role.choices])
    name = forms.CharField(
        label=_("Name"),
        help_text=_("Needed when the person has no account yet."),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    language = forms.ChoiceField(
        label=_("Language of letters"),
        help_text=_("For a person who has no account yet."),
        choices=LANGUAGE_CHOICES,
    )


class TakeRoleForm(CleanForm):
    """Whose role is taken: in the body of the request, because an address must not hold an e-mail."""

    email = forms.EmailField(widget=forms.HiddenInput)
    role = forms.ChoiceField(choices=Role.choices, widget=forms.HiddenInput)
    is_sure = forms.BooleanField(required=False, initial=True, widget=forms.HiddenInput)
