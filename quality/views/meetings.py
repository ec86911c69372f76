"""Panel meetings: listed, called, their pack for reading, and each review decided from the agenda."""

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView, View

from quality import ratings, reviews
from quality.actions import meetings, panels
from quality.forms.meetings import MeetingForm
from quality.models import Finding, PanelMeeting, ReviewCycle, Seat
from quality.views import acts, plan
from quality.views.panel import blame
from registry import catalogue
from registry.access import Permission
from registry.errors import Invalid
from registry.templatetags.texts import in_reader_language
from registry.web import StaffView

# What the pack shows of each review on the agenda, read for all of them together.
PARTS = (
    "version__authors",
    "version__outcomes",
    "compared_to__outcomes",
    "self_assessments",
    "comments",
    "offering__findings",
)


class MeetingList(StaffView, TemplateView):
    permission = Permission.REVIEW
    template_name = "quality/meeting_list.html"

    def get_context_data(self, **kwargs):
        code = self.institution.code.lower()
        found = self.institution.panel_meetings.prefetch_related("items", "decisions").order_by("-held_at")
        return super().get_context_data(
            rows=[
                {
                    "meeting": one,
                    "count": len(one.items.all()),
                    "decided": len(one.decisions.all()),
                    "url": reverse("panel-meeting", args=[code, one.uid]),
                }
                for one in found.select_related("panel")[:100]
            ],
            new_url=reverse("panel-meeting-new", args=[code]),
            reviews_url=reverse("review-list", args=[code]),
            **kwargs,
        )


class MeetingNew(StaffView, FormView):
    permission = Permission.PANEL_APPOINT
    template_name = "quality/meeting_form.html"

    def get_form(self, form_class=None):
        data = self.request.POST if self.request.method == "POST" else None
        return MeetingForm(
            data,
            panels=self.institution.panels.filter(is_active=True).order_by("name"),
            reviews=self.readable(),
            initial=self.get_initial(),
        )

    def readable(self) -> list[ReviewCycle]:
        """What may stand on an agenda: plans and Checks that are in review."""
        return list(reviews.of(self.institution).filter(status__in=panels.READING.values()))

    def form_valid(self, form):
        try:
            meeting = self.keep(form)
        except Invalid as refusal:
            blame(form, refusal)
            return self.form_invalid(form)
        return redirect("panel-meeting", self.institution.code.lower(), meeting.uid)

    def keep(self, form) -> PanelMeeting:
        meeting = meetings.call(
            institution=self.institution, **form.said(), by=self.request.user, at=timezone.now()
        )
        messages.success(self.request, _("The meeting has been called; letters are on their way."))
        return meeting

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            back=reverse("panel-meeting-list", args=[self.institution.code.lower()]), **kwargs
        )


class MeetingPage(StaffView):
    """Mixin: one panel meeting of the institution's."""

    @cached_property
    def meeting(self) -> PanelMeeting:
        found = self.institution.panel_meetings.select_related("panel", "closed_by")
        return get_object_or_404(found, uid=self.kwargs["uid"])

    @cached_property
    def agenda(self) -> list[ReviewCycle]:
        found = reviews.of(self.institution).filter(agenda_items__meeting=self.meeting)
        return list(found.order_by("agenda_items__order"))

    def url(self, name: str) -> str:
        return reverse(name, args=[self.institution.code.lower(), self.meeting.uid])


class MeetingEdit(MeetingPage, MeetingNew):
    permission = Permission.PANEL_APPOINT

    def get_initial(self):
        held_at = timezone.localtime(self.meeting.held_at)
        return {
            "held_at": held_at,
            "place": self.meeting.place,
            "panel": str(self.meeting.panel.uid) if self.meeting.panel else "",
            "cycles": [str(one.uid) for one in self.agenda],
        }

    def readable(self) -> list[ReviewCycle]:
        return [*self.agenda, *(one for one in super().readable() if one not in self.agenda)]

    def keep(self, form) -> PanelMeeting:
        meetings.change(meeting=self.meeting, **form.said(), by=self.request.user, at=timezone.now())
        messages.success(self.request, _("The meeting has been saved."))
        return self.meeting

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "back": self.url("panel-meeting"),
            "meeting": self.meeting,
        }


