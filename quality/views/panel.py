"""Pages of the quality coordinator: the panel of one review, appointed, completed and started (T3)."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView, View

from quality import reviews
from quality.actions import panels, plans, standing_panels
from quality.forms.panels import MemberForm, SubstituteForm, UsePanelForm
from quality.forms.reviews import ReasonForm
from quality.models import PanelMember, ReviewCycle
from quality.views.reviews import ReviewPage
from registry.access import Permission
from registry.actions import offerings
from registry.errors import Invalid, NotAllowed
from registry.models import User
from registry.templatetags.texts import in_reader_language


class PanelPage(ReviewPage):
    """Mixin: the panel of the review's present stage; nobody appoints the readers of their own plan."""

    permission = Permission.PANEL_APPOINT

    @property
    def stage(self) -> str:
        return reviews.stage_of(self.cycle)

    @cached_property
    def member(self) -> PanelMember:
        sitting = self.cycle.panel.filter(stage=self.stage, left_at=None)
        return get_object_or_404(sitting.select_related("user", "cycle"), uid=self.kwargs["member"])

    def free(self) -> list[User]:
        """Who may be seated: reviewers who did not write the plan and do not sit already."""
        sitting = {one.user_id for one in panels.members(self.cycle, self.stage)}
        authors = set(self.cycle.version.authors.values_list("pk", flat=True))
        taken = sitting | authors | {self.cycle.version.submitted_by_id}
        return [one for one in panels.may_be_appointed(self.institution) if one.pk not in taken]

    def get_context_data(self, **kwargs):
        version = self.cycle.version
        return super().get_context_data(
            title=in_reader_language(version.title, main=version.primary_language),
            code=version.offering.code,
            number=version.number,
            back=self.to("detail"),
            **kwargs,
        )


class PanelDetail(PanelPage, TemplateView):
    """Who sits on the panel, what it still lacks, and the forms that complete it."""

    template_name = "quality/panel.html"

    def get_context_data(self, *, form=None, panel_form=None, **kwargs):
        cycle, now = self.cycle, timezone.now()
        is_open = cycle.status in panels.APPOINTED_IN[self.stage]
        is_own = offerings.is_own(cycle.version, user=self.request.user)
        return super().get_context_data(
            cycle=cycle,
            stage=ReviewCycle.Stage(self.stage).label,
            rows=[self._row(one, now=now) for one in panels.members(cycle, self.stage)],
            faults=panels.faults(cycle, self.stage),
            is_open=is_open and not is_own,
            is_own=is_own,
            form=form or self.member_form(),
            panel_form=panel_form or self.panel_form(),
            use_url=self.to("panel-use"),
            standing_url=self.standing_url(),
            start_url=self.to("start") if self._may_start() else "",
            **kwargs,
        )

    def post(self, request, **kwargs):
        form = self.member_form(request.POST)
        if form.is_valid():
            try:
                member = panels.appoint(
                    cycle=self.cycle,
                    stage=self.stage,
                    candidate=form.candidate(),
                    by=request.user,
                    at=timezone.now(),
                )
            except (Invalid, NotAllowed) as refusal:
                blame(form, refusal)
            else:
                said = _("%(name)s sits on the panel; a letter is on its way.") % {"name": member.name}
                messages.success(request, said)
                return redirect(self.to("panel"))
        return self.render_to_response(self.get_context_data(form=form))

    def member_form(self, data=None) -> MemberForm:
        return MemberForm(
            data,
            people=self.free(),
            partners=panels.partners(self.cycle),
            initial={"language": self.cycle.version.primary_language},
        )

    def panel_form(self, data=None) -> UsePanelForm:
        in_use = self.institution.panels.filter(is_active=True).order_by("name")
        return UsePanelForm(data, panels=in_use)

    def standing_url(self) -> str:
        return reverse("panel-list", args=[self.institution.code.lower()])

    def _may_start(self) -> bool:
        is_sent = self.cycle.status == ReviewCycle.Status.PLAN_REVIEW
        return is_sent and not reviews.is_read_now(self.cycle)

    def _row(self, one: PanelMember, *, now) -> dict:
        return {
            "member": one,
            "has_answered": bool(self.cycle.round) and one.answered_round >= self.cycle.round,
            "state": _state(one, now=now),
            "again_url": self.to("member-invite", one.uid) if one.user_id is None else "",
            "release_url": self.to("member-release", one.uid),
            "substitute_url": self.to("member-substitute", one.uid),
        }


