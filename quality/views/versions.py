"""Moves of a version that its review follows: sent, published, suspended, resumed, ended, reopened."""

from collections.abc import Iterator

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView, View

from quality import reviews, rules
from quality.actions import cycles, plans, publishing
from quality.forms.ratings import AssessmentForm, Together
from quality.forms.reviews import EndForm, PublishForm, ReasonForm, SendForm, SuspendForm
from quality.models import ReviewCycle
from registry import elements
from registry.access import Permission
from registry.actions import realisations
from registry.models import TrailEntry
from registry.templatetags.texts import in_reader_language
from registry.web import VersionPage


class ReviewedVersion(VersionPage):
    """Mixin: a version and its review."""

    def with_parts(self, versions):
        return super().with_parts(versions).select_related("approved_by")

    @cached_property
    def current(self) -> ReviewCycle | None:
        return cycles.current(self.version)

    @cached_property
    def cycle(self) -> ReviewCycle:
        """The round that is open, else the last one."""
        return get_object_or_404(reviews.of(self.institution), pk=self.current and self.current.pk)

    def to_review(self):
        return redirect("review-detail", self.institution.code.lower(), self.cycle.uid)


class VersionReview(ReviewedVersion, View):
    """From a version to its review."""

    permission = Permission.REVIEW_READ
    http_method_names = ["get"]

    def get(self, request, code, number):
        return self.to_review()


class VersionSubmit(ReviewedVersion, FormView):
    """What is missing still, the fast track, and the button; sent, the text is locked."""

    permission = Permission.OFFERING_WRITE
    template_name = "quality/submit.html"
    form_class = SendForm

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        if cycles.upcoming(self.version).round:  # a later round of reading keeps the track of the first
            del form.fields["is_fast"]
        return form

    def form_valid(self, form):
        plans.submit(
            version=self.version,
            by=self.request.user,
            at=timezone.now(),
            is_fast=form.cleaned_data.get("is_fast", False),
        )
        messages.success(
            self.request, _("The version has been sent to review. Its text is locked until the decision.")
        )
        return self.to_review()

    def get_context_data(self, **kwargs):
        version, cycle = self.version, cycles.upcoming(self.version)
        checklist = elements.of(version=version)
        return super().get_context_data(
            version=version,
            title=in_reader_language(version.title, main=version.primary_language),
            is_editable=version.is_editable,
            missing=[remark.text for remark in checklist.reasons],
            why_not=reviews.why_not_send(cycle, permissions=self.permissions),
            unassessed=cycles.unassessed(cycle, ReviewCycle.Stage.PLAN),
            assessed_total=len(rules.principles(cycle)),
            assess_url=self.url("version-assess"),
            review_url=self.url("version-review") if cycle.pk else "",
            back=self.url("version-detail"),
            **kwargs,
        )


class VersionAssess(VersionPage, TemplateView):
    """The authors' own word on each principle, before the panel reads (T2)."""

    permission = Permission.OFFERING_WRITE
    template_name = "quality/assess.html"
    stage = ReviewCycle.Stage.PLAN
    here_name = "version-assess"

    def next_url(self) -> str:
        """Where the page leads when every principle has been assessed."""
        return self.url("version-submit")

    @property
    def is_open(self) -> bool:
        """The authors may still write."""
        return self.version.is_editable

    def post(self, request, **kwargs):
        page = self._forms(request.POST)
        if not page.is_valid():
            return self.render_to_response(self.get_context_data(page=page))
        now = timezone.now()
        for form in page.filled():
            cycles.assess(version=self.version, stage=self.stage, **form.said(), by=request.user, at=now)
        messages.success(request, _("The self-assessment has been saved."))
        is_whole = not cycles.unassessed(cycles.upcoming(self.version), self.stage)
        return redirect(self.next_url() if is_whole else self.url(self.here_name))

    def get_context_data(self, *, page: Together | None = None, **kwargs):
        version, cycle = self.version, cycles.upcoming(self.version)
        page = page or self._forms(None)
        return super().get_context_data(
            version=version,
            title=in_reader_language(version.title, main=version.primary_language),
            is_open=self.is_open,
            page=page,
            rows=[{"form": form, "principle": form.principle} for form in page],
            unassessed=cycles.unassessed(cycle, self.stage),
            back=self.url("version-detail"),
            **kwargs,
        )

    def _forms(self, data) -> Together:
        cycle = cycles.upcoming(self.version)
        said = (
            {one.principle: one for one in cycle.self_assessments.filter(stage=self.stage)}
            if cycle.pk
            else {}
        )
        return Together(
            AssessmentForm(data, principle=one, initial=_initial(said.get(one.key)))
            for one in rules.principles(cycle)
        )


def _initial(own) -> dict:
    return {"grade": own.grade, "text": own.text} if own else {}


