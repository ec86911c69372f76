"""Standing panels of an institution: people who review together again and again."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView, View

from quality.actions import panels, standing_panels
from quality.forms.panels import PanelForm, StandingMemberForm
from quality.models import Seat, StandingPanel
from quality.views.panel import blame
from registry.access import Permission
from registry.errors import Invalid, NotAllowed
from registry.web import StaffView


class PanelList(StaffView, FormView):
    """Every standing panel with its people, and the form that makes one."""

    permission = Permission.PANEL_APPOINT
    template_name = "quality/panel_list.html"
    form_class = PanelForm

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        del form.fields["is_active"]
        return form

    def form_valid(self, form):
        try:
            panel = standing_panels.keep_panel(
                institution=self.institution,
                name=form.cleaned_data["name"],
                by=self.request.user,
                at=timezone.now(),
            )
        except Invalid as refusal:
            blame(form, refusal)
            return self.form_invalid(form)
        messages.success(self.request, _("The panel has been made. Add its members."))
        return redirect("panel-edit", self.institution.code.lower(), panel.uid)

    def get_context_data(self, **kwargs):
        code = self.institution.code.lower()
        found = self.institution.panels.prefetch_related("members__user").order_by("-is_active", "name")
        return super().get_context_data(
            rows=[
                {
                    "panel": one,
                    "members": _ordered(one),
                    "url": reverse("panel-edit", args=[code, one.uid]),
                }
                for one in found
            ],
            reviews_url=reverse("review-list", args=[code]),
            **kwargs,
        )


class StandingPage(StaffView):
    """Mixin: one standing panel of the institution's."""

    permission = Permission.PANEL_APPOINT

    @cached_property
    def panel(self) -> StandingPanel:
        return get_object_or_404(self.institution.panels, uid=self.kwargs["uid"])

    def to(self, name: str, *more) -> str:
        return reverse(name, args=[self.institution.code.lower(), self.panel.uid, *more])


class PanelEdit(StandingPage, TemplateView):
    """Its name, whether it is in use, and its members."""

    template_name = "quality/panel_edit.html"

    def get_context_data(self, *, form=None, member_form=None, **kwargs):
        return super().get_context_data(
            panel=self.panel,
            rows=[
                {"member": one, "remove_url": self.to("panel-member-remove", one.pk)}
                for one in _ordered(self.panel)
            ],
            form=form or PanelForm(initial={"name": self.panel.name, "is_active": self.panel.is_active}),
            member_form=member_form or self.member_form(),
            member_url=self.to("panel-member-new"),
            back=reverse("panel-list", args=[self.institution.code.lower()]),
            **kwargs,
        )

    def post(self, request, **kwargs):
        form = PanelForm(request.POST)
        if form.is_valid():
            try:
                standing_panels.keep_panel(
                    institution=self.institution,
                    panel=self.panel,
                    **form.cleaned_data,
                    by=request.user,
                    at=timezone.now(),
                )
            except Invalid as refusal:
                blame(form, refusal)
            else:
                messages.success(request, _("The panel has been saved."))
                return redirect(self.to("panel-edit"))
        return self.render_to_response(self.get_context_data(form=form))

    def member_form(self, data=None) -> StandingMemberForm:
        sitting = set(self.panel.members.values_list("user", flat=True))
        people = [one for one in panels.may_be_appointed(self.institution) if one.pk not in sitting]
        return StandingMemberForm(
            data, people=people, initial={"language": self.request.user.language}, prefix="member"
        )


class PanelMemberNew(PanelEdit):
    http_method_names = ["post"]

    def post(self, request, **kwargs):
        form = self.member_form(request.POST)
        if form.is_valid():
            try:
                standing_panels.add_standing(
                    panel=self.panel, candidate=form.candidate(), by=request.user, at=timezone.now()
                )
            except (Invalid, NotAllowed) as refusal:
                blame(form, refusal)
            else:
                messages.success(request, _("The member has been added."))
                return redirect(self.to("panel-edit"))
        return self.render_to_response(self.get_context_data(member_form=form))


class PanelMemberRemove(StandingPage, View):
    http_method_names = ["post"]

    def post(self, request, uid, member):
        row = get_object_or_404(self.panel.members, pk=member)
        standing_panels.remove_standing(member=row, by=request.user, at=timezone.now())
        messages.success(request, _("The member has been taken off the panel."))
        return redirect(self.to("panel-edit"))


def _ordered(panel: StandingPanel) -> list:
    seats = list(Seat)
    return sorted(panel.members.all(), key=lambda one: (seats.index(one.seat), one.pk))
