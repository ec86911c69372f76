"""Forms about enrolling: by the learner, by the staff, from a list, and the results of a realisation."""

from collections.abc import Iterable

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from credentials.actions import attainment_csv
from credentials.forms.attainments import GRADE_NAMES
from credentials.forms.learners import DayField, PersonForm
from credentials.models import Enrolment
from credentials.models.attainment import GRADES
from registry import days
from registry.fields import LANGUAGE_CHOICES, CleanForm

PASSED = "HYV"  # on every scale


class EnrolForm(PersonForm):
    """What the institution needs to know. Hidden: what the person has been asked and has answered already."""

    given_names = forms.CharField(
        label=_("Given names"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    family_name = forms.CharField(
        label=_("Family name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    birth_date = DayField(
        label=_("Birth date"),
        help_text=days.with_today(
            _("In the form %(day)s. It tells you apart from others; it stands in your credential.")
        ),
    )
    language = forms.ChoiceField(label=_("Language of letters"), choices=LANGUAGE_CHOICES)
    home_institution = forms.CharField(
        label=_("Where you study for a degree, if anywhere"),
        max_length=120,
        required=False,
        help_text=_("Students of some institutions take part free of charge."),
    )
    prerequisites = forms.ChoiceField(
        label=_("Do you meet the prerequisites?"),
        choices=[("yes", _("Yes")), ("no", _("No, or I am not sure"))],
        widget=forms.RadioSelect,
    )
    has_read = forms.BooleanField(
        label=_("I have read the privacy notice and want to enrol."),
        error_messages={"required": _("Read the privacy notice and tick the box to enrol.")},
    )
    join_queue = forms.BooleanField(required=False, widget=forms.HiddenInput)
    asks_recognition = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, is_known: bool, has_prerequisites: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if is_known:
            for name in ("given_names", "family_name", "birth_date", "language"):
                del self.fields[name]
        if not has_prerequisites:
            del self.fields["prerequisites"]

    def ask_again(self, name: str) -> None:
        """Put the answer into the hidden field, so that sending the form again means yes."""
        self.data = self.data.copy()
        self.data[name] = "on"


class ParticipantForm(PersonForm):
    """Whom the staff enrol: a learner who is in the register."""

    learner_oid = forms.CharField(label=_("Learner OID"), max_length=40, required=False)
    email = forms.EmailField(label=_("E-mail"), max_length=254, required=False)
    birth_date = DayField(label=_("Birth date"), required=False)


class ParticipantFileForm(CleanForm):
    file = forms.FileField(
        label=_("CSV file"), widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"})
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > attainment_csv.MOST_BYTES:
            raise ValidationError(_("The file is larger than 5 MB. Divide it into smaller files."))
        return file


class StatusFileForm(ParticipantFileForm):
    """A file to look at; once looked at, its good lines come back in `text`."""

    text = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["file"].required = False

    def clean_file(self):
        return super().clean_file() if self.cleaned_data["file"] else None

    def clean(self) -> dict:
        data = super().clean()
        if not self.errors and not data.get("file") and not data.get("text"):
            self.add_error("file", _("Choose the file."))
        return data


class WhyForm(PersonForm):
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("Goes into the letters."))


class ResultsForm(CleanForm):
    """One grade per participant; whoever has none yet stays a participant."""

    completed_on = DayField(label=_("Completion date"))

    def __init__(self, *args, participants: Iterable[Enrolment], scale: str, **kwargs):
        super().__init__(*args, **kwargs)
        grades = [(grade, GRADE_NAMES.get(grade, grade)) for grade in GRADES.get(scale, ())]
        self.uids = {}
        for one in participants:
            name = f"grade-{one.uid}"
            self.uids[name] = one.uid
            self.fields[name] = forms.ChoiceField(
                label=one.learner.name, choices=[("", _("Not assessed yet")), *grades], required=False
            )

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not self.grades():
            raise ValidationError(_("Give at least one grade, or choose “All accepted”."))
        return cleaned

    def grades(self) -> dict:
        """The grade of each participant who has one; with the button for all, the rest are accepted."""
        rest = PASSED if "all" in self.data else ""
        given = {uid: self.cleaned_data.get(name) or rest for name, uid in self.uids.items()}
        return {uid: grade for uid, grade in given.items() if grade}
