"""Staff pages of a review: the queue, the text with its comments, a member's own pages."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from quality import reviews, rules
from quality.actions import plans
from quality.forms.reviews import AnswerForm
from quality.models import PanelMember, ReviewCycle, Seat
from quality.views import acts, reading
from quality.views.reading import TONES, due
from registry.access import Permission
from registry.templatetags.texts import in_reader_language
from registry.web import StaffView

S = ReviewCycle.Status
PAGE = 25
CLOSED = [status for status in S if status not in ReviewCycle.OPEN]
# The parts of the queue after "waiting for me": their names and which reviews they hold.
QUEUES = {
    "late": (gettext_lazy("Late"), None),
    "today": (gettext_lazy("Due today"), None),
    "fast": (gettext_lazy("Fast track"), Q(is_fast=True, status__in=[S.PLAN_REVIEW, S.PLAN_RETURNED])),
    "review": (gettext_lazy("In review"), Q(status__in=[S.PLAN_REVIEW, S.CHECK_REVIEW])),
    "returned": (gettext_lazy("Returned for changes"), Q(status=S.PLAN_RETURNED)),
    "approved": (gettext_lazy("Approved, to be published"), Q(status=S.PLAN_APPROVED)),
    "check": (gettext_lazy("In Check"), Q(status__in=[S.CHECK_OPEN, S.CHECK_REVIEW])),
    "act": (gettext_lazy("Corrective action"), Q(status__in=[S.ACT, S.ACT_VERIFY, S.SUSPENDED])),
    "all": (gettext_lazy("All reviews"), Q()),
}


class ReviewList(StaffView, TemplateView):
    """The queue: what waits for the person first, then what is late or due, then everything by state.

    It opens on the first part that holds something.
    """

    permission = Permission.REVIEW_READ
    template_name = "quality/review_list.html"

    def get_context_data(self, **kwargs):
        today = timezone.localdate()
        everything = reviews.of(self.institution)
        parts = self._parts(today)
        counts = reviews.counts(self.institution, {slug: wanted for slug, (_label, wanted) in parts.items()})
        chosen = self.request.GET.get("show")
        if chosen not in parts:
            chosen = next((slug for slug in parts if counts[slug]), "mine")
        label, wanted = parts[chosen]
        page = Paginator(everything.filter(wanted), PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(
            tabs=[
                {"label": f"{name} ({counts[slug]})", "url": f"?show={slug}", "is_current": slug == chosen}
                for slug, (name, _wanted) in parts.items()
            ],
            heading=label,
            is_mine=chosen == "mine",
            rows=[_row(cycle, today=today) for cycle in page],
            page=page,
            home_url=reverse("staff-home", args=[self.institution.code.lower()]),
            **kwargs,
        )

    def _parts(self, today) -> dict[str, tuple[str, Q]]:
        numbers = rules.limits_of(self.institution)
        mine = reviews.waiting_for(
            user=self.request.user, permissions=self.permissions, most_rounds=numbers.most_rounds
        ) | reviews.to_open(permissions=self.permissions, numbers=numbers, on=today)
        is_open = Q(status__in=ReviewCycle.OPEN - {S.SUSPENDED})  # whose days stand still
        dated = {"late": is_open & Q(due_on__lt=today), "today": is_open & Q(due_on=today)}
        named = {slug: (label, dated.get(slug, wanted)) for slug, (label, wanted) in QUEUES.items()}
        return {"mine": (_("Waiting for me"), mine), **named}


def _row(cycle: ReviewCycle, *, today) -> dict:
    version, sitting = cycle.version, reviews.sitting(cycle)
    return {
        "code": version.offering.code,
        "number": version.number,
        "title": in_reader_language(version.title, main=version.primary_language),
        "status": TONES.get(cycle.status, ""),
        "label": cycle.get_status_display(),
        "is_fast": cycle.is_fast,
        "chair": next((one.name for one in sitting if one.seat == Seat.CHAIR), ""),
        "answered": sum(one.answered_round >= cycle.round for one in sitting),
        "sitting": len(sitting) if reviews.is_read_now(cycle) else 0,
        "round": cycle.round,
        "due": due(cycle, today=today),
        "url": reverse("review-detail", args=[version.offering.institution.code.lower(), cycle.uid]),
    }


class ReviewPage(StaffView):
    """Mixin: one review of the institution's, with the person's own seat on its panel."""

    @cached_property
    def cycle(self) -> ReviewCycle:
        return get_object_or_404(reviews.of(self.institution), uid=self.kwargs["uid"])

    @cached_property
    def seat(self) -> PanelMember | None:
        return reviews.seat(self.cycle, user=self.request.user)

    @property
    def user(self):
        return self.request.user

    def to(self, what: str, *more) -> str:
        return reverse(f"review-{what}", args=[self.institution.code.lower(), self.cycle.uid, *more])

    def left_url(self) -> str:
        return reverse("review-list", args=[self.institution.code.lower()])

    def acts(self) -> list[acts.Act]:
        return acts.of(
            self.cycle,
            user=self.request.user,
            permissions=self.permissions,
            at=timezone.now(),
            seat=self.seat,
        )


class ReviewDetail(ReviewPage, reading.Detail):
    permission = Permission.REVIEW_READ

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            list_url=reverse("review-list", args=[self.institution.code.lower()]),
            **kwargs,
        )


class ReviewComment(ReviewPage, reading.Comment):
    permission = Permission.REVIEW


class ReviewCommentWithdraw(ReviewPage, reading.CommentWithdraw):
    permission = Permission.REVIEW


class ReviewRate(ReviewPage, reading.Rate):
    permission = Permission.REVIEW


class ReviewDeclare(ReviewPage, reading.Declare):
    permission = Permission.REVIEW


class ReviewAnswer(ReviewDetail):
    """An author's answer to one comment."""

    permission = Permission.OFFERING_WRITE
    http_method_names = ["post"]

    def post(self, request, uid, comment):
        row = get_object_or_404(self.cycle.comments, uid=comment)
        form = AnswerForm(request.POST, prefix=str(row.uid))
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form, answering=row))
        plans.answer(comment=row, text=form.cleaned_data["answer"], by=request.user, at=timezone.now())
        messages.success(request, _("The answer has been saved."))
        return redirect(f"{self.to('detail')}#field-{row.field}")
