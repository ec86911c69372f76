"""Forms about learners. A henkilötunnus is refused in every field (rule 10)."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from credentials.actions.reasons import WORDING
from registry import days, henkilotunnus
from registry.fields import LANGUAGE_CHOICES, CleanForm, NewPasswordForm
from registry.models import User


def refuse_henkilotunnus(value) -> None:
    if henkilotunnus.is_in(str(value)):
        raise ValidationError(WORDING["henkilotunnus"], code="henkilotunnus")


class DayField(forms.DateField):
    """A day typed as 22.11.2026 or 2026-11-22, in every language."""

    def __init__(self, **kwargs):
        kwargs.setdefault("help_text", days.with_today(_("In the form %(day)s")))
        super().__init__(
            input_formats=["%d.%m.%Y", "%Y-%m-%d"],
            widget=forms.DateInput(format="%d.%m.%Y", attrs={"inputmode": "text"}),
            error_messages={"invalid": WORDING["date_shape"]},
            **kwargs,
        )

    def to_python(self, value):
        refuse_henkilotunnus(value or "")
        return super().to_python(value)


class PersonForm(CleanForm):
    """A form about a person: no text of it may look like a henkilötunnus."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.CharField):
                field.validators = [*field.validators, refuse_henkilotunnus]


class LearnerForm(PersonForm):
    given_names = forms.CharField(label=_("Given names"), max_length=100)
    family_name = forms.CharField(label=_("Family name"), max_length=100)
    email = forms.EmailField(label=_("E-mail"), max_length=254)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGE_CHOICES)
    learner_oid = forms.CharField(
        label=_("Learner OID"),
        max_length=40,
        required=False,
        help_text=_("1.2.246.562.24. and eleven digits. Needed unless the birth date is given."),
    )
    birth_date = DayField(
        label=_("Birth date"),
        required=False,
        help_text=days.with_today(
            _("In the form %(day)s. The learner is asked for it when opening the account.")
        ),
    )
    has_safety_prohibition = forms.BooleanField(
        label=_("Safety prohibition (turvakielto)"),
        required=False,
        help_text=_("The learner is asked twice before anything is shared."),
    )


class LearnerSearch(PersonForm):
    words = forms.CharField(
        label=_("Learner OID, e-mail or name"), max_length=100, required=False, widget=forms.SearchInput
    )


class ClaimForm(PersonForm):
    """For somebody who is signed in: the birth date is enough."""

    birth_date = DayField(label=_("Your birth date"))


class ClaimWithPasswordForm(NewPasswordForm, ClaimForm):
    """For somebody without an account: the birth date and a password for the new one."""

    field_order = ("birth_date", "password", "password_again")

    def __init__(self, *args, learner, **kwargs):
        super().__init__(*args, **kwargs)
        self.learner = learner

    def person(self) -> User:
        return User(email=self.learner.email, name=self.learner.name)


class ClaimAgainForm(PersonForm):
    email = forms.EmailField(label=_("Your e-mail"), max_length=254)
