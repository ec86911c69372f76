from django import forms
from django.utils.translation import gettext_lazy as _

from quality.models import LearnerWishes
from registry.fields import CleanForm


class WishesForm(CleanForm):
    """Of one institution's record; without the question about surveys once the learner has refused."""

    career = forms.ChoiceField(
        label=_("May we ask you 6 and 18 months after a credential how it has affected your work?"),
        help_text=_(
            "Your answers are not joined to your name. If you refuse, we never send you a survey again."
        ),
        choices=[("yes", _("Yes, you may ask me")), ("no", _("No, never send me surveys"))],
        widget=forms.RadioSelect,
        required=False,
    )
    expiry = forms.BooleanField(label=_("Tell me before a credential of mine expires"), required=False)

    def __init__(self, *args, wishes: LearnerWishes | None, **kwargs):
        super().__init__(*args, **kwargs)
        if wishes is None:
            return
        self.initial = {"career": "yes" if wishes.career_at else "", "expiry": wishes.wants_expiry}
        if wishes.refused_at:
            del self.fields["career"]
