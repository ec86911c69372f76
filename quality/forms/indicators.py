"""Forms of the dashboard: a recorded value with its source, the goal of a year, a frozen report."""

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from quality import indicator_set
from quality.actions.indicators import Place
from quality.forms.bundles import BundleGrantForm
from quality.models import IndicatorTarget
from registry.fields import FreeTextForm

LONGEST = 60  # characters of a theme


def _value(label, **kwargs) -> forms.DecimalField:
    return forms.DecimalField(label=label, max_digits=12, decimal_places=2, localize=True, **kwargs)


class PlaceForm(FreeTextForm):
    """Mixin: of whom the number is, of which indicator and year."""

    indicator = forms.ChoiceField(
        label=_("Indicator"), error_messages={"required": _("Choose an indicator of the list.")}
    )
    network = forms.ChoiceField(label=_("Whose"), required=False)
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)

    def __init__(self, *args, networks: list[str], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["indicator"].choices = [
            ("", _("Choose an indicator")),
            *((one.key, _named(one)) for one in indicator_set.read().values()),
        ]
        self.fields["network"].choices = [("", _("Our institution")), *((name, name) for name in networks)]

    def place(self) -> Place:
        said = self.cleaned_data
        return Place(said["indicator"], said["year"], said["network"], said.get("theme", "").strip())


def _named(one: indicator_set.Indicator) -> str:
    """With its scale, where it has one: "Completion rate (I-10), 0–100"."""
    scale = "" if one.most is None else f", {one.least}–{one.most}"
    return f"{one.name[get_language()]} ({one.id}){scale}"


class ValueForm(PlaceForm):
    """A value that the register cannot count, or that somebody knows better."""

    theme = forms.CharField(
        label=_("Theme"),
        max_length=LONGEST,
        required=False,
        help_text=_(
            "Leave empty for the whole; the spearhead or institution when the value is a part of it."
        ),
    )
    value = _value(_("Value"))
    whole = _value(
        _("Out of"), required=False, help_text=_("When the value is a part: 21 of 38, 7 of 9. Else empty.")
    )
    source = forms.CharField(
        label=_("Source"),
        max_length=200,
        help_text=_("Where the value comes from, so that somebody else can check it."),
        error_messages={"required": _("Tell where the value comes from.")},
    )


class GoalForm(PlaceForm):
    """The goal of a year; a new one takes the place of the old."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[("", _("Choose the kind")), *IndicatorTarget.Kind.choices],
        error_messages={"required": _("Choose the kind.")},
    )
    value = _value(_("Value"))
    highest = _value(
        _("Upper end of a range"), required=False, help_text=_("For example 7–8: the value 7, here 8.")
    )
    is_percent = forms.BooleanField(
        label=_("Growth in percent from the baseline"),
        required=False,
        help_text=_("For example: the value 33 when the goal is a third more."),
    )
    themes = forms.CharField(
        label=_("Themes"),
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("One on each line: they share the goal evenly."),
    )
    source = forms.CharField(label=_("Source"), max_length=200, required=False)

    def clean_themes(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["themes"].splitlines() if line.strip()]


class ForgetForm(PlaceForm):
    """Which recorded value goes."""

    theme = forms.CharField(max_length=LONGEST, required=False)


class ReportForm(FreeTextForm):
    """What a frozen report is called, and which year it is of."""

    title = forms.CharField(
        label=_("Title"), max_length=160, error_messages={"required": _("Give the report a title.")}
    )
    year = forms.TypedChoiceField(label=_("Year"), coerce=int)

    def __init__(self, *args, years: list[int], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(year, str(year)) for year in years]


class ReportGrantForm(BundleGrantForm):
    """Who reads a frozen report, what for, until when."""

    purpose = forms.CharField(
        label=_("Purpose"),
        max_length=200,
        help_text=_("What it is read for: “KARVI's audit 2027”."),
        error_messages={"required": _("Tell what it is read for.")},
    )
    field_order = ("reader", "purpose", "ends_on")
