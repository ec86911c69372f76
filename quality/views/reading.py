"""What staff and guests do alike with a review: read the text, comment at the fields, rate, declare, answer.

A page of the staff (quality.views.reviews) and one of a guest (quality.views.seats) give `cycle`, `seat`,
`user` and `permissions`, and say where they are by `to(what)`; the deeds are the same.
"""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView, View

from quality import checking, ratings, readings, reviews, rules
from quality.actions import appeals, panels, seats
from quality.forms.panels import DeclareForm
from quality.forms.ratings import RatingForm, Together
from quality.forms.reviews import AnswerForm, CommentForm
from quality.models import Evidence, FieldComment, PanelMember, ReviewCycle
from quality.views import plan
from registry import catalogue, differences, elements
from registry.access import Permission
from registry.actions import offerings
from registry.errors import NotAllowed
from registry.models import OfferingVersion
from registry.templatetags.texts import in_reader_language

Version = OfferingVersion.Status
SOON = 5  # days before the last one when a deadline stands out
CHECK_SOON = 30  # as many before the next Check of what runs
STAGES = ReviewCycle.Stage
S = ReviewCycle.Status
# How the states of a round look beside their words.
TONES = {
    S.PLAN_DRAFT: "draft",
    S.PLAN_REVIEW: "in_review",
    S.PLAN_RETURNED: "changes_requested",
    S.PLAN_APPROVED: "approved",
    S.DO: "published",
    S.CHECK_OPEN: "in_review",
    S.CHECK_REVIEW: "in_review",
    S.ACT: "warning",
    S.ACT_VERIFY: "warning",
    S.SUSPENDED: "suspended",
    S.REJECTED: "rejected",
}


def due(cycle: ReviewCycle, *, today) -> dict:
    """The next deadline in words, with the tone it is said in; empty where nothing is awaited. The days of a
    suspended round stand still until it is resumed (T17)."""
    if cycle.due_on is None or cycle.status == S.SUSPENDED:
        return {}
    left = (cycle.due_on - today).days
    if cycle.status == S.DO:
        return {"on": cycle.due_on, **_until_check(left)}
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


def _until_check(left: int) -> dict:
    """The tone and the words of a running offering's next Check: green, then amber, then red."""
    if left < 0:
        said = ngettext("The Check is %(n)d day late", "The Check is %(n)d days late", -left)
        return {"status": "error", "label": said % {"n": -left}}
    if left > CHECK_SOON:
        return {"status": "success", "label": _("Next Check")}
    said = ngettext("Check in %(n)d day", "Check in %(n)d days", left)
    return {"status": "warning", "label": said % {"n": left}}