class MeetingDetail(MeetingPage, TemplateView):
    """The agenda: each review with where it stands, and for its chair the decisions."""

    permission = Permission.REVIEW
    template_name = "quality/meeting.html"

    def get_context_data(self, **kwargs):
        made = {one.cycle_id: one for one in self.meeting.decisions.all()}
        own = self._own()
        return super().get_context_data(
            meeting=self.meeting,
            rows=[self._row(one, decision=made.get(one.pk), may_decide=one.pk in own) for one in self.agenda],
            edit_url=self.url("panel-meeting-edit") if self._may_change() else "",
            close_url=self.url("panel-meeting-close") if self._may_change() else "",
            pack_url=self.url("panel-meeting-pack"),
            back=reverse("panel-meeting-list", args=[self.institution.code.lower()]),
            **kwargs,
        )

    def _may_change(self) -> bool:
        return self.meeting.closed_at is None and Permission.PANEL_APPOINT in self.permissions

    def _own(self) -> set[int]:
        """The reviews on the agenda that the person decides."""
        if self.meeting.closed_at:
            return set()
        own = reviews.decided_by(
            user=self.request.user,
            permissions=self.permissions,
            most_rounds=reviews.most_rounds(self.institution),
        )
        return set(reviews.of(self.institution).filter(own).values_list("pk", flat=True))

    def _row(self, cycle: ReviewCycle, *, decision, may_decide: bool) -> dict:
        who = {"user": self.request.user, "permissions": self.permissions, "at": timezone.now()}
        sitting = reviews.sitting(cycle) if reviews.is_read_now(cycle) else []
        return {
            **_named(cycle),
            "url": reverse("review-detail", args=[self.institution.code.lower(), cycle.uid]),
            "decision": decision,
            "chair": next((one.name for one in sitting if one.seat == Seat.CHAIR), ""),
            "answered": sum(one.answered_round >= cycle.round for one in sitting),
            "sitting": len(sitting),
            "acts": acts.decisions(cycle, **who, meeting=self.meeting) if may_decide and not decision else [],
        }


class MeetingPack(MeetingPage, TemplateView):
    """Everything on the agenda on one page to print: the text, the grades, the comments."""

    permission = Permission.REVIEW
    template_name = "quality/meeting_pack.html"

    def get_context_data(self, **kwargs):
        shown, given = catalogue.current(), ratings.of(self.agenda)
        prefetch_related_objects(self.agenda, *PARTS)
        return super().get_context_data(
            meeting=self.meeting,
            items=[self._item(one, shown=shown, given=given) for one in self.agenda],
            back=self.url("panel-meeting"),
            **kwargs,
        )

    def _item(self, cycle: ReviewCycle, *, shown, given) -> dict:
        stage, user, sitting = reviews.stage_of(cycle), self.request.user, reviews.sitting(cycle)
        authors = sorted(cycle.version.authors.all(), key=lambda one: (one.name, one.pk))
        seat = next((one for one in sitting if one.user_id == user.pk), None)
        is_author = user in authors or cycle.version.submitted_by_id == user.pk
        is_open = ratings.are_open(cycle, stage, seat=seat, sitting=sitting, is_author=is_author)
        comments = [one for one in cycle.comments.all() if one.round == cycle.round and not is_author]
        unverified = [one for one in cycle.offering.findings.all() if one.status != Finding.Status.VERIFIED]
        return {
            **_named(cycle),
            "authors": authors,
            "panel": sitting,
            "ratings": ratings.table(cycle, stage, among=given, seat=seat, is_open=is_open),
            "is_open": is_open,
            "sections": plan.sections(
                cycle.version,
                comments=[{"comment": one} for one in sorted(comments, key=lambda one: one.pk)],
                shown=shown,
            ),
            "findings": sorted(unverified, key=lambda one: (one.due_on, one.pk)),
        }


class MeetingClose(MeetingPage, View):
    permission = Permission.PANEL_APPOINT
    http_method_names = ["post"]

    def post(self, request, **kwargs):
        meetings.close(meeting=self.meeting, by=request.user, at=timezone.now())
        messages.success(request, _("The meeting has been closed."))
        return redirect(self.url("panel-meeting"))


def _named(cycle: ReviewCycle) -> dict:
    version = cycle.version
    return {
        "cycle": cycle,
        "code": version.offering.code,
        "number": version.number,
        "title": in_reader_language(version.title, main=version.primary_language),
        "state": cycle.get_status_display(),
    }
