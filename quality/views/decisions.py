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
from quality.actions import cycles, letters
from quality.forms.reviews import LetterForm, RejectLetterForm
from quality.models import Decision, PanelMeeting
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
        why_not = cycles.why_not_decide(self.cycle, reviews.stage_of(self.cycle), by=self.request.user)
        if why_not:
            raise NotAllowed(why_not)

    def get_initial(self):
        return {"letter": decision_letters.draft(self.cycle, self.outcome)}

    def form_valid(self, form):
        if "send" not in self.request.POST:
            is_preview = "edit" not in self.request.POST
            return self.render_to_response(self.get_context_data(form=form, is_preview=is_preview))
        try:
            self.act(
                letter=form.cleaned_data["letter"],
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
        held = self.institution.panel_meetings.filter(closed_at=None, items__cycle=self.cycle)
        return get_object_or_404(held, uid=uid)

    def get_context_data(self, *, is_preview=False, form=None, **kwargs):
        version = self.cycle.version
        form = form or self.get_form()
        letter = form.cleaned_data.get("letter", {}) if form.is_bound and is_preview else {}
        return super().get_context_data(
            form=form,
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

    def act(self, **said):
        cycles.send_back(cycle=self.cycle, **said)


class ReviewApprove(Decide):
    outcome = Outcome.APPROVED
    title = gettext_lazy("Approve")
    text = gettext_lazy(
        "You accept the text exactly as it stands now. The authors get the letter, and somebody who did not"
        " write it publishes it within 90 days."
    )
    submit = gettext_lazy("Approve")
    done = gettext_lazy("The version has been approved.")

    def act(self, **said):
        cycles.approve(cycle=self.cycle, **said)


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
        cycles.reject(cycle=self.cycle, **said)