class Detail(TemplateView):
    """The text by element with the comments beside each field, the ratings, and what can be done now."""

    template_name = "quality/review_detail.html"

    def get_context_data(self, *, form=None, answering: FieldComment | None = None, **kwargs):
        version, checklist = self.cycle.version, elements.of(version=self.cycle.version)
        writing = self._writing(form)
        sections = plan.sections(version, comments=self._comments(form, answering), shown=catalogue.current())
        return super().get_context_data(
            cycle=self.cycle,
            status=TONES.get(self.cycle.status, ""),
            version=version,
            seat=self.seat,
            panel=panels.members(self.cycle, self.stage),
            title=in_reader_language(version.title, main=version.primary_language),
            due=due(self.cycle, today=timezone.localdate()),
            authors=list(version.authors.order_by("name", "pk")),
            checklist=[*checklist.mandatory, *checklist.optional, *checklist.further],
            checklist_done=checklist.done,
            checklist_total=checklist.total,
            sections=sections,
            changes=self._changes(),
            ratings=self._ratings(),
            decisions=self._decisions(),
            appeal=appeals.of(self.cycle),
            commented=[field for section in sections for field in section["fields"] if field["comments"]],
            may_comment=self.may_comment,
            writing=writing,
            form=form or (CommentForm(initial={"field": writing}) if writing else None),
            acts=self.acts(),
            **checking.beside(self.cycle),
            evidence=self._evidence(),
            here=self.to("detail"),
            comment_url=self.to("comment"),
            **kwargs,
        )

    @property
    def stage(self) -> str:
        return reviews.stage_of(self.cycle)

    @property
    def may_comment(self) -> bool:
        """The panel reads the plan and the person sits on it, free of conflicts. A Check has findings."""
        is_plan = self.stage == STAGES.PLAN
        return bool(is_plan and self.seat and self.seat.declared_at and reviews.is_read_now(self.cycle))

    def _changes(self) -> list[dict]:
        """What the text changes since the last reading and since the published version."""
        version, found = self.cycle.version, []
        decided = self.cycle.decisions.filter(stage=self.stage, outcome="returned").order_by("-round").first()
        if decided and decided.content:
            heading = _("Changes since reading %(number)s") % {"number": decided.round}
            found.append({"heading": heading, "before": readings.Reading(decided.content)})
        earlier = version.offering.versions.filter(published_at__isnull=False, number__lt=version.number)
        if published := earlier.order_by("-number").first():
            heading = _("Changes since version %(number)s") % {"number": published.number}
            found.append({"heading": heading, "before": published})
        for one in found:
            said = differences.between(one.pop("before"), version)
            one["rows"] = differences.rows(said, shown=catalogue.current())
            one["count"] = len(one["rows"])
        return found

    def _ratings(self) -> list[dict]:
        """A table of each stage in which somebody has said something, the present one first."""
        stages = sorted(STAGES.values, key=lambda stage: stage != self.stage)
        given, sitting = ratings.of([self.cycle]), panels.members(self.cycle, self.stage)
        tables = (self._stage_ratings(stage, given=given, sitting=sitting) for stage in stages)
        return [found for found in tables if found]

    def _stage_ratings(self, stage: str, *, given, sitting) -> dict:
        is_open = ratings.are_open(
            self.cycle,
            stage,
            seat=self.seat,
            sitting=sitting,
            is_author=self.is_author,
            leads=self.leads,
        )
        rows = ratings.table(self.cycle, stage, among=given, seat=self.seat, is_open=is_open)
        if not any(row["own"] or row["given"] for row in rows):
            return {}
        return {
            "stage": STAGES(stage).label,
            "rows": rows,
            "is_open": is_open,
            "is_mine": not is_open and bool(self.seat),
            "is_past": stage != self.stage,
        }

    def _evidence(self) -> list[Evidence]:
        """Of the round for the staff; a member without an account sees what the member may rate by."""
        if self.user is None:
            return list(seats.shown_to(self.seat))
        return checking.evidence(self.cycle, user=self.user, permissions=self.permissions)

    def _decisions(self) -> list[dict]:
        """The decisions so far with the letters that were sent, the newest first."""
        return [
            {"decision": one, "letter": in_reader_language(one.letter, main=next(iter(one.letter), "fi"))}
            for one in self.cycle.decisions.select_related("decided_by").order_by("-decided_at")
        ]

    def _writing(self, form) -> str:
        """The field whose comment is being written."""
        asked = form["field"].value() if isinstance(form, CommentForm) else self.request.GET.get("field", "")
        return asked if self.may_comment and asked in {*OfferingVersion.CONTENT, "outcomes"} else ""

    def _comments(self, form, answering: FieldComment | None) -> list[dict]:
        """Comments, each with what may be done with it. Authors see those of a round when it has ended."""
        cycle = self.cycle
        rows = cycle.comments.select_related("by", "member", "answered_by").order_by("round", "pk")
        if cycle.version.status == Version.IN_REVIEW and not self.reads_with_panel:
            rows = rows.exclude(round=cycle.round)
        may_answer = cycle.version.is_editable and Permission.OFFERING_WRITE in self.permissions
        return [
            {
                "comment": row,
                "withdraw_url": self.to("comment-withdraw", row.uid) if self._may_withdraw(row) else "",
                "answer_url": self.to("answer", row.uid) if may_answer else "",
                "form": self._answer_form(row, form if row == answering else None) if may_answer else None,
            }
            for row in rows
        ]

    def _may_withdraw(self, row: FieldComment) -> bool:
        if not self.may_comment or row.round != self.cycle.round:
            return False
        return row.member_id == self.seat.pk or self.seat.seat == "chair"

    def _answer_form(self, comment: FieldComment, form: AnswerForm | None) -> AnswerForm:
        return form or AnswerForm(prefix=str(comment.uid), initial={"answer": comment.answer})

    @property
    def reads_with_panel(self) -> bool:
        """Comments of the round that goes on are the panel's and the reviewers', not the authors'."""
        return bool(self.seat) or (Permission.REVIEW in self.permissions and not self.is_author)

    @property
    def is_author(self) -> bool:
        return self.user is not None and offerings.is_own(self.cycle.version, user=self.user)

    @property
    def leads(self) -> bool:
        """The rectorate decides now (T5)."""
        institution = self.cycle.offering.institution
        late = self.cycle.round > reviews.most_rounds(institution)
        return late and Permission.ROUND_LEAD in self.permissions