def _state(one: PanelMember, *, now) -> dict:
    """Whether the member has declared, or where the invitation stands; for the status component."""
    if one.declared_at:
        return {"status": "complete", "label": _("No conflict of interest")}
    if one.user_id:
        return {"status": "waiting", "label": _("To declare")}
    if one.invitation_used_at:
        return {"status": "waiting", "label": _("Has opened the invitation, to declare")}
    if one.invitation_ends_at and one.invitation_ends_at > now:
        return {"status": "waiting", "label": _("Invited")}
    return {"status": "warning", "label": _("The invitation has ended")}


class PanelUse(PanelDetail):
    """Seat a standing panel; who could not be seated is told with the reason."""

    http_method_names = ["post"]

    def post(self, request, **kwargs):
        form = self.panel_form(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(panel_form=form))
        left_out = standing_panels.use(
            panel=form.panels[form.cleaned_data["panel"]],
            cycle=self.cycle,
            stage=self.stage,
            by=request.user,
            at=timezone.now(),
        )
        for said in left_out:
            messages.warning(request, said)
        messages.success(request, _("The standing panel has been seated."))
        return redirect(self.to("panel"))


class PanelStart(PanelPage, View):
    http_method_names = ["post"]

    def post(self, request, **kwargs):
        plans.start(cycle=self.cycle, by=request.user, at=timezone.now())
        messages.success(request, _("The panel reads from now on."))
        return redirect(self.to("detail"))


class MemberInvite(PanelPage, View):
    """A new link for whoever lost theirs or let it end."""

    http_method_names = ["post"]

    def post(self, request, **kwargs):
        panels.invite_again(member=self.member, by=request.user, at=timezone.now())
        messages.success(request, _("A new invitation is on its way. The earlier link no longer works."))
        return redirect(self.to("panel"))


class MemberRelease(PanelPage, FormView):
    template_name = "quality/step.html"
    form_class = ReasonForm

    def form_valid(self, form):
        panels.release(
            member=self.member,
            by=self.request.user,
            at=timezone.now(),
            reason=form.cleaned_data["reason"],
        )
        messages.success(
            self.request, _("%(name)s no longer sits on the panel.") % {"name": self.member.name}
        )
        return redirect(self.to("panel"))

    def get_context_data(self, **kwargs):
        said = {"name": self.member.name}
        return super().get_context_data(**kwargs) | {
            "title": _("Release %(name)s from the panel") % said,
            "text": _(
                "What they have written stays, and the ratings that they gave in this reading count still. A"
                " link that was sent to them dies."
            ),
            "submit": gettext_lazy("Release"),
            "is_grave": True,
            "back": self.to("panel"),
        }


class MemberSubstitute(PanelPage, FormView):
    """Somebody else takes the seat of a member who is away, the chair's too."""

    template_name = "quality/substitute.html"

    def get_form(self, form_class=None):
        data = self.request.POST if self.request.method == "POST" else None
        initial = {"language": self.member.language, "origin": self.member.origin}
        return SubstituteForm(data, people=self.free(), initial=initial)

    def form_valid(self, form):
        try:
            seated = panels.substitute(
                member=self.member,
                candidate=form.candidate(),
                by=self.request.user,
                at=timezone.now(),
                reason=form.cleaned_data["reason"],
            )
        except (Invalid, NotAllowed) as refusal:
            blame(form, refusal)
            return self.form_invalid(form)
        messages.success(self.request, _("%(name)s takes the seat.") % {"name": seated.name})
        return redirect(self.to("panel"))

    def get_context_data(self, **kwargs):
        return super().get_context_data(member=self.member, **kwargs) | {"back": self.to("panel")}


def blame(form, refusal) -> None:
    """A refusal's words at the fields they are about; what has no field, or another's, on top."""
    for field, said in refusal.reasons or [("", refusal.message)]:
        form.add_error(field if field in form.fields else None, said)
