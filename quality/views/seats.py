"""Pages of a member without an account: the invitation, and the one review its link opens.

The link begins a visit that is bound to the seat: no sign-in, no other page, nobody's learner data.
"""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView, View

from quality.actions import seats
from quality.models import PanelMember, ReviewCycle
from quality.views import acts, reading
from quality.views.evidence import saved
from registry.access import Permission
from registry.errors import NotAllowed

KEY = "panel_seat"  # in the session: [uid of the seat, moment it was entered]


@method_decorator(never_cache, name="dispatch")
class Invitation(TemplateView):
    """What the link opens. It is used by the button, not by a program that looks where the link leads."""

    template_name = "quality/invitation.html"

    def post(self, request, secret):
        try:
            member = seats.enter(secret=secret, at=timezone.now())
        except NotAllowed as refusal:
            return _ended(request, refusal.message)
        request.session.cycle_key()
        request.session[KEY] = [str(member.uid), member.invitation_used_at.isoformat()]
        return redirect("panel-declare" if member.declared_at is None else "panel-detail")

    def get(self, request, secret):
        member = seats.invited(secret=secret, at=timezone.now())
        if member is None:
            return _ended(request, seats.ENDED)
        return self.render_to_response(self.get_context_data(member=member, days=PanelMember.DAYS))


@method_decorator(never_cache, name="dispatch")
class SeatPage:
    """Mixin: the review of the seat that this visit was begun for; 410 when there is none any more."""

    user = None
    permissions: frozenset[Permission] = frozenset()

    def dispatch(self, request, *args, **kwargs):
        uid, entered_at = request.session.get(KEY) or ("", "")
        self.seat = seats.seated(uid=uid, entered_at=entered_at, at=timezone.now()) if uid else None
        if self.seat is None:
            return _ended(request, seats.ENDED)
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def cycle(self) -> ReviewCycle:
        return self.seat.cycle

    def to(self, what: str, *more) -> str:
        return reverse(f"panel-{what}", args=more)

    def left_url(self) -> str:
        return reverse("panel-left")

    def acts(self) -> list[acts.Act]:
        return list(acts.of_seat(self.seat, declare=self.to("declare"), rate=self.to("rate")))


class SeatDetail(SeatPage, reading.Detail):
    """The text, once the member has said that nothing stands between them and the offering."""

    def get(self, request, *args, **kwargs):
        if self.seat.declared_at is None:
            return redirect("panel-declare")
        return super().get(request, *args, **kwargs)


class SeatComment(SeatPage, reading.Comment):
    pass


class SeatCommentWithdraw(SeatPage, reading.CommentWithdraw):
    pass


class SeatRate(SeatPage, reading.Rate):
    pass


class SeatEvidence(SeatPage, View):
    """A file that the reading shows: of what the member may see, and once they are free of conflicts."""

    http_method_names = ["get"]

    def get(self, request, uid):
        if self.seat.declared_at is None:
            return redirect("panel-declare")
        return saved(get_object_or_404(seats.shown_to(self.seat), uid=uid))


class SeatDeclare(SeatPage, reading.Declare):
    pass


class SeatLeft(TemplateView):
    template_name = "quality/seat_left.html"


class SeatEnd(SeatPage, TemplateView):
    """The visit ends when the member says so: the key is thrown away."""

    http_method_names = ["post"]

    def post(self, request):
        del request.session[KEY]
        messages.success(request, _("Your visit has ended. Thank you."))
        return redirect("panel-left")


def _ended(request, said):
    return render(request, "quality/invitation_ended.html", {"said": said}, status=410)