class Comment(Detail):
    """A comment at one field; with an error the page comes back as it was written."""

    http_method_names = ["post"]

    def post(self, request, **kwargs):
        member = seat_of(self)
        form = CommentForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        seats.comment(member=member, **form.cleaned_data, language=get_language(), at=timezone.now())
        messages.success(request, _("The comment has been saved."))
        return redirect(f"{self.to('detail')}#field-{form.cleaned_data['field']}")


class CommentWithdraw(View):
    http_method_names = ["post"]

    def post(self, request, comment, **kwargs):
        row = get_object_or_404(self.cycle.comments, uid=comment)
        seats.withdraw_comment(member=seat_of(self), comment=row)
        messages.success(request, _("The comment has been taken back."))
        return redirect(f"{self.to('detail')}#field-{row.field}")


class Rate(TemplateView):
    """The ratings of one member: saved as often as they like, given in when every principle is rated."""

    template_name = "quality/rate.html"

    def post(self, request, **kwargs):
        member = seat_of(self)
        page = self._forms(member, request.POST)
        if not page.is_valid():
            return self.render_to_response(self.get_context_data(page=page))
        now = timezone.now()
        for form in page.filled():
            seats.rate(member=member, **form.said(), at=now)
        if "give" not in request.POST:
            messages.success(request, _("Your ratings have been saved; they are not given in yet."))
            return redirect(self.to("rate"))
        unrated = [form for form in page if not form.is_filled]
        for form in unrated:
            form.add_error("grade", _("Rate this principle."))
        if unrated:
            return self.render_to_response(self.get_context_data(page=page))
        seats.answer(member=member, at=now)
        messages.success(
            request, _("Your ratings have been given in. You can change them until the decision.")
        )
        return redirect(self.to("detail"))

    def get_context_data(self, *, page: Together | None = None, **kwargs):
        member = seat_of(self)
        page = page or self._forms(member, None)
        own = {one.principle: one for one in self.cycle.self_assessments.filter(stage=member.stage)}
        version = self.cycle.version
        return super().get_context_data(
            title=in_reader_language(version.title, main=version.primary_language),
            code=version.offering.code,
            page=page,
            rows=[
                {"form": form, "principle": form.principle, "own": own.get(form.principle.key)}
                for form in page
            ],
            why_not=reviews.why_not_rate(member),
            declare_url=self.to("declare") if member.declared_at is None else "",
            is_given=member.answered_round == self.cycle.round,
            back=self.to("detail"),
            **kwargs,
        )

    def _forms(self, member: PanelMember, data) -> Together:
        said = {one.principle: one for one in member.ratings.filter(round=self.cycle.round)}
        evidence = list(seats.shown_to(member))
        return Together(
            RatingForm(data, principle=one, evidence=evidence, initial=_initial(said.get(one.key)))
            for one in rules.principles(self.cycle)
        )


def _initial(rating) -> dict:
    if rating is None:
        return {}
    return {
        "grade": rating.grade,
        "comment": rating.comment,
        "evidence": str(rating.evidence.uid) if rating.evidence else "",
        "evidence_url": rating.evidence_url,
    }


class Declare(FormView):
    """Before a member reads: whether something stands between them and the offering (T3)."""

    template_name = "quality/declare.html"
    form_class = DeclareForm

    def form_valid(self, form):
        said = form.cleaned_data
        has_conflict = said["answer"] == DeclareForm.YES
        conflict = said["conflict"] if has_conflict else ""
        seats.declare(member=seat_of(self), conflict=conflict, at=timezone.now())
        if has_conflict:
            messages.success(self.request, _("You have left the panel. The quality coordinator sees why."))
            return redirect(self.left_url())
        messages.success(self.request, _("Thank you. You are free of conflicts of interest here."))
        return redirect(self.to("detail"))

    def get_context_data(self, **kwargs):
        version = self.cycle.version
        return super().get_context_data(
            title=in_reader_language(version.title, main=version.primary_language),
            code=version.offering.code,
            seat=seat_of(self),
            authors=list(version.authors.order_by("name", "pk")),
            back=self.to("detail"),
            **kwargs,
        )


def seat_of(page) -> PanelMember:
    """The seat that the page acts from; 403 for whoever sits elsewhere."""
    if page.seat is None:
        raise NotAllowed(_("Only the members of the panel do this."), code="no_seat")
    return page.seat
