"""Decisions on a plan: the letter is written, previewed in every language, and sent with the decision."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy
from django.views.generic import FormView

from quality import decision_letters, reviews
from quality.actions import deciding, letters, panels, plans
from quality.forms.reviews import LetterForm, RejectLetterForm
from quality.models import Decision, PanelMeeting, ReviewCycle
from quality.views.panel import blame
from quality.views.reviews import ReviewPage
from registry.access import Permission
from registry.errors import Invalid, NotAllowed
from registry.fields import LANGUAGE_NAMES
from registry.models.texts import LANGUAGES
from registry.templatetags.texts import in_reader_language

Outcome = Decision.Outcome


class Decide(ReviewPage, FormView):
    """Mixin: write the letter, look at it, send it. Subclasses say the words and make the call."""

    permission = Permission.REVIEW_READ  # whose decision it is says the action: the chair's, the rectorate's
    template_name = "quality/decide.html"
    form_class = LetterForm
    stage = ReviewCycle.Stage.PLAN
    outcome = text = submit = done = ""
    title = ""
    is_grave = False

    def get(self, request, *args, **kwargs):
        self.refuse_others()
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        self.refuse_others()
        return super().post(request, *args, **kwargs)

    def refuse_others(self) -> None:
        """A letter is written and seen by whoever decides only."""
        why_not = deciding.why_not_decide(self.cycle, reviews.stage_of(self.cycle), by=self.request.user)
        if why_not:
            raise NotAllowed(why_not)

    @cached_property
    def why_not(self) -> list[str]:
        """What keeps the decision from being made now; there is no letter to write before."""
        if self.cycle.status != panels.READING[self.stage] or not reviews.is_read_now(self.cycle):
            return [reviews.not_now(self.cycle)]
        return self.lacking()

    def lacking(self) -> list[str]:
        """What this decision waits for, while the panel reads."""
        return []

    def whole(self, letter: dict) -> dict:
        """The letter as it is sent."""
        return letter

    def get_initial(self):
        if self.why_not:
            return {}
        return {"letter": decision_letters.draft(self.cycle, self.outcome)}

    def form_valid(self, form):
        if "send" not in self.request.POST:
            is_preview = "edit" not in self.request.POST
            return self.render_to_response(self.get_context_data(form=form, is_preview=is_preview))
        try:
            self.act(
                letter=self.whole(form.cleaned_data["letter"]),
                by=self.request.user,
                at=timezone.now(),
                **({"meeting": self.meeting} if self.meeting else {}),
            )
        except Invalid as refusal:
            if not any(field == "letter" for field, _said in refusal.reasons):
                raise
            blame(form, refusal)
            return self.form_invalid(form)
        messages.success(self.request, self.done)
        if self.meeting:
            return redirect("panel-meeting", self.institution.code.lower(), self.meeting.uid)
        return redirect(self.to("detail"))

    @cached_property
    def meeting(self) -> PanelMeeting | None:
        """The meeting whose agenda led here; the decision is kept as its own."""
        uid = self.request.POST.get("meeting") or self.request.GET.get("meeting")
        if not uid:
            return None
        try:
            uid = UUID(uid)
        except ValueError as problem:
            raise Http404 from problem
        return get_object_or_404(self.institution.panel_meetings.filter(items__cycle=self.cycle), uid=uid)

    def get_context_data(self, *, is_preview=False, form=None, **kwargs):
        version = self.cycle.version
        form = form or self.get_form()
        letter = self.whole(form.cleaned_data.get("letter", {})) if form.is_bound and is_preview else {}
        return super().get_context_data(
            form=form,
            why_not=self.why_not,
            title=self.title,
            text=self.text,
            submit=self.submit,
            is_grave=self.is_grave,
            is_preview=is_preview,
            letter=[
                {"language": one, "name": LANGUAGE_NAMES[one], "text": letter[one]}
                for one in LANGUAGES
                if letter.get(one)
            ],
            receivers=list(letters.authors(self.cycle)),
            meeting=self.meeting,
            name=in_reader_language(version.title, main=version.primary_language),
            code=version.offering.code,
            number=version.number,
            back=self.to("detail"),
            **kwargs,
        )


class ReviewReturn(Decide):
    outcome = Outcome.RETURNED
    title = gettext_lazy("Return for changes")
    text = gettext_lazy(
        "The authors get the letter and see the comments at the fields. They answer each of them and have 30"
        " days to send the version again."
    )
    submit = gettext_lazy("Return for changes")
    done = gettext_lazy("The version has been returned to its authors.")

    def lacking(self):
        why_not = reviews.why_not_return(self.cycle, user=self.request.user)
        return [why_not] if why_not else []

    def whole(self, letter):
        return decision_letters.with_comments(self.cycle, letter)

    def act(self, **said):
        plans.send_back(cycle=self.cycle, **said)


class ReviewApprove(Decide):
    outcome = Outcome.APPROVED
    title = gettext_lazy("Approve")
    text = gettext_lazy(
        "You accept the text exactly as it stands now. The authors get the letter, and somebody who did not"
        " write it publishes it within 90 days."
    )
    submit = gettext_lazy("Approve")
    done = gettext_lazy("The version has been approved.")

    def lacking(self):
        return plans.why_not_approve(self.cycle)

    def act(self, **said):
        plans.approve(cycle=self.cycle, **said)


class ReviewReject(Decide):
    outcome = Outcome.REJECTED
    form_class = RejectLetterForm
    title = gettext_lazy("Reject")
    text = gettext_lazy(
        "The version is closed for good and its authors get the letter. They may copy it to a new version; to"
        " have it mended, return it for changes instead."
    )
    submit = gettext_lazy("Reject")
    done = gettext_lazy("The version has been rejected.")
    is_grave = True

    def act(self, **said):
        plans.reject(cycle=self.cycle, **said)
