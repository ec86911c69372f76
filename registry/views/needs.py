"""What shows a need: the institution's meetings with working life and its foresight notes."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView

from registry.access import Permission
from registry.actions import needs
from registry.errors import Invalid
from registry.forms.needs import SECTORS, ForesightForm, MeetingForm, of_foresight, of_meeting
from registry.models import ForesightNote, MeetingRecord
from registry.web import StaffView

PAGE = 25


class NeedList(StaffView, TemplateView):
    """Meetings and foresight notes, newest first."""

    permission = Permission.OFFERING_READ
    template_name = "registry/need_list.html"

    def get_context_data(self, **kwargs):
        house, sectors = self.institution.code.lower(), dict(SECTORS)
        meetings = self.institution.meetings.order_by("-held_on", "-pk")
        notes = self.institution.foresight_notes.order_by("-noted_on", "-pk")
        page = Paginator(meetings, PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(
            meetings=[
                {
                    "meeting": one,
                    "organisations": [
                        {"name": who["name"], "sector": sectors.get(who["sector"], "")}
                        for who in one.participants
                    ],
                    "url": reverse("meeting-edit", args=[house, one.uid]),
                }
                for one in page
            ],
            page=page,
            notes=[
                {"note": one, "url": reverse("foresight-edit", args=[house, one.uid])}
                for one in notes[: PAGE * 4]
            ],
            main=self.institution.main_language,
            can_write=Permission.OFFERING_WRITE in self.permissions,
            new_meeting_url=reverse("meeting-new", args=[house]),
            new_note_url=reverse("foresight-new", args=[house]),
            home_url=reverse("staff-home", args=[house]),
            **kwargs,
        )


class NeedForm(StaffView, FormView):
    """Mixin: writes one row; `keep` calls the action."""

    permission = Permission.OFFERING_WRITE
    template_name = "registry/need_form.html"

    def form_valid(self, form):
        try:
            self.keep(form.content(), by=self.request.user, at=timezone.now())
        except Invalid as refusal:
            form.refuse(refusal.reasons)
            return self.form_invalid(form)
        messages.success(self.request, _("Saved."))
        return redirect("need-list", self.institution.code.lower())

    def get_context_data(self, **kwargs):
        back = reverse("need-list", args=[self.institution.code.lower()])
        return super().get_context_data(title=self.title(), back=back, **kwargs)


class MeetingNew(NeedForm):
    form_class = MeetingForm

    def title(self) -> str:
        return _("Record a meeting with working life")

    def keep(self, entered: dict, **who) -> None:
        needs.record_meeting(institution=self.institution, **entered, **who)


class MeetingEdit(NeedForm):
    form_class = MeetingForm

    @cached_property
    def meeting(self) -> MeetingRecord:
        return get_object_or_404(self.institution.meetings, uid=self.kwargs["uid"])

    def title(self) -> str:
        return _("Change the meeting")

    def get_initial(self):
        return of_meeting(self.meeting)

    def keep(self, entered: dict, **who) -> None:
        needs.change_meeting(meeting=self.meeting, **entered, **who)


class ForesightNew(NeedForm):
    form_class = ForesightForm

    def title(self) -> str:
        return _("Write a foresight note")

    def keep(self, entered: dict, **who) -> None:
        needs.note_foresight(institution=self.institution, **entered, **who)


class ForesightEdit(NeedForm):
    form_class = ForesightForm

    @cached_property
    def note(self) -> ForesightNote:
        return get_object_or_404(self.institution.foresight_notes, uid=self.kwargs["uid"])

    def title(self) -> str:
        return _("Change the foresight note")

    def get_initial(self):
        return of_foresight(self.note)

    def keep(self, entered: dict, **who) -> None:
        needs.change_foresight(note=self.note, **entered, **who)
