"""Forms about attainments: one by one, a file of them, and the filter of the list."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from credentials.actions import attainment_csv
from credentials.actions.attainments import Documentation
from credentials.forms.learners import DayField, PersonForm
from credentials.models import Attainment
from credentials.models.attainment import FAILED, GRADES
from registry.fields import CleanForm
from registry.templatetags.texts import plain_text

ALL_GRADES = list(dict.fromkeys(grade for grades in GRADES.values() for grade in grades))
GRADE_NAMES = {"0": _("0 (fail)"), "HYV": _("HYV (pass)"), "HYL": _("HYL (fail)")}


class GradeForm(PersonForm):
    """What one says of an attainment whose learner and version are known. The rules are the action's."""

    documented_as = forms.ChoiceField(
        label=_("What does the learner get?"),
        widget=forms.RadioSelect,
        choices=[
            (
                Attainment.DocumentedAs.MICRO_CREDENTIAL,
                _("Micro-credential: assessed and accepted, with credits"),
            ),
            (Attainment.DocumentedAs.COMPETENCE_BADGE, _("Competence badge: assessed, no credits")),
            (Attainment.DocumentedAs.PARTICIPATION_BADGE, _("Participation badge: attended, not assessed")),
        ],
        initial=Attainment.DocumentedAs.MICRO_CREDENTIAL,
    )
    no_credits_reason = forms.CharField(
        label=_("Why no credits"),
        max_length=300,
        required=False,
        help_text=_("Needed for a badge. The staff and the trail keep it; it is not in the badge."),
    )
    acquired_by = forms.ChoiceField(
        label=_("How the competence was acquired"),
        widget=forms.RadioSelect,
        choices=Attainment.AcquiredBy.choices,
        initial=Attainment.AcquiredBy.STUDIES,
        help_text=_("By demonstration: the credential says so."),
    )
    realisation = forms.CharField(
        label=_("Realisation"),
        max_length=20,
        required=False,
        help_text=_("The key of the realisation, for example R1; may be empty."),
    )
    completed_on = DayField(label=_("Completion date"))
    grade = forms.ChoiceField(
        label=_("Grade"),
        choices=[("", "–"), *((grade, GRADE_NAMES.get(grade, grade)) for grade in ALL_GRADES)],
        required=False,
        help_text=_(
            "A failed attainment is kept, but no credential is issued for it. Who attended only has no grade."
        ),
    )

    field_order = [
        "documented_as",
        "no_credits_reason",
        "realisation",
        "completed_on",
        "grade",
        "acquired_by",
    ]

    def documentation(self) -> Documentation:
        names = ("documented_as", "no_credits_reason", "acquired_by")
        return Documentation(**{name: self.cleaned_data[name] for name in names})

    def set_realisation(self, version) -> None:
        """Turn the key into the version's realisation, or tell at the field that there is none."""
        key = self.cleaned_data["realisation"].strip().casefold()
        found = [one for one in version.realisations.all() if one.key.casefold() == key]
        if key and not found:
            self.add_error("realisation", _("The version has no realisation with this key."))
        self.cleaned_data["realisation"] = found[0] if found else None


class CorrectionForm(GradeForm):
    field_order = [*GradeForm.field_order, "reason"]

    reason = forms.CharField(label=_("Reason for the correction"), max_length=300)


class AttainmentForm(GradeForm):
    """One attainment of a learner who is known, or who is told by OID, or by e-mail and birth date."""

    learner_oid = forms.CharField(label=_("Learner OID"), max_length=40, required=False)
    email = forms.EmailField(label=_("E-mail"), max_length=254, required=False)
    birth_date = DayField(label=_("Birth date"), required=False)
    version = forms.ModelChoiceField(label=_("Offering and version"), queryset=None, empty_label="–")

    field_order = ["learner_oid", "email", "birth_date", "version", *GradeForm.field_order]

    def __init__(self, *args, versions, learner=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["version"].queryset = versions
        self.fields["version"].label_from_instance = version_name
        if learner:
            for name in ("learner_oid", "email", "birth_date"):
                del self.fields[name]

    def clean(self):
        cleaned = super().clean()
        if "version" in cleaned and "realisation" in cleaned:
            self.set_realisation(cleaned["version"])
        return self.cleaned_data


class AttainmentFileForm(CleanForm):
    file = forms.FileField(
        label=_("CSV file"), widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"})
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > attainment_csv.MOST_BYTES:
            raise ValidationError(_("The file is larger than 5 MB. Divide it into smaller files."))
        return file


class AttainmentFilter(CleanForm):
    STATES = [("open", _("Not yet issued")), ("failed", _("Failed")), ("all", _("All"))]

    state = forms.ChoiceField(label=_("Show"), choices=STATES, required=False)
    offering = forms.ChoiceField(label=_("Offering"), required=False)

    def __init__(self, *args, offerings, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["offering"].choices = [("", _("All offerings")), *((code, code) for code in offerings)]

    def apply(self, attainments):
        state = self.cleaned_data.get("state") or "open"
        if state == "open":
            attainments = attainments.not_issued()
        elif state == "failed":
            attainments = attainments.filter(grade__in=FAILED)
        if offering := self.cleaned_data.get("offering"):
            attainments = attainments.filter(version__offering__code=offering)
        return attainments


def version_name(version) -> str:
    return f"{version.offering.code} v{version.number} · {plain_text(version.title)}"
