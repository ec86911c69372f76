"""The answer to what a learner asks of their data."""

from django import forms
from django.utils.translation import gettext_lazy as _

from credentials.models import DataRequest
from registry.fields import FreeTextForm

DONE = "done"


class DataAnswerForm(FreeTextForm):
    """Done, or refused for a ground of the law."""

    ground = forms.ChoiceField(
        label=_("Decision"),
        choices=[(DONE, _("The request is done")), *DataRequest.Ground.choices],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
        help_text=_("Anything but the first refuses the request for that ground."),
    )
    answer = forms.CharField(
        label=_("Answer to the learner, with its grounds"),
        max_length=5000,
        widget=forms.Textarea({"rows": 5}),
        error_messages={"required": _("Write the answer.")},
    )

    def clean_ground(self) -> str:
        chosen = self.cleaned_data["ground"]
        return "" if chosen == DONE else chosen
