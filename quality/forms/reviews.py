from django import forms
from django.utils.translation import gettext_lazy as _

from registry.fields import CleanForm, FreeTextForm


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


class NoteForm(FreeTextForm):
    """A decision that may have words with it."""

    note = forms.CharField(
        label=_("Words to the authors"), required=False, max_length=5000, widget=forms.Textarea({"rows": 4})
    )


class ReasonForm(FreeTextForm):
    """A decision that needs its reason."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=5000,
        widget=forms.Textarea({"rows": 4}),
        error_messages={"required": _("Give the reason.")},
    )


class PublishForm(CleanForm):
    seen = forms.BooleanField(
        label=_("I have looked at the preview in every language."),
        error_messages={"required": _("Look at the preview before you publish.")},
    )
