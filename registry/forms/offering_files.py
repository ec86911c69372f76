"""Forms that bring offerings in: a file, a pasted text, the defaults of new drafts."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from registry.actions.offering_files import MOST_BYTES
from registry.fields import LANGUAGE_NAMES, CleanForm, TextsFormField
from registry.forms.offerings import Section, Tab
from registry.models import LearningOutcome, OfferingVersion
from registry.models.texts import LANGUAGES

MOST_PASTED = 50_000
MOST_TEXT = 5_000


class OfferingFileForm(CleanForm):
    file = forms.FileField(
        label=_("Excel, CSV, JSON or XML file"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,.json,.jsonld,.xml"}),
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise ValidationError(_("The file is larger than 10 MB. Divide it into smaller files."))
        return file


class CourseTextForm(CleanForm):
    """The same course text in one to three languages."""

    def __init__(self, *args, main: str, **kwargs):
        super().__init__(*args, **kwargs)
        for language in (main, *(one for one in LANGUAGES if one != main)):
            self.fields[f"text_{language}"] = forms.CharField(
                label=_("Course text %(language)s") % {"language": LANGUAGE_NAMES[language]},
                required=False,
                max_length=MOST_PASTED,
                widget=forms.Textarea({"rows": 12 if language == main else 5, "lang": language}),
            )

    def clean(self):
        if not self.errors and not any(self.texts().values()):
            raise ValidationError(_("Paste a course text in at least one language."))

    def texts(self) -> dict[str, str]:
        return {one: self.cleaned_data.get(f"text_{one}", "") for one in LANGUAGES}


class TakeForm(CleanForm):
    """What the author takes of an understood text. `found` is of registry.actions.offering_texts."""

    title = TextsFormField(label=_("Title"), max_length=120)

    def __init__(self, *args, found, **kwargs):
        super().__init__(*args, **kwargs)
        self.main = found.main
        names = [name for name in found.content if name != "title"]
        names += [f"outcome-{number}" for number in range(len(found.outcomes))]
        self.fields["taken"] = forms.MultipleChoiceField(
            required=False, choices=[(name, name) for name in names], widget=forms.MultipleHiddenInput
        )
        for number in range(len(found.outcomes)):
            self.fields[f"kind-{number}"] = forms.ChoiceField(label=_("Kind"), choices=LearningOutcome.Kind)
        for name, languages in found.gaps.items():
            for language in languages:
                self.fields[f"more-{name}-{language}"] = _gap(name, language)
        self.gaps = found.gaps

    def clean_title(self):
        title = self.cleaned_data["title"]
        if not title.get(self.main):
            raise ValidationError(_("Give the title in the main language."))
        return title

    def more(self) -> dict[str, dict[str, str]]:
        """What was written into the gaps, by field or outcome and language."""
        told = {
            name: {one: self.cleaned_data[f"more-{name}-{one}"] for one in languages}
            for name, languages in self.gaps.items()
        }
        return {name: {one: text for one, text in texts.items() if text} for name, texts in told.items()}

    def kinds(self) -> dict[int, str]:
        return {
            int(name.removeprefix("kind-")): value
            for name, value in self.cleaned_data.items()
            if name.startswith("kind-")
        }


def _gap(name: str, language: str) -> forms.CharField:
    """The same text in a language that review asks for."""
    number = name.removeprefix("outcome-") if name.startswith("outcome-") else ""
    if number:
        label = _("Learning outcome %(number)s") % {"number": int(number) + 1}
    else:
        label = OfferingVersion.label(name)
    return forms.CharField(
        label=_("%(field)s, %(language)s") % {"field": label, "language": LANGUAGE_NAMES[language]},
        required=False,
        max_length=MOST_TEXT,
        widget=forms.Textarea({"rows": 2, "lang": language}),
    )


# What every new draft of an institution begins with, as a tab of a version (registry.forms.offerings).
DEFAULTS = Tab(
    "defaults",
    _("Default values of new offerings"),
    (
        Section(_("Basics"), ("country", "region", "education_form", "isced_f", "okm_field")),
        Section(
            _("Delivery"), ("teaching_languages", "assessment_languages", "participation_modes", "guidance")
        ),
        Section(_("Online and distance teaching"), ("digital_pedagogy",)),
        Section(_("Assessment"), ("grading_scale", "identity_verification")),
        Section(_("Quality"), ("quality_assurance_types", "quality_assurance", "prerequisites")),
    ),
)
