from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from registry import terms
from registry.fields import CleanForm
from registry.models import Contact
from registry.terms import Term

EARLIER, LATER = 1, 5


class TermForm(CleanForm):
    """The term that offerings are planned for; those around today, and the one that is kept."""

    term = forms.ChoiceField(label=_("Planned for the term"), required=False)

    def __init__(self, *args, today: date, kept: str = "", **kwargs):
        super().__init__(*args, initial={"term": kept}, **kwargs)
        offered = around(today)
        if (own := terms.written(kept)) and own not in offered:
            offered = sorted([own, *offered])
        self.fields["term"].choices = [("", _("No term")), *((str(one), one.label) for one in offered)]


def around(today: date) -> list[Term]:
    now = terms.of(today)
    return [now.later(number) for number in range(-EARLIER, LATER + 1)]


class PersonForm(CleanForm):
    """Who answers for one function, for several offerings at once."""

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
