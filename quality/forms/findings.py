"""Forms of findings: written, acted on, verified, opened again, handed over; and evidence."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from quality import finding_lists
from quality.actions import evidence
from quality.criteria import Principle
from quality.models import Evidence, Finding
from registry.fields import CleanForm, FreeTextForm, TextsFormField
from registry.models import User
from registry.models.texts import chosen

BY_HAND = (
    Finding.Source.COMPLAINT,
    Finding.Source.SURVEY,
    Finding.Source.CHECK,
    Finding.Source.PLAN,
    Finding.Source.INTERNAL_AUDIT,
    Finding.Source.EXTERNAL_AUDIT,
)
ACCEPT = ",".join(evidence.ENDINGS)


def _day(label, **kwargs) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **kwargs)


class PeopleForm(FreeTextForm):
    """Mixin: `owner` is one of the people given."""

    def __init__(self, *args, people: list[User], **kwargs):
        super().__init__(*args, **kwargs)
        self.people = {str(one.pk): one for one in people}
        self.fields["owner"].choices = [
            ("", _("Not chosen")),
            *((key, one.name or one.email) for key, one in self.people.items()),
        ]

    def clean_owner(self) -> User:
        return self.people[self.cleaned_data["owner"]]


class FindingForm(PeopleForm):
    """What the panel, or a coordinator, has found."""

    severity = forms.ChoiceField(
        label=_("Severity"),
        choices=[("", _("Not chosen")), *Finding.Severity.choices],
        error_messages={"required": _("Choose how severe it is.")},
    )
    source = forms.ChoiceField(label=_("Source"), choices=[(one.value, one.label) for one in BY_HAND])
    offering = forms.ChoiceField(label=_("Offering"), required=False)
    principle = forms.ChoiceField(label=_("Principle"), required=False)
    text = TextsFormField(
        label=_("What was found"),
        help_text=_("At least one language. Say what would mend it."),
        rows=3,
        required=True,
        error_messages={"required": _("Write what was found.")},
    )
    owner = forms.ChoiceField(
        label=_("Owner"),
        help_text=_("Who answers for the corrective action. Somebody else verifies it."),
        error_messages={"required": _("Choose who answers for it.")},
    )
    due_on = _day(_("Due"), required=False, help_text=_("Empty: the last day that the severity allows."))

    def __init__(self, *args, principles: list[Principle], offerings: list[str] | None, **kwargs):
        """`offerings`: codes to choose from; None where the review says the offering and the source."""
        super().__init__(*args, **kwargs)
        named = [(one.key, f"{one.code} {chosen(one.name)[1]}") for one in principles]
        self.fields["principle"].choices = [("", _("None")), *named]
        if offerings is None:
            del self.fields["offering"], self.fields["source"]
        else:
            whole = ("", _("The whole institution"))
            self.fields["offering"].choices = [whole, *((code, code) for code in offerings)]


class ActionForm(FreeTextForm):
    """What the owner did."""

    text = TextsFormField(
        label=_("What was done"),
        help_text=_("At least one language."),
        rows=3,
        required=True,
        error_messages={"required": _("Write what was done.")},
    )


class VerifyForm(FreeTextForm):
    note = forms.CharField(
        label=_("What shows that the action works"),
        max_length=5000,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": _("Write what shows that the action works.")},
    )


class ReopenForm(FreeTextForm):
    """T14."""

    reason = forms.CharField(
        label=_("Why the action does not work"),
        max_length=5000,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": _("Say why the action does not work.")},
    )
    due_on = _day(_("New due day"), error_messages={"required": _("Choose the new day.")})


class HandOverForm(PeopleForm):
    owner = forms.ChoiceField(
        label=_("New owner"), error_messages={"required": _("Choose who answers for it.")}
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=5000,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": _("Give the reason.")},
    )


class EvidenceForm(FreeTextForm):
    """A file or a link that shows something; the bytes are checked by quality.actions.evidence."""

    title = forms.CharField(
        label=_("Title"), max_length=160, error_messages={"required": _("Give the evidence a title.")}
    )
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[one for one in Evidence.Kind.choices if one[0] != Evidence.Kind.SNAPSHOT]
    )
    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("PDF, PNG, JPG, DOCX or XLSX, at most 10 MB."),
        widget=forms.FileInput({"accept": ACCEPT}),
    )
    url = forms.URLField(label=_("Address"), required=False, max_length=200, assume_scheme="https")
    dated_on = _day(_("Date"), error_messages={"required": _("Give the day.")})
    visibility = forms.ChoiceField(
        label=_("Who may see it"), choices=Evidence.Visibility.choices, initial=Evidence.Visibility.INTERNAL
    )
    has_personal_data = forms.BooleanField(
        label=_("Holds personal data"),
        help_text=_("Then partners and members of the panel without an account do not see it."),
        required=False,
    )
    keep_until = _day(_("Kept until"), required=False, help_text=_("Empty: kept for good."))

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file and file.size > evidence.MOST_BYTES:
            raise forms.ValidationError(_("The file is bigger than 10 MB."))
        return file

    def clean_keep_until(self):
        day = self.cleaned_data["keep_until"]
        if day and day <= timezone.localdate():
            raise forms.ValidationError(_("Choose a day to come."))
        return day

    def clean(self):
        said = super().clean()
        file, url, kind = said.get("file"), said.get("url"), said.get("kind")
        if self.errors.get("file") or self.errors.get("url"):
            return said
        if file and url:
            self.add_error("url", _("Give a file or an address, not both."))
        elif kind == Evidence.Kind.LINK and not url:
            self.add_error("url", _("Give the address."))
        elif kind == Evidence.Kind.FILE and not file:
            self.add_error("file", _("Choose a file."))
        elif not file and not url:
            self.add_error("file", _("Give a file or an address."))
        return said

    def about(self, **whose) -> evidence.About:
        """What the action takes; `whose`: the round or the finding that it is about."""
        named = ("title", "kind", "dated_on", "visibility", "has_personal_data", "keep_until")
        return evidence.About(**{name: self.cleaned_data[name] for name in named}, **whose)


class FindingFilterForm(CleanForm):
    """Which findings a list shows."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("Not verified yet")),
            ("mine", _("Waiting for my action")),
            ("late", _("Late")),
            *Finding.Status.choices,
            ("all", _("All")),
        ],
    )
    severity = forms.ChoiceField(
        label=_("Severity"), required=False, choices=[("", _("All")), *Finding.Severity.choices]
    )
    age = forms.ChoiceField(label=_("Age"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        ages = [(str(days), _("At least %(days)s days") % {"days": days}) for days in finding_lists.DAYS]
        self.fields["age"].choices = [("", _("All")), *ages]

    def condition(self, *, today, user):
        """What is chosen; a word that no choice has counts as nothing chosen."""
        self.is_valid()
        said = {name: self.cleaned_data.get(name, "") for name in self.fields}
        return finding_lists.chosen(**said, today=today, user=user)
