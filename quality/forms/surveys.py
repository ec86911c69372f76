from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from quality.questionnaires import Questionnaire
from registry.fields import LANGUAGE_CHOICES, CleanForm, FreeTextForm
from registry.models.texts import chosen


class SurveyForm(FreeTextForm):
    """The questions of a questionnaire in the reader's language; none of them must be answered."""

    def __init__(self, *args, asked: Questionnaire, **kwargs):
        self.asked = asked
        self.base_fields = {one.key: self._field(one) for one in asked.questions}
        super().__init__(*args, **kwargs)

    def _field(self, question) -> forms.Field:
        label = _said(question.text)
        if question.type == "points":
            points = [(str(n), self._point(n)) for n in range(1, self.asked.highest + 1)]
            choices = [*points, ("", _("I cannot say"))]
            return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, required=False)
        if question.type == "choices":
            choices = [(key, _said(text)) for key, text in question.options]
            return forms.MultipleChoiceField(
                label=label, choices=choices, widget=forms.CheckboxSelectMultiple, required=False
            )
        return forms.CharField(
            label=label,
            help_text=_("Do not write names or other personal data."),
            max_length=5000,
            widget=forms.Textarea({"rows": 4}),
            required=False,
        )

    def _point(self, number: int) -> str:
        labels = {1: self.asked.lowest_label, self.asked.highest: self.asked.highest_label}
        return f"{number} – {_said(labels[number])}" if number in labels else str(number)

    def answer(self) -> dict:
        """What was entered, as the action takes it."""
        entered = self.cleaned_data
        points = {one.key: entered[one.key] for one in self.asked.of_type("points")}
        return {
            "points": {key: int(value) for key, value in points.items() if value},
            "choices": [key for one in self.asked.of_type("choices") for key in entered[one.key]],
            "text": " ".join(entered[one.key] for one in self.asked.of_type("text")),
        }


class EmployerSurveyForm(CleanForm):
    """Whom to ask, one address on a line."""

    addresses = forms.CharField(
        label=_("E-mail addresses"),
        help_text=_("One on a line. Each gets a link of their own; whoever was asked before is left out."),
        max_length=5000,
        widget=forms.Textarea({"rows": 5}),
        error_messages={"required": _("Give at least one e-mail address.")},
    )
    language = forms.ChoiceField(label=_("Language of the letter"), choices=LANGUAGE_CHOICES)


def _said(text: dict) -> str:
    return text.get(get_language()) or chosen(text)[1]
