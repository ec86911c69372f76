from django import forms
from django.utils.translation import gettext_lazy as _

from credentials.actions.corrections import Facts
from credentials.actions.suspensions import BY_HAND
from credentials.actions.wholes import PART_ENDED
from credentials.forms.attainments import ALL_GRADES, GRADE_NAMES
from credentials.forms.learners import DayField, PersonForm
from credentials.models import Credential
from credentials.models.attainment import GRADES
from registry import days
from registry.models import Code
from registry.templatetags.texts import plain_text


class RevokeForm(PersonForm):
    """Why a credential is taken back: a reason of the code list, and what the staff wants to remember."""

    reason = forms.ChoiceField(
        label=_("Reason for revoking"), error_messages={"required": _("Choose the reason for revoking.")}
    )
    note = forms.CharField(
        label=_("Note for the staff"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("Only for your institution's staff. The learner sees the reason, not the note."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rows = Code.objects.filter(list="revocation_reason").exclude(code=PART_ENDED)
        reasons = rows.order_by("order")
        self.fields["reason"].choices = [
            ("", _("Choose")),
            *((row.code, plain_text(row.label)) for row in reasons),
        ]


class WhyForm(PersonForm):
    """Why somebody undoes what was done."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("For the trail: what went wrong and how you know it."),
        error_messages={"required": _("Say why.")},
    )


class SuspendForm(PersonForm):
    reason = forms.ChoiceField(
        label=_("Reason for suspending"),
        choices=[
            ("", _("Choose")),
            *(one for one in Credential.SuspensionReason.choices if one[0] in BY_HAND),
        ],
        help_text=_("The learner sees the reason."),
        error_messages={"required": _("Choose the reason for suspending.")},
    )
    until = DayField(
        label=_("Last day of the suspension"),
        required=False,
        help_text=days.with_today(
            _("May be empty: then it lasts until somebody ends it. In the form %(day)s")
        ),
    )


class CorrectForm(PersonForm):
    """What a credential says of its learner and of the attainment. The rules are the actions'."""

    given_names = forms.CharField(label=_("Given names"), max_length=100)
    family_name = forms.CharField(label=_("Family name"), max_length=100)
    learner_oid = forms.CharField(label=_("Learner OID"), max_length=40, required=False)
    birth_date = DayField(label=_("Birth date"), required=False)
    completed_on = DayField(label=_("Completion date"))
    grade = forms.ChoiceField(label=_("Grade"), required=False)
    reason = forms.CharField(
        label=_("What was wrong"),
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("The learner reads this in the letter, and the trail keeps it."),
        error_messages={"required": _("Say what was wrong.")},
    )

    def __init__(self, *args, scale: str, **kwargs):
        super().__init__(*args, **kwargs)
        grades = GRADES.get(scale, ALL_GRADES)
        self.fields["grade"].choices = [("", "–"), *((one, GRADE_NAMES.get(one, one)) for one in grades)]

    def facts(self) -> Facts:
        said = {name: value for name, value in self.cleaned_data.items() if name != "reason"}
        return Facts(**said)
