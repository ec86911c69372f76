"""Pages of an appeal against a rejection: the authors' note, the rectorate's answer (T6)."""

from django.http import Http404
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quality.actions import appeals
from quality.forms.reviews import AppealAnswerForm, AppealForm
from quality.models import Appeal, ReviewCycle
from quality.reviews import not_now
from quality.views.checks import RoundForm
from registry.access import Permission


class ReviewAppeal(RoundForm):
    permission = Permission.OFFERING_WRITE
    form_class = AppealForm
    title = gettext_lazy("Appeal against the rejection")
    submit = gettext_lazy("Send the appeal")
    done = gettext_lazy("The appeal has been sent to the rectorate.")

    def act(self, form, **who):
        appeals.send(cycle=self.cycle, **form.cleaned_data, **who)

    def get_context_data(self, **kwargs):
        cycle = self.cycle
        if cycle.status != ReviewCycle.Status.REJECTED:
            return super().get_context_data(why_not=not_now(cycle), **kwargs)
        said = _("The rectorate reads your note and answers it. You can send one, until %(day)s.")
        return super().get_context_data(
            lead=said % {"day": date_format(appeals.last_day(cycle), "j.n.Y")},
            why_not=why_not_send(cycle, by=self.request.user),
            **kwargs,
        )


class ReviewAppealAnswer(RoundForm):
    permission = Permission.ROUND_LEAD
    form_class = AppealAnswerForm
    title = gettext_lazy("Answer the appeal")
    submit = gettext_lazy("Send the answer")
    done = gettext_lazy("The appeal has been answered. The authors have been told.")

    @cached_property
    def appeal(self) -> Appeal:
        found = appeals.of(self.cycle)
        if found is None:
            raise Http404
        return found

    def act(self, form, **who):
        appeals.answer(appeal=self.appeal, **form.cleaned_data, **who)

    def get_context_data(self, **kwargs):
        answered = _("The appeal has been answered already.") if self.appeal.answered_at else ""
        return super().get_context_data(
            lead=_("A granted appeal copies the version to a new draft, which its author mends."),
            quote=self.appeal.text,
            why_not=answered or appeals.why_not_answer(self.cycle, by=self.request.user),
            **kwargs,
        )


def why_not_send(cycle: ReviewCycle, *, by) -> str:
    if appeals.of(cycle):
        return _("An appeal has been sent already; there is one for each rejection.")
    return appeals.why_not_own(cycle, by=by) or appeals.why_not_send(cycle, on=timezone.localdate())
