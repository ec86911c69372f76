"""Staff pages of a review: the queue, the text with its comments, the reviewer's decisions."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView, View

from quality import reviews
from quality.actions import cycles
from quality.forms.reviews import AnswerForm, CommentForm, NoteForm, ReasonForm
from quality.models import FieldComment, ReviewCycle
from quality.views import acts, plan
from registry import catalogue, differences, elements
from registry.access import Permission
from registry.actions import offerings
from registry.models import OfferingVersion
from registry.templatetags.texts import in_reader_language
from registry.web import StaffView

Version = OfferingVersion.Status
PAGE = 25
SOON = 5  # days before the last one when a deadline stands out
# The parts of the queue after "waiting for me", each with the states of its versions.
QUEUES = {
    "review": (gettext_lazy("In review"), (Version.SUBMITTED, Version.IN_REVIEW)),
    "returned": (gettext_lazy("Returned for changes"), (Version.CHANGES_REQUESTED,)),
    "approved": (gettext_lazy("Approved, to be published"), (Version.APPROVED,)),
    "all": (gettext_lazy("All reviews"), Version.values),
}


class ReviewList(StaffView, TemplateView):
    """The queue: what waits for the person first, then everything by state."""

    permission = Permission.REVIEW_READ
    template_name = "quality/review_list.html"

    def get_context_data(self, **kwargs):
        everything = reviews.of(self.institution)
        mine = reviews.waiting_for(everything, user=self.request.user, permissions=self.permissions)
        parts = {"mine": (_("Waiting for me"), mine)}
        for slug, (label, statuses) in QUEUES.items():
            parts[slug] = (label, everything.filter(version__status__in=statuses))
        chosen = self.request.GET.get("show", "mine")
        chosen = chosen if chosen in parts else "mine"
        page = Paginator(parts[chosen][1], PAGE).get_page(self.request.GET.get("page"))
        today = timezone.localdate()
        return super().get_context_data(
            tabs=[
                {"label": f"{label} ({rows.count()})", "url": f"?show={slug}", "is_current": slug == chosen}
                for slug, (label, rows) in parts.items()
            ],
            heading=parts[chosen][0],
            is_mine=chosen == "mine",
            rows=[_row(cycle, today=today) for cycle in page],
            page=page,
            home_url=reverse("staff-home", args=[self.institution.code.lower()]),
            **kwargs,
        )


def _row(cycle: ReviewCycle, *, today) -> dict:
    version = cycle.version
    return {
        "code": version.offering.code,
        "number": version.number,
        "title": in_reader_language(version.title, main=version.primary_language),
        "status": version.status,
        "label": version.get_status_display(),
        "reviewer": cycle.reviewer if version.status == Version.IN_REVIEW else None,
        "round": cycle.round,
        "due": due(cycle, today=today),
        "url": reverse("review-detail", args=[version.offering.institution.code.lower(), cycle.uid]),
    }


def due(cycle: ReviewCycle, *, today) -> dict:
    """The next deadline in words, with the tone it is said in; empty where nothing is awaited."""
    if cycle.due_on is None:
        return {}
    left = (cycle.due_on - today).days
    if left < 0:
        return {
            "on": cycle.due_on,
            "status": "error",
            "label": ngettext("%(n)d day late", "%(n)d days late", -left) % {"n": -left},
        }
    if left == 0:
        return {"on": cycle.due_on, "status": "warning", "label": _("Due today")}
    return {
        "on": cycle.due_on,
        "status": "warning" if left <= SOON else "info",
        "label": ngettext("%(n)d day left", "%(n)d days left", left) % {"n": left},
    }


class ReviewPage(StaffView):
    """Mixin: one review of the institution's."""

    @cached_property
    def cycle(self) -> ReviewCycle:
        return get_object_or_404(reviews.of(self.institution), uid=self.kwargs["uid"])

    def url(self, name: str = "review-detail", *more) -> str:
        return reverse(name, args=[self.institution.code.lower(), self.cycle.uid, *more])


