"""Panel meetings: listed, called, their pack for reading, and each review decided from the agenda."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView, View

from quality import ratings, reviews
from quality.actions import meetings, panels
from quality.forms.meetings import MeetingForm
from quality.models import PanelMeeting, ReviewCycle
from quality.views import acts, plan
from quality.views.panel import blame
from registry import catalogue
from registry.access import Permission
from registry.actions import offerings
from registry.errors import Invalid
from registry.templatetags.texts import in_reader_language
from registry.web import StaffView

Status = ReviewCycle.Status


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
        return super().get_context_data(
            meeting=self.meeting,
            rows=[self._row(one) for one in self.agenda],
            edit_url=self.url("panel-meeting-edit") if self._may_change() else "",
            close_url=self.url("panel-meeting-close") if self._may_change() else "",
            pack_url=self.url("panel-meeting-pack"),
            back=reverse("panel-meeting-list", args=[self.institution.code.lower()]),
            **kwargs,
        )

    def _may_change(self) -> bool:
        return self.meeting.closed_at is None and Permission.PANEL_APPOINT in self.permissions

    def _row(self, cycle: ReviewCycle) -> dict:
        decision = cycle.decisions.filter(meeting=self.meeting).first()
        return {
            **_named(cycle),
            "url": reverse("review-detail", args=[self.institution.code.lower(), cycle.uid]),
            "decision": decision,
            "acts": [] if decision or self.meeting.closed_at else self._acts(cycle),
        }

    def _acts(self, cycle: ReviewCycle) -> list[acts.Act]:
        """The decisions on this review, to come back to the meeting from."""
        return acts.decisions(
            cycle,
            user=self.request.user,
            permissions=self.permissions,
            at=timezone.now(),
            seat=reviews.seat(cycle, user=self.request.user),
            meeting=self.meeting,
        )


class MeetingPack(MeetingPage, TemplateView):
    """Everything on the agenda on one page to print: the text, the grades, the comments."""

    permission = Permission.REVIEW
    template_name = "quality/meeting_pack.html"

    def get_context_data(self, **kwargs):
        shown = catalogue.current()
        return super().get_context_data(
            meeting=self.meeting,
            items=[self._item(one, shown=shown) for one in self.agenda],
            back=self.url("panel-meeting"),
            **kwargs,
        )

    def _item(self, cycle: ReviewCycle, *, shown) -> dict:
        stage, user = reviews.stage_of(cycle), self.request.user
        seat = reviews.seat(cycle, user=user)
        is_author = offerings.is_own(cycle.version, user=user)
        is_open = ratings.are_open(cycle, stage, seat=seat, is_author=is_author)
        comments = cycle.comments.filter(round=cycle.round).select_related("member").order_by("pk")
        return {
            **_named(cycle),
            "authors": list(cycle.version.authors.order_by("name", "pk")),
            "panel": panels.members(cycle, stage),
            "ratings": ratings.table(cycle, stage, seat=seat, is_open=is_open),
            "is_open": is_open,
            "sections": plan.sections(
                cycle.version,
                comments=[{"comment": one} for one in comments] if not is_author else [],
                shown=shown,
            ),
            "findings": list(cycle.offering.findings.exclude(status="verified").order_by("due_on")),
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
