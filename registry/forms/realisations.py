"""The form of one realisation; rules between the fields stand in registry.actions.realisations."""

from django import forms
from django.utils.translation import gettext_lazy as _

from registry import days
from registry.fields import CleanForm, TextsFormField, WordsField
from registry.forms import codes
from registry.forms.codes import ManyCodesField
from registry.models import Realisation


class DayField(forms.DateField):
    """A day typed as 22.11.2026 or 2026-11-22, in every language."""

    def __init__(self, **kwargs):
        kwargs.setdefault("help_text", days.with_today(_("In the form %(day)s")))
        super().__init__(
            input_formats=["%d.%m.%Y", "%Y-%m-%d"],
            widget=forms.DateInput(format="%d.%m.%Y", attrs={"inputmode": "text"}),
            error_messages={"invalid": days.with_today(_("Give the day in the form %(day)s or %(iso)s."))},
            **kwargs,
        )


class RealisationForm(CleanForm):
    """An empty price means the fee of the offering."""

    starts_on = DayField(label=_("Starts"))
    ends_on = DayField(label=_("Ends"), help_text=_("The last day counts to its end."))
    enrolment = forms.ChoiceField(
        label=_("Enrolment"), choices=Realisation.Enrolment.choices, widget=forms.RadioSelect
    )
    enrolment_url = forms.URLField(
        label=_("Address of the enrolment"),
        required=False,
        assume_scheme="https",
        help_text=_("For example in Peppi or Opintopolku; needed when people do not enrol here."),
    )
    enrol_from = DayField(
        label=_("Enrolment opens"),
        required=False,
        help_text=_("Empty: as soon as the realisation is opened."),
    )
    enrol_by = DayField(
        label=_("Enrolment closes"), required=False, help_text=_("Empty: on the day the realisation starts.")
    )
    places = forms.IntegerField(
        label=_("Number of places"),
        required=False,
        min_value=1,
        max_value=100_000,
        help_text=_("Empty: no limit."),
    )
    has_queue = forms.BooleanField(label=_("Keeps a queue when full"), required=False)
    price_eur = forms.DecimalField(
        label=_("Price in euros"),
        required=False,
        max_digits=8,
        decimal_places=2,
        localize=True,
        help_text=_("Empty: the fee of the offering."),
    )
    languages = ManyCodesField(label=_("Languages"), code_list="teaching_language")
    locations = WordsField(
        label=_("Places of teaching"), required=False, help_text=_("Separate the items with commas.")
    )
    network = forms.CharField(
        label=_("Network"), max_length=40, required=False, help_text=_("For example CampusOnline or 3AMK.")
    )
    ripa_id = forms.CharField(label=_("RIPA reference"), max_length=60, required=False)
    note = TextsFormField(label=_("Note for applicants"), max_length=1000, rows=2)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["languages"].offer(codes.read(["teaching_language"]))
