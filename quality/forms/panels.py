from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from quality.actions.panels import Candidate
from quality.models import Origin, Seat, StandingPanel
from registry.fields import LANGUAGE_CHOICES, CleanForm, FreeTextForm
from registry.models import Institution, User


class PersonForm(FreeTextForm):
    """Somebody with an account here, or whoever is invited by name and address."""

    user = forms.ChoiceField(label=_("Person of your institution"), required=False)
    name = forms.CharField(
        label=_("Name"),
        help_text=_("For somebody from elsewhere, who gets a link that works once."),
        required=False,
        max_length=120,
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        widget=forms.EmailInput({"autocomplete": "off"}),
        error_messages={"invalid": _("Write the address in the form name@example.com.")},
    )
    organisation = forms.CharField(label=_("Organisation"), required=False, max_length=160)
    language = forms.ChoiceField(label=_("Language of letters"), choices=LANGUAGE_CHOICES)
    origin = forms.ChoiceField(
        label=_("Comes from"),
        help_text=_("Seen from the unit whose offering is reviewed; the trail keeps who declared it."),
        choices=[("", _("Choose")), *Origin.choices],
    )

    def __init__(self, *args, people: Iterable[User], **kwargs):
        super().__init__(*args, use_required_attribute=False, **kwargs)
        self.people = {str(one.pk): one for one in people}
        self.partners: dict[str, Institution] = {}
        names = [(key, one.name) for key, one in self.people.items()]
        self.fields["user"].choices = [("", _("Somebody else, by name and address")), *names]

    def clean(self):
        found = super().clean()
        if not found.get("user"):
            if not found.get("name") and "name" not in self.errors:
                self.add_error("name", _("Write the person's name."))
            if not found.get("email") and "email" not in self.errors:
                self.add_error("email", _("Write the address that the invitation is sent to."))
        return found

    def candidate(self) -> Candidate:
        said = self.cleaned_data
        return Candidate(
            seat=said.get("seat", ""),
            origin=said["origin"],
            user=self.people.get(said["user"]),
            name=said["name"],
            email=said["email"],
            language=said["language"],
            organisation=said["organisation"],
            institution=self.partners.get(said.get("institution", "")),
        )


class StandingMemberForm(PersonForm):
    seat = forms.ChoiceField(label=_("Seat"), choices=[("", _("Choose")), *Seat.choices])
    field_order = ("seat", "user", "name", "email", "organisation", "language", "origin")


class MemberForm(StandingMemberForm):
    """A member of the panel of one review; of a joint offering also whom they represent."""

    institution = forms.ChoiceField(label=_("Partner whose member this is"), required=False)

    def __init__(self, *args, partners: Iterable[Institution], **kwargs):
        super().__init__(*args, **kwargs)
        self.partners = {one.code: one for one in partners}
        if self.partners:
            names = [(code, one.short_name) for code, one in self.partners.items()]
            self.fields["institution"].choices = [("", _("None")), *names]
        else:
            del self.fields["institution"]


class SubstituteForm(PersonForm):
    """Who takes the seat of a member, and why."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=5000,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": _("Give the reason.")},
    )


class UsePanelForm(CleanForm):
    panel = forms.ChoiceField(
        label=_("Standing panel"), error_messages={"required": _("Choose a standing panel.")}
    )

    def __init__(self, *args, panels: Iterable[StandingPanel], **kwargs):
        super().__init__(*args, use_required_attribute=False, **kwargs)
        self.panels = {str(one.uid): one for one in panels}
        self.fields["panel"].choices = [("", _("Choose")), *((k, one.name) for k, one in self.panels.items())]


class DeclareForm(FreeTextForm):
    """Whether something stands between the member and the offering."""

    NO, YES = "no", "yes"

    answer = forms.ChoiceField(
        label=_("Conflict of interest"),
        choices=[
            (NO, _("I did not write the offering, do not teach it, and gain nothing by the decision.")),
            (YES, _("I have a conflict of interest and leave the panel.")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )
    conflict = forms.CharField(
        label=_("What the conflict is"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
    )

    def clean(self):
        found = super().clean()
        if found.get("answer") == self.YES and not found.get("conflict"):
            self.add_error("conflict", _("Say in a few words what the conflict is."))
        return found


class PanelForm(CleanForm):
    """A standing panel."""

    name = forms.CharField(
        label=_("Name"), max_length=120, error_messages={"required": _("Give the panel a name.")}
    )
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)