class VersionPublish(ReviewedVersion, FormView):
    """What publishing does, the preview, and the confirmation; or why it cannot be done."""

    permission = Permission.OFFERING_PUBLISH
    template_name = "quality/publish.html"
    form_class = PublishForm

    def form_valid(self, form):
        publishing.publish(version=self.version, by=self.request.user, at=timezone.now())
        messages.success(self.request, _("The version has been published: it is in the catalogue now."))
        return self.to_review()

    def get_context_data(self, **kwargs):
        version, shown, now = self.version, self.version.offering.published, timezone.now()
        return super().get_context_data(
            version=version,
            title=in_reader_language(version.title, main=version.primary_language),
            publish_by=reviews.publish_by(version) if version.approved_at else None,
            replaces=shown if shown != version else None,
            check_due_on=cycles.check_due_on(version, on=timezone.localdate(now)),
            why_not=reviews.why_not_publish(
                version, user=self.request.user, permissions=self.permissions, at=now
            ),
            preview_url=self.url("version-preview"),
            back=self.url("version-detail"),
            **kwargs,
        )


class VersionStep(ReviewedVersion, FormView):
    """Mixin: a move that needs its reason. Subclasses say the words and make the call."""

    permission = Permission.OFFERING_STOP
    template_name = "quality/step.html"
    form_class = ReasonForm
    title = text = submit = done = ""
    is_grave = True

    def why_not(self) -> str:
        """Why the move is not open to the person, or not yet; no reason is written before."""
        return ""

    def form_valid(self, form):
        self.act(**form.cleaned_data, by=self.request.user, at=timezone.now())
        messages.success(self.request, self.done)
        return self.to_review()

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            title=f"{self.title}: {self.version.offering.code}, v{self.version.number}",
            text=self.text,
            why_not=self.why_not(),
            submit=self.submit,
            is_grave=self.is_grave,
            back=self.url("version-detail"),
            **kwargs,
        )


class VersionSuspend(VersionStep):
    form_class = SuspendForm
    title = gettext_lazy("Suspend")
    text = gettext_lazy(
        "Nobody can enrol while the offering is suspended, and its public page says so. Those who have"
        " started may finish and get their credential; credentials already issued stay valid."
    )
    submit = gettext_lazy("Suspend")
    done = gettext_lazy("The offering has been suspended.")

    def act(self, **said):
        publishing.suspend(version=self.version, **said)


class VersionResume(VersionStep):
    permission = Permission.ROUND_LEAD
    title = gettext_lazy("Resume")
    text = gettext_lazy("The offering goes on as before. Tell how the cause of the suspension was removed.")
    submit = gettext_lazy("Resume")
    done = gettext_lazy("The offering goes on.")
    is_grave = False

    def act(self, **said):
        publishing.resume(version=self.version, **said)


class VersionEndPropose(VersionStep):
    permission = Permission.OFFERING_WRITE
    form_class = EndForm
    title = gettext_lazy("Propose to end")
    text = gettext_lazy(
        "A quality coordinator reads the proposal and ends the offering, or lets it go on. Nothing changes"
        " before that."
    )
    submit = gettext_lazy("Propose to end")
    done = gettext_lazy("The proposal has been sent to the quality coordinators.")
    is_grave = False

    def why_not(self):
        return publishing.why_not_propose_end(self.current, by=self.request.user) if self.current else ""

    def act(self, **said):
        publishing.propose_end(cycle=self.cycle, **said)


class VersionRetire(VersionStep):
    permission = Permission.OFFERING_END
    form_class = EndForm
    title = gettext_lazy("End the offering")
    text = gettext_lazy(
        "The offering leaves the catalogue's list for good. Its page stays, marked as ended, and credentials"
        " already issued stay valid and can be verified."
    )
    submit = gettext_lazy("End the offering")
    done = gettext_lazy("The offering has ended.")

    def why_not(self):
        return publishing.why_not_retire(self.current, by=self.request.user) if self.current else ""

    def act(self, **said):
        publishing.retire(version=self.version, **said)

    @cached_property
    def proposal(self) -> TrailEntry | None:
        return publishing.end_proposal(self.current) if self.current else None

    def get_initial(self):
        ground, _colon, reason = self.proposal.reason.partition(": ") if self.proposal else ("", "", "")
        return {"ground": ground, "reason": reason}

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        return context | {"text": " ".join(filter(None, [str(self.text), *self._said()]))}

    def _said(self) -> Iterator[str]:
        if self.proposal:
            day, name = date_format(timezone.localtime(self.proposal.at), "j.n.Y"), self.proposal.by.name
            yield _("Proposed by %(name)s on %(day)s.") % {"name": name, "day": day}
        last_day = realisations.taught_until(self.version)
        if last_day is not None:
            said = _("Nobody can enrol any more; those enrolled are taught to the end, until %(day)s.")
            yield said % {"day": date_format(last_day, "j.n.Y")}


class VersionReopen(VersionStep):
    permission = Permission.OFFERING_WRITE
    title = gettext_lazy("Take back to draft")
    text = gettext_lazy(
        "The approval lapses and the text can be written again; it then goes through review anew."
    )
    submit = gettext_lazy("Take back to draft")
    done = gettext_lazy("The version is a draft again.")
    is_grave = False

    def act(self, **said):
        plans.reopen(cycle=self.cycle, **said)
