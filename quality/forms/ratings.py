"""Forms with the same few fields for each principle: the panel's ratings, the authors' self-assessment."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from quality.criteria import Principle
from quality.models import Evidence, Rating
from registry.fields import FreeTextForm

GRADES = [(str(value), label) for value, label in reversed(Rating.Grade.choices)]


class PrincipleForm(FreeTextForm):
    """What is said of one principle; all may be left open. Its prefix is the principle's key."""

    grade = forms.TypedChoiceField(
        label=_("Rating"),
        choices=GRADES,
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args, principle: Principle, **kwargs):
        super().__init__(*args, prefix=principle.key, use_required_attribute=False, **kwargs)
        self.principle = principle

    @property
    def about(self) -> str:
        """Which principle: the error summary of ten says it at each error."""
        return f"{self.principle.code} {self.principle.name[get_language()]}"

    @property
    def is_filled(self) -> bool:
        """Something was entered, so it is to be saved."""
        return any(value not in (None, "") for value in self.cleaned_data.values())

    def _missing(self, field: str, said) -> None:
        if not self.errors.get(field):
            self.add_error(field, said)


class RatingForm(PrincipleForm):
    """A member's rating of one principle (6.4)."""

    comment = forms.CharField(
        label=_("Comment"), required=False, max_length=5000, widget=forms.Textarea({"rows": 3})
    )
    evidence = forms.ChoiceField(label=_("Evidence"), required=False)
    evidence_url = forms.URLField(
        label=_("Link to evidence"), required=False, max_length=200, assume_scheme="https"
    )

    def __init__(self, *args, evidence: Iterable[Evidence], **kwargs):
        super().__init__(*args, **kwargs)
        self.rows = {str(one.uid): one for one in evidence}
        if self.rows:
            names = [(uid, f"{one.title}, {one.dated_on:%-d.%-m.%Y}") for uid, one in self.rows.items()]
            self.fields["evidence"].choices = [("", _("None")), *names]
        else:
            del self.fields["evidence"]

    def clean(self):
        found = super().clean()
        grade = found.get("grade")
        if grade is None and self.is_filled:
            self._missing("grade", _("Rate this principle."))
        if grade == Rating.Grade.INSUFFICIENT and not found.get("comment"):
            self._missing("comment", _("Say why it is insufficient, so that the authors know what to mend."))
        return found

    def said(self) -> dict:
        """The arguments of seats.rate."""
        return {
            "principle": self.principle.key,
            "grade": self.cleaned_data["grade"],
            "comment": self.cleaned_data["comment"],
            "evidence": self.rows.get(self.cleaned_data.get("evidence", "")),
            "evidence_url": self.cleaned_data["evidence_url"],
        }


class AssessmentForm(PrincipleForm):
    """What the authors say of one principle before the panel reads."""

    text = forms.CharField(
        label=_("How the offering meets the principle"),
        required=False,
        max_length=5000,
        widget=forms.Textarea({"rows": 3}),
    )
    field_order = ("grade", "text")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["grade"].label = _("Own rating")

    def clean(self):
        found = super().clean()
        if found.get("grade") is None and found.get("text"):
            self._missing("grade", _("Rate this principle."))
        if found.get("grade") is not None and not found.get("text"):
            self._missing("text", _("Write how the offering meets the principle."))
        return found

    def said(self) -> dict:
        """The arguments of cycles.assess."""
        return {"principle": self.principle.key, **self.cleaned_data}


class Together:
    """Forms of one page read together; the error summary takes it for a formset."""

    def __init__(self, each: Iterable[PrincipleForm]):
        self.each = list(each)

    def __iter__(self):
        return iter(self.each)

    def is_valid(self) -> bool:
        return not [form for form in self.each if not form.is_valid()]

    def total_error_count(self) -> int:
        return sum(len(form.errors) for form in self.each if form.is_bound)

    def filled(self) -> list[PrincipleForm]:
        return [form for form in self.each if form.is_filled]
