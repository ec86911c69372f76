from django import forms
from django.utils.translation import gettext_lazy as _

from registry.fields import CleanForm


class BatchForm(CleanForm):
    """Which attainments to issue: the ticked ones, or `everything` that the list holds and can be issued."""

    attainment = forms.ModelMultipleChoiceField(
        label=_("Attainments"),
        queryset=None,
        to_field_name="uid",
        required=False,
        error_messages={
            "invalid_choice": _("One of the attainments is no longer waiting to be issued. Choose again."),
            "invalid_pk_value": _("One of the attainments is no longer waiting to be issued. Choose again."),
        },
    )
    everything = forms.BooleanField(required=False)

    def __init__(self, *args, attainments, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["attainment"].queryset = attainments

    def clean(self):
        values = super().clean()
        if not self.errors and not values["everything"] and not values["attainment"]:
            self.add_error("attainment", _("Choose at least one attainment."))
        return values