class ReviewDetail(ReviewPage, TemplateView):
    """The text by element with the comments beside each field, the checklist, and what can be done now."""

    permission = Permission.REVIEW_READ
    template_name = "quality/review_detail.html"

    def get_context_data(self, *, form=None, answering: FieldComment | None = None, **kwargs):
        version, checklist = self.cycle.version, elements.of(version=self.cycle.version)
        writing = self._writing(form)
        sections = plan.sections(
            version,
            comments=self._comments(form, answering),
            shown=catalogue.current(),
        )
        return super().get_context_data(
            cycle=self.cycle,
            version=version,
            title=in_reader_language(version.title, main=version.primary_language),
            due=due(self.cycle, today=timezone.localdate()),
            authors=list(version.authors.order_by("name", "pk")),
            checklist=[*checklist.mandatory, *checklist.optional, *checklist.further],
            checklist_done=checklist.done,
            checklist_total=checklist.total,
            sections=sections,
            changes=self._changes(),
            commented=[field for section in sections for field in section["fields"] if field["comments"]],
            is_deciding=self.is_deciding,
            writing=writing,
            form=form or (CommentForm(initial={"field": writing}) if writing else None),
            acts=acts.of(self.cycle, user=self.request.user, permissions=self.permissions, at=timezone.now()),
            list_url=reverse("review-list", args=[self.institution.code.lower()]),
            here=self.url(),
            comment_url=self.url("review-comment"),
            **kwargs,
        )

    def _changes(self) -> dict:
        """What the text changes in the version that was published before it; empty for a first version."""
        version = self.cycle.version
        earlier = version.offering.versions.filter(published_at__isnull=False, number__lt=version.number)
        before = earlier.order_by("-number").first()
        if before is None:
            return {}
        rows = differences.rows(differences.between(before, version), shown=catalogue.current())
        return {"since": before.number, "rows": rows, "count": len(rows)}

    @cached_property
    def is_deciding(self) -> bool:
        """The review goes on, and the person is the one who took it."""
        taken = (
            self.cycle.version.status == Version.IN_REVIEW and self.cycle.reviewer_id == self.request.user.pk
        )
        return taken and Permission.REVIEW in self.permissions

    def _writing(self, form) -> str:
        """The field whose comment is being written."""
        asked = form["field"].value() if isinstance(form, CommentForm) else self.request.GET.get("field", "")
        return asked if self.is_deciding and asked in {*OfferingVersion.CONTENT, "outcomes"} else ""

    def _comments(self, form, answering: FieldComment | None) -> list[dict]:
        """Comments, each with what may be done with it. Authors see those of a round when it has ended."""
        cycle = self.cycle
        rows = cycle.comments.select_related("by", "answered_by").order_by("round", "pk")
        is_going_on = cycle.version.status == Version.IN_REVIEW
        sees_all = Permission.REVIEW in self.permissions and not offerings.is_own(
            cycle.version, user=self.request.user
        )
        if is_going_on and not sees_all:
            rows = rows.exclude(round=cycle.round)
        may_answer = cycle.version.is_editable and Permission.OFFERING_WRITE in self.permissions
        return [
            {
                "comment": row,
                "withdraw_url": self.url("review-comment-withdraw", row.uid)
                if self.is_deciding and row.round == cycle.round
                else "",
                "answer_url": self.url("review-answer", row.uid) if may_answer else "",
                "form": self._answer_form(row, form if row == answering else None) if may_answer else None,
            }
            for row in rows
        ]

    def _answer_form(self, comment: FieldComment, form: AnswerForm | None) -> AnswerForm:
        return form or AnswerForm(prefix=str(comment.uid), initial={"answer": comment.answer})


class ReviewComment(ReviewDetail):
    """A comment at one field; with an error the page comes back as it was written."""

    permission = Permission.REVIEW
    http_method_names = ["post"]

    def post(self, request, uid):
        form = CommentForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        cycles.comment(
            cycle=self.cycle, **form.cleaned_data, language=get_language(), by=request.user, at=timezone.now()
        )
        messages.success(request, _("The comment has been saved."))
        return redirect(f"{self.url()}#field-{form.cleaned_data['field']}")


