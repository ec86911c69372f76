"""The answer to what a learner asks of their data."""

from django import forms
from django.utils.translation import gettext_lazy as _

from credentials.models import DataRequest
from registry.fields import FreeTextForm


class DataAnswerForm(FreeTextForm):
    """Done, or refused for a ground of the law."""

    ground = forms.ChoiceField(
        label=_("Decision"),
        choices=[("", _("The request is done")), *DataRequest.Ground.choices],
        widget=forms.RadioSelect,
        required=False,
        help_text=_("Anything but the first refuses the request for that ground."),
    )
    answer = forms.CharField(
        label=_("Answer to the learner, with its grounds"),
        max_length=5000,
        widget=forms.Textarea({"rows": 5}),
        error_messages={"required": _("Write the answer.")},
    )
