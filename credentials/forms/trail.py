from django import forms
from django.utils.translation import gettext_lazy as _

from registry.fields import CleanForm


class TrailForm(CleanForm):
    """What to look for in the trail; everything is optional."""

    about = forms.CharField(
        label=_("About"),
        help_text=_("For example the code of an offering or of a credential."),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    person = forms.CharField(
        label=_("Person"), help_text=_("Name or e-mail address."), max_length=200, required=False
    )
    verb = forms.ChoiceField(label=_("Deed"), required=False)

    def __init__(self, *args, verbs: list[tuple[str, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["verb"].choices = [("", _("Every deed")), *verbs]
