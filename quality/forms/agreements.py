"""Forms of agreements with partners: what was agreed, and a meeting held of it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from quality.forms.bundles import RefusedAtFields
from quality.models import PartnershipAgreement
from registry.fields import FreeTextForm, TextsFormField
from registry.models import Offering, User

Kind = PartnershipAgreement.Kind


def _day(label, **kwargs) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **kwargs)


class AgreementForm(RefusedAtFields, FreeTextForm):
    """What was agreed with whom, from when to when, and who answers for it on both sides."""

    partner = forms.CharField(
        label=_("Partner"), max_length=160, error_messages={"required": _("Name the partner.")}
    )
    kind = forms.ChoiceField(
        label=_("Kind of partner"),
        choices=[("", _("Not chosen")), *Kind.choices],
        error_messages={"required": _("Choose the kind.")},
    )
    focus = TextsFormField(
        label=_("Focus and goals"), help_text=_("At least one language."), rows=3, required=True
    )
    contact_name = forms.CharField(
        label=_("Contact person of the partner"),
        max_length=120,
        error_messages={"required": _("Name the partner's contact person.")},
    )
    contact_email = forms.EmailField(label=_("Their e-mail"), max_length=254, required=False)
    responsible = forms.ModelChoiceField(
        label=_("Our contact person"),
        queryset=User.objects.none(),
        empty_label=_("Not chosen"),
        help_text=_("Gets the reminders, with the quality coordinators."),
        error_messages={"required": _("Choose our contact person.")},
    )
    begins_on = _day(_("From"))
    ends_on = _day(_("Valid until"), help_text=_("At most three years, unless you tell why."))
    longer_because = forms.CharField(label=_("Why longer than three years"), max_length=500, required=False)
    meetings_a_year = forms.IntegerField(
        label=_("Evaluation meetings a year"), min_value=0, max_value=12, initial=2
    )
    url = forms.URLField(
        label=_("Address of the agreement"), max_length=200, required=False, assume_scheme="https"
    )
    offerings = forms.ModelMultipleChoiceField(
        label=_("Offerings that it is about"),
        queryset=Offering.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, people: list[User], offerings, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["responsible"].queryset = User.objects.filter(pk__in=[one.pk for one in people])
        self.fields["responsible"].label_from_instance = lambda one: one.name or one.email
        self.fields["offerings"].queryset = offerings

    def facts(self) -> dict:
        """The fields of the agreement itself."""
        beside = {"offerings", "seen"}
        return {name: value for name, value in self.cleaned_data.items() if name not in beside}

    def see(self, stamp: str) -> None:
        """What is sent next has been compared with what stands there now."""
        self.data = self.data.copy()
        self.data["seen"] = stamp


class EvaluationMeetingForm(RefusedAtFields, FreeTextForm):
    """A meeting that was held."""

    held_on = _day(_("Date"))
    minutes_url = forms.URLField(
        label=_("Address of the minutes"), max_length=200, required=False, assume_scheme="https"
    )
