from django import forms
from django.utils.translation import gettext_lazy as _

from quality.models import Appeal, ReviewCycle
from registry.fields import CleanForm, FreeTextForm, TextsFormField


class CommentForm(FreeTextForm):
    """A reviewer's reason at one field."""

    field = forms.CharField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("Comment"),
        help_text=_(
            "Say what is missing or unclear, and what would mend it. The authors see it when you return it."
        ),
        max_length=5000,
        widget=forms.Textarea({"rows": 4, "autofocus": True}),
        error_messages={"required": _("Write the comment.")},
    )


class AnswerForm(FreeTextForm):
    """An author's answer to a comment."""

    answer = forms.CharField(
        label=_("Your answer"),
        help_text=_("Say what you changed, or why you did not."),
        max_length=5000,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": _("Write the answer.")},
    )


class ReasonForm(FreeTextForm):
    """A decision that needs its reason."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=5000,
        widget=forms.Textarea({"rows": 4}),
        error_messages={"required": _("Give the reason.")},
    )


class SuspendForm(ReasonForm):
    """Why an offering stops, and whether the public reads it (T16)."""

    is_public = forms.BooleanField(
        label=_("The reason may be shown in public."),
        help_text=_("Otherwise the page says only that the offering is suspended."),
        required=False,
    )


class EndForm(ReasonForm):
    """Why an offering ends: one of the grounds that are counted, and the words (T18)."""

    ground = forms.ChoiceField(
        label=_("Why it ends"),
        choices=ReviewCycle.Ground,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose why the offering ends.")},
    )
    field_order = ["ground", "reason"]


class AppealForm(FreeTextForm):
    """An author's note to the rectorate about a rejection (T6)."""

    text = forms.CharField(
        label=_("Appeal"),
        help_text=_("Say what the panel did not take into account."),
        max_length=5000,
        widget=forms.Textarea({"rows": 8}),
        error_messages={"required": _("Write the appeal.")},
    )


class AppealAnswerForm(FreeTextForm):
    outcome = forms.ChoiceField(
        label=_("Decision"),
        choices=Appeal.Outcome,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the decision.")},
    )
    answer = forms.CharField(
        label=_("Your answer"),
        help_text=_("It is sent to the authors."),
        max_length=5000,
        widget=forms.Textarea({"rows": 6}),
        error_messages={"required": _("Write the answer.")},
    )


class SendForm(CleanForm):
    """Sending to review, on the fast track or not (W-02)."""

    is_fast = forms.BooleanField(
        label=_("Fast track"),
        help_text=_(
            "For an acute need: the panel has 10 days instead of 28. Nothing else changes, and the fast track"
            " is marked in the statistics."
        ),
        required=False,
    )


class LetterForm(FreeTextForm):
    """The decision letter; `meeting` is the panel meeting that decides."""

    letter = TextsFormField(
        label=_("Decision letter"),
        help_text=_("The authors read it in their own language. Write at least one language."),
        rows=12,
        max_length=10_000,
    )

    def clean_letter(self):
        letter = self.cleaned_data["letter"]
        if not letter:
            raise forms.ValidationError(_("Write the decision letter in at least one language."))
        return letter


class RejectLetterForm(LetterForm):
    """T6: the reasons are given in Finnish or in Swedish."""

    def clean_letter(self):
        letter = super().clean_letter()
        if not (letter.get("fi") or letter.get("sv")):
            raise forms.ValidationError(_("Give the reasons in Finnish or in Swedish."))
        return letter


class PublishForm(CleanForm):
    seen = forms.BooleanField(
        label=_("I have looked at the preview in every language."),
        error_messages={"required": _("Look at the preview before you publish.")},
    )
