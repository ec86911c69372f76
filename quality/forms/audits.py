"""Forms of audits: the plan of a year, what is known of an audit, its decision, its recommendations."""

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from quality import areas
from quality.actions.audits import Area
from quality.models import Audit, Finding
from registry.fields import LANGUAGE_CHOICES, CleanForm, FreeTextForm, TextsFormField


def _days(label, **kwargs):
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **kwargs
    )


class AreasForm(FreeTextForm):
    """Mixin: the areas that an audit covers, each by itself or inside another area."""

    areas = forms.MultipleChoiceField(
        label=_("Areas"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one area.")},
    )
    inside = forms.MultipleChoiceField(
        label=_("Audited only inside another area"),
        help_text=_("Tick those of the areas above that were not looked at by themselves."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        named = [(code, name[get_language()]) for code, name in areas.names().items()]
        for field in ("areas", "inside"):
            self.fields[field].choices = named

    def covered(self) -> list[Area]:
        """The areas as the action takes them."""
        inside = set(self.cleaned_data["inside"])
        return [Area(area=code, is_independent=code not in inside) for code in self.cleaned_data["areas"]]

    def clean(self):
        chosen = set(self.cleaned_data.get("areas", []))
        if set(self.cleaned_data.get("inside", [])) - chosen:
            self.add_error("inside", _("Choose the area above too."))

    def refuse(self, reasons) -> None:
        for field, text in reasons:
            self.add_error(field if field in self.fields else None, text)


class AuditPlanForm(AreasForm):
    """The internal audits of one year."""

    year = forms.IntegerField(label=_("Year"), min_value=2020, max_value=2100)
    field_order = ("year", "areas", "inside")


class AuditForm(AreasForm):
    """What is known of one audit."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Audit.Kind)
    body = forms.CharField(
        label=_("Who audits"),
        max_length=120,
        required=False,
        help_text=_("For example KARVI, or your own unit."),
    )
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    cycle = forms.IntegerField(
        label=_("Audit cycle"),
        min_value=1,
        max_value=9,
        required=False,
        help_text=_("KARVI's cycle decides the scale: the third has three grades, the fourth four."),
    )
    agreed_on = _days(_("Agreement"))
    self_assessed_on = _days(_("Self-assessment"))
    visited_on = _days(_("Visit"))
    follow_up_on = _days(_("Follow-up report"))
    report_url = forms.URLField(label=_("Report"), required=False, assume_scheme="https")
    report_language = forms.ChoiceField(
        label=_("Language of the report"), required=False, choices=[("", _("Not chosen")), *LANGUAGE_CHOICES]
    )
    note = TextsFormField(label=_("Note"), rows=3)
    field_order = ("kind", "body", "year", "cycle", "areas", "inside")

    def facts(self) -> dict:
        return {name: value for name, value in self.cleaned_data.items() if name not in {"areas", "inside"}}


class AuditFinishForm(CleanForm):
    """The decision: a grade for each area on the audit's own scale."""

    decided_on = forms.DateField(
        label=_("Decision"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args, audit: Audit, grades: dict[str, str], **kwargs):
        super().__init__(*args, **kwargs)
        named = areas.names()
        for row in audit.areas.order_by("pk"):
            self.fields[f"area_{row.pk}"] = forms.ChoiceField(
                label=named.get(row.area, {}).get(get_language(), row.area),
                choices=[("", _("Not chosen")), *((grade, grades[grade]) for grade in audit.scale)],
                error_messages={"required": _("Choose a grade of this audit's scale.")},
            )

    def results(self) -> dict[int, str]:
        return {
            int(name.removeprefix("area_")): grade
            for name, grade in self.cleaned_data.items()
            if name.startswith("area_")
        }

    def refuse(self, reasons) -> None:
        for field, text in reasons:
            self.add_error(field if field in self.fields else None, text)


class RecommendationForm(FreeTextForm):
    """A recommendation of an audit, with who answers for it."""

    severity = forms.ChoiceField(
        label=_("Severity"), choices=Finding.Severity, initial=Finding.Severity.RECOMMENDATION
    )
    text = TextsFormField(label=_("What was found"), rows=3, required=True)
    offering = forms.ChoiceField(label=_("Offering"), required=False)
    owner = forms.ChoiceField(label=_("Owner"))
    due_on = _days(_("Due"), help_text=_("Empty: the last day that the severity allows."))

    def __init__(self, *args, owners: list, offerings: list, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = owners
        self.fields["offering"].choices = [("", _("The whole institution")), *offerings]

    def refuse(self, reasons) -> None:
        for field, text in reasons:
            self.add_error(field if field in self.fields else None, text)


def this_year() -> int:
    return timezone.localdate().year
