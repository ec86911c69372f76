from django import forms
from django.utils.translation import gettext_lazy as _

from registry.access import Role
from registry.fields import LANGUAGE_CHOICES, CleanForm, FreeTextForm, NewPasswordForm
from registry.models import User


class RoleForm(CleanForm):
    """A role for whoever has the address. Their name is theirs to tell, when they accept."""

    email = forms.EmailField(
        label=_("E-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid": _("Write the address in the form name@example.com.")},
    )
    role = forms.ChoiceField(label=_("Role"), choices=[("", _("Choose")), *Role.choices])
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


class AcceptForm(CleanForm):
    """For somebody who is signed in: the button is enough."""


class AccountForm(CleanForm):
    """Where the letter goes that opens an account."""

    email = forms.EmailField(
        label=_("E-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": _("Write the address in the form name@example.com.")},
    )
    back = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)


class AcceptWithPasswordForm(NewPasswordForm, FreeTextForm):
    """For somebody without an account: their name and a password for the new one."""

    name = forms.CharField(
        label=_("Your name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    field_order = ("name", "password", "password_again")

    def __init__(self, *args, email: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.email = email

    def person(self) -> User:
        return User(email=self.email, name=self.cleaned_data.get("name", ""))
