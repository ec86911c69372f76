"""Forms of rectification: a decision that a learner was told, the learner's request, the answer."""

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from quality.forms.bundles import RefusedAtFields
from quality.models import RectificationWindow
from registry.fields import FreeTextForm
from registry.models import User


def _day(label, **kwargs) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **kwargs)


class HandlerForm(RefusedAtFields, FreeTextForm):
    """Mixin: who handles it, of the people given."""

    handler = forms.ModelChoiceField(
        label=_("Who handles it"),
        queryset=User.objects.none(),
        empty_label=_("Not chosen"),
        error_messages={"required": _("Choose who handles it.")},
    )

    def __init__(self, *args, people: list[User], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["handler"].queryset = User.objects.filter(pk__in=[one.pk for one in people])
        self.fields["handler"].label_from_instance = lambda one: one.name or one.email


class WindowForm(HandlerForm):
    """A decision that the learner was told on a day."""

    learner = forms.CharField(label=_("Learner"), max_length=254, help_text=_("Learner OID or e-mail."))
    kind = forms.ChoiceField(
        label=_("Decision on"),
        choices=[("", _("Not chosen")), *RectificationWindow.Kind.choices],
        error_messages={"required": _("Choose the kind.")},
    )
    about = forms.CharField(
        label=_("What was decided"),
        max_length=200,
        help_text=_("For example the offering and the grade; the learner reads this."),
        error_messages={"required": _("Name the decision.")},
    )
    told_on = _day(_("The learner was told on"), help_text=_("The days of rectification begin on it."))
    field_order = ("learner", "kind", "about", "told_on", "handler")


class WindowChangeForm(HandlerForm):
    """Another handler, or the day on which the learner asked."""

    asked_on = _day(
        _("Rectification was asked for on"),
        required=False,
        help_text=_("After this nobody is reminded of the last day."),
    )


class GroundsForm(RefusedAtFields, FreeTextForm):
    """Why the learner asks for rectification."""

    grounds = forms.CharField(
        label=_("What do you find wrong, and why?"),
        max_length=5000,
        widget=forms.Textarea({"rows": 6}),
        error_messages={"required": _("Say what you find wrong and why.")},
    )


class WhoseRequestForm(RefusedAtFields, FreeTextForm):
    """Who has asked on paper or by e-mail."""

    learner = forms.CharField(label=_("Learner"), max_length=254, help_text=_("Learner OID or e-mail."))


class PaperRequestForm(RefusedAtFields, FreeTextForm):
    """A request on paper or by e-mail: about which of the decisions given, of which day, why."""

    decision = forms.ChoiceField(
        label=_("Decision"), widget=forms.RadioSelect, error_messages={"required": _("Choose one.")}
    )
    came_on = _day(_("The request came on"), help_text=_("The days of answering run from it."))
    grounds = forms.CharField(
        label=_("What the learner finds wrong, and why"),
        max_length=5000,
        help_text=_("As the learner wrote it."),
        widget=forms.Textarea({"rows": 6}),
        error_messages={"required": _("Say what the learner finds wrong and why.")},
    )

    def __init__(self, *args, decisions: list, **kwargs):
        super().__init__(*args, **kwargs)
        self.decisions = {str(one.uid): one for one in decisions}
        self.fields["decision"].choices = [(uid, _option(one)) for uid, one in self.decisions.items()]

    def clean_decision(self):
        return self.decisions[self.cleaned_data["decision"]]


def _option(decision) -> str:
    days = {"about": decision.about, "day": date_format(decision.until, "j.n.Y")}
    return gettext("%(about)s – until %(day)s") % days


class AnswerForm(RefusedAtFields, FreeTextForm):
    """What was decided, in words for the learner."""

    is_granted = forms.ChoiceField(
        label=_("Decision"),
        choices=[("yes", _("The request is granted")), ("no", _("The request is not granted"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )
    answer = forms.CharField(
        label=_("Answer to the learner, with its grounds"),
        max_length=5000,
        widget=forms.Textarea({"rows": 6}),
        error_messages={"required": _("Write the answer.")},
    )

    def clean_is_granted(self) -> bool:
        return bool(self.cleaned_data["is_granted"] == "yes")