class ReviewCommentWithdraw(ReviewPage, View):
    permission = Permission.REVIEW
    http_method_names = ["post"]

    def post(self, request, uid, comment):
        row = get_object_or_404(self.cycle.comments.select_related("cycle__version"), uid=comment)
        cycles.withdraw_comment(comment=row, by=request.user)
        messages.success(request, _("The comment has been taken back."))
        return redirect(f"{self.url()}#field-{row.field}")


class ReviewAnswer(ReviewDetail):
    """An author's answer to one comment."""

    permission = Permission.OFFERING_WRITE
    http_method_names = ["post"]

    def post(self, request, uid, comment):
        row = get_object_or_404(self.cycle.comments, uid=comment)
        form = AnswerForm(request.POST, prefix=str(row.uid))
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form, answering=row))
        cycles.answer(comment=row, text=form.cleaned_data["answer"], by=request.user, at=timezone.now())
        messages.success(request, _("The answer has been saved."))
        return redirect(f"{self.url()}#field-{row.field}")


class ReviewTake(ReviewPage, View):
    permission = Permission.REVIEW
    http_method_names = ["post"]

    def post(self, request, uid):
        cycles.take(cycle=self.cycle, by=request.user, at=timezone.now())
        messages.success(request, _("The review is yours: read the text and comment at the fields."))
        return redirect(self.url())


class ReviewStep(ReviewPage, FormView):
    """Mixin: a decision asked for once more before it is made. Subclasses say the words and make the call."""

    permission = Permission.REVIEW
    template_name = "quality/step.html"
    title = text = submit = done = ""
    is_grave = False

    def form_valid(self, form):
        self.act(**form.cleaned_data, by=self.request.user, at=timezone.now())
        messages.success(self.request, self.done)
        return redirect(self.url())

    def get_context_data(self, **kwargs):
        version = self.cycle.version
        return super().get_context_data(
            title=f"{self.title}: {version.offering.code}, v{version.number}",
            text=self.text,
            submit=self.submit,
            is_grave=self.is_grave,
            back=self.url(),
            **kwargs,
        )


class ReviewTakeOver(ReviewStep):
    form_class = ReasonForm
    title = gettext_lazy("Take over the review")
    text = gettext_lazy(
        "The review becomes yours, with the comments written so far. The reason stays in the trail."
    )
    submit = gettext_lazy("Take over")
    done = gettext_lazy("The review is yours: read the text and comment at the fields.")

    def act(self, **said):
        cycles.take_over(cycle=self.cycle, **said)


class ReviewReturn(ReviewStep):
    form_class = NoteForm
    title = gettext_lazy("Return for changes")
    text = gettext_lazy(
        "The authors get a letter and see your comments at the fields. They answer each of them and have 30"
        " days to send the version again."
    )
    submit = gettext_lazy("Return for changes")
    done = gettext_lazy("The version has been returned to its authors.")

    def act(self, **said):
        cycles.send_back(cycle=self.cycle, **said)


class ReviewApprove(ReviewStep):
    form_class = NoteForm
    title = gettext_lazy("Approve")
    text = gettext_lazy(
        "You accept the text exactly as it stands now. The authors get a letter, and somebody who did not"
        " write it publishes it within 90 days."
    )
    submit = gettext_lazy("Approve")
    done = gettext_lazy("The version has been approved.")

    def act(self, **said):
        cycles.approve(cycle=self.cycle, **said)


class ReviewReject(ReviewStep):
    form_class = ReasonForm
    title = gettext_lazy("Reject")
    text = gettext_lazy(
        "The version is closed for good and its authors get a letter. They may copy it to a new version; to"
        " have it mended, return it for changes instead."
    )
    submit = gettext_lazy("Reject")
    done = gettext_lazy("The version has been rejected.")
    is_grave = True

    def act(self, *, reason, **said):
        cycles.reject(cycle=self.cycle, note=reason, **said)
