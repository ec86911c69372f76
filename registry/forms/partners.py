"""Forms of the partner pages, of joint offerings and of the keys of the API."""

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.fields import CleanForm, FreeTextForm, TextsFormField
from registry.models import PartnerKey


class NoteForm(CleanForm):
    """In which degree another institution's offering can be recognised."""

    degree = TextsFormField(
        label=_("Degree"), max_length=200, help_text=_("For example: Bachelor of Engineering, ICT.")
    )
    ects = forms.DecimalField(
        label=_("Credits at most"),
        required=False,
        max_digits=4,
        decimal_places=1,
        localize=True,
        help_text=_("Empty: the whole offering."),
    )
    note = TextsFormField(label=_("Note"), max_length=2000, rows=3)


class InvitationForm(CleanForm):
    institution = forms.ChoiceField(label=_("Institution to invite"))
    ects = forms.DecimalField(
        label=_("Its share of the credits"), max_digits=4, decimal_places=1, localize=True
    )

    def __init__(self, *args, institutions, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["institution"].choices = [
            ("", _("Choose")), *((one.code, one.short_name) for one in institutions)
        ]  # fmt: skip


class AcceptForm(CleanForm):
    ects = forms.DecimalField(
        label=_("Your share of the credits"), max_digits=4, decimal_places=1, localize=True
    )
    reviewer = forms.ChoiceField(label=_("Your own reviewer"))

    def __init__(self, *args, reviewers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reviewer"].choices = [("", _("Choose")), *((str(one.pk), one.name) for one in reviewers)]


class DeclineForm(FreeTextForm):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("The lead sees it."),
    )


class KeyForm(CleanForm):
    name = forms.CharField(
        label=_("What it is for"), max_length=120, help_text=_("For example: course calendar of our site.")
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it opens"),
        choices=PartnerKey.Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        initial=[PartnerKey.Scope.CATALOGUE],
    )
    daily_quota = forms.IntegerField(
        label=_("Requests a day"), min_value=1, max_value=1_000_000, initial=10_000
    )
