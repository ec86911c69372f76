from django import forms
from django.utils.translation import gettext_lazy as _

from registry.fields import CleanForm


class AccessibilityFeedbackForm(CleanForm):
    """What somebody could not use. The e-mail is only for the answer."""

    text = forms.CharField(
        label=_("What was difficult or impossible?"),
        help_text=_("If you like, tell also which device and aids you use."),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Tell what was difficult, so that we can mend it.")},
    )
    page = forms.CharField(
        label=_("On which page?"),
        help_text=_("The address or the name of the page."),
        max_length=300,
        required=False,
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("Give it if you want an answer. We answer within 14 days."),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": _("Write the address in the form name@example.com.")},
    )
