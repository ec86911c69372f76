from django import forms
from django.utils.translation import gettext_lazy as _

from quality.actions import triggers
from registry.fields import FreeTextForm
from registry.models import Institution, Offering


class OpenCheckForm(FreeTextForm):
    """Opening a Check early; the reason is needed where no realisation has ended yet."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Needed when no realisation has ended yet."),
        max_length=5000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )


class SetAsideForm(FreeTextForm):
    reason = forms.CharField(
        label=_("Why no Check is opened for this"),
        max_length=5000,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": _("Give the reason.")},
    )


class CauseForm(FreeTextForm):
    """A cause that the registry cannot see by itself."""

    offering = forms.ModelChoiceField(label=_("Offering"), queryset=Offering.objects.none())
    kind = forms.ChoiceField(
        label=_("What has happened"), choices=[(one.value, one.label) for one in triggers.BY_HAND]
    )
    text = forms.CharField(
        label=_("Tell more"),
        help_text=_("For example which law changes and from when."),
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": _("Write what has happened.")},
    )

    def __init__(self, *args, offerings, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["offering"].queryset = offerings


class RefusalForm(FreeTextForm):
    """Another institution refused to recognise an offering."""

    offering = forms.ModelChoiceField(label=_("Offering"), queryset=Offering.objects.none())
    institution = forms.ModelChoiceField(label=_("Who refused"), queryset=Institution.objects.none())
    refused_on = forms.DateField(label=_("Date"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        required=False,
        help_text=_("As the institution gave it; nothing about the learner."),
    )

    def __init__(self, *args, offerings, institutions, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["offering"].queryset = offerings
        self.fields["institution"].queryset = institutions
