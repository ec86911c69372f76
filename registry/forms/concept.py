from django import forms
from django.utils.translation import gettext_lazy as _

from registry.concept import Question
from registry.fields import CleanForm

QUESTIONS = {
    Question.OUTCOMES: _("Are the learning outcomes written down?"),
    Question.SIZE: _("Is the size from 1 to 59 ECTS credits?"),
    Question.ASSESSMENT: _("Is the competence assessed against public criteria?"),
    Question.CERTIFICATE: _("Does the learner get a certificate that can be shared electronically?"),
    Question.NEED: _("Is there a named need: of working life, society, culture or the person?"),
    Question.QUALITY: _("Is it inside your quality system?"),
    Question.ALONE: _("Is it smaller than a degree and useful on its own?"),
    Question.TARGET_GROUP: _("Is the target group defined?"),
}


class ConceptForm(CleanForm):
    """The wizard: eight questions, yes or no. Sent by GET, so that the answers are in the address."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for question, label in QUESTIONS.items():
            self.fields[question.value] = forms.ChoiceField(
                label=label,
                choices=[("yes", _("Yes")), ("no", _("No"))],
                widget=forms.RadioSelect,
                error_messages={
                    "required": _("Answer yes or no."),
                    "invalid_choice": _("Answer yes or no."),
                },
            )

    @property
    def yes(self) -> frozenset[Question]:
        return frozenset(question for question in Question if self.cleaned_data[question.value] == "yes")
