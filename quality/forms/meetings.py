from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from quality.models import ReviewCycle, StandingPanel
from registry.fields import FreeTextForm


class MeetingForm(FreeTextForm):
    """When and where a panel meets, and the reviews on its agenda."""

    held_at = forms.DateTimeField(
        label=_("Time"),
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M"],
        error_messages={"required": _("Give the day and the time.")},
    )
    place = forms.CharField(label=_("Place or address"), required=False, max_length=200)
    panel = forms.ChoiceField(label=_("Standing panel"), required=False)
    cycles = forms.MultipleChoiceField(
        label=_("Agenda"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one review for the agenda.")},
    )

    def __init__(self, *args, panels: Iterable[StandingPanel], reviews: Iterable[ReviewCycle], **kwargs):
        super().__init__(*args, use_required_attribute=False, **kwargs)
        self.panels = {str(one.uid): one for one in panels}
        self.reviews = {str(one.uid): one for one in reviews}
        names = [(key, one.name) for key, one in self.panels.items()]
        self.fields["panel"].choices = [("", _("None")), *names]
        self.fields["cycles"].choices = [
            (key, f"{one.offering.code}, v{one.version.number}, {one.get_status_display()}")
            for key, one in self.reviews.items()
        ]

    def said(self) -> dict:
        """The arguments of meetings.call and meetings.change."""
        found = self.cleaned_data
        return {
            "held_at": found["held_at"],
            "place": found["place"],
            "panel": self.panels.get(found["panel"]),
            "cycles": [self.reviews[uid] for uid in found["cycles"]],
        }
