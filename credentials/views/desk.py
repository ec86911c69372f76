"""What the staff pages of study affairs share: the institution's code, the way back, errors by field."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils import timezone

from credentials.models import Learner
from registry import trail
from registry.errors import Invalid
from registry.web import StaffView


class DeskView(StaffView):
    """A staff page below one of the lists; `parents` are pairs of (text, address name) on the way to it."""

    parents = ()
    purpose = "why_register"  # one of trail.PURPOSES: why its people look at learners here

    @property
    def code(self) -> str:
        return self.institution.code.lower()

    def get_context_data(self, **kwargs):
        crumbs = [(self.institution.short_name, "staff-home"), *self.parents]
        return super().get_context_data(
            code=self.code,
            crumbs=[{"label": label, "url": reverse(name, args=[self.code])} for label, name in crumbs],
            **kwargs,
        )

    def saw(self, learners: Iterable[Learner], *, verb: str = "looked_at") -> None:
        """Write down that this page shows these learners (N6)."""
        trail.record_each(
            verb=verb,
            pairs=[(one, one.uid) for one in learners],
            by=self.request.user,
            at=timezone.now(),
            role=self.role,
            reason=self.purpose,
        )


def add_errors(form, problem: Invalid) -> None:
    """Put the reasons of an action beside the fields of the form."""
    for name, text in problem.reasons:
        form.add_error(name if name in form.fields else None, text)
