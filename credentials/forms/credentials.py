from django import forms
from django.utils.translation import gettext_lazy as _

from credentials.forms.learners import PersonForm
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
        reasons = Code.objects.filter(list="revocation_reason").order_by("order")
        self.fields["reason"].choices = [
            ("", _("Choose")),
            *((row.code, plain_text(row.label)) for row in reasons),
        ]
