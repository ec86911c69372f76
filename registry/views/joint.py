"""Joint offerings: the lead's page of a version's partners, and the invited institution's answers."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView, View

from registry import catalogue
from registry.access import Permission
from registry.actions import joint
from registry.errors import Invalid
from registry.forms.partners import AcceptForm, DeclineForm, InvitationForm
from registry.models import JointInvitation
from registry.templatetags.texts import in_reader_language
from registry.web import StaffView, VersionPage

Status = JointInvitation.Status


class VersionPartners(VersionPage, FormView):
    """Who is invited to share the credits of a version, and the form that invites one more."""

    permission = Permission.OFFERING_WRITE
    template_name = "registry/version_partners.html"
    form_class = InvitationForm

    def get_form_kwargs(self):
        self.institutions = {
            code: one for code, one in catalogue.current().institutions.items() if one != self.institution
        }
        return super().get_form_kwargs() | {"institutions": self.institutions.values()}

    def form_valid(self, form):
        try:
            joint.invite(
                version=self.version,
                institution=self.institutions[form.cleaned_data["institution"]],
                ects=form.cleaned_data["ects"],
                by=self.request.user,
                at=timezone.now(),
            )
        except Invalid as refusal:
            return self.form_invalid(_told(form, refusal))
        messages.success(self.request, _("The invitation has been sent."))
        return redirect(self.url("version-partners"))

    def get_context_data(self, **kwargs):
        version = self.version
        return super().get_context_data(
            version=version,
            rows=[self._row(one) for one in self._invitations()],
            shares=[{"institution": row["institution"], "ects": row["ects"]} for row in version.shares],
            back=self.url("version-detail"),
            **kwargs,
        )

    def _invitations(self):
        return self.version.invitations.select_related("institution", "reviewer").order_by(
            "-invited_at", "-pk"
        )

    def _row(self, one: JointInvitation) -> dict:
        can_withdraw = self.version.is_editable and Status.WITHDRAWN in one.NEXT[one.status]
        return {
            "invitation": one,
            "label": one.get_status_display(),
            "withdraw_url": self.url("version-partner-withdraw", one.uid) if can_withdraw else "",
        }


class VersionPartnerWithdraw(VersionPage, View):
    """Asks once more, then takes an invitation back."""

    permission = Permission.OFFERING_WRITE

    def get(self, request, code, number, uid):
        invitation = self._invitation(uid)
        said = _("%(institution)s no longer takes part, and its share returns to you.")
        context = {
            "institution": self.institution,
            "permissions": self.permissions,
            "title": _("Withdraw the invitation"),
            "text": said % {"institution": invitation.institution},
            "submit": _("Withdraw the invitation"),
            "back": self.url("version-partners"),
        }
        return render(request, "registry/partner_confirm.html", context)

    def post(self, request, code, number, uid):
        joint.withdraw(invitation=self._invitation(uid), by=request.user, at=timezone.now())
        messages.success(request, _("The invitation has been withdrawn."))
        return redirect(self.url("version-partners"))

    def _invitation(self, uid) -> JointInvitation:
        return get_object_or_404(self.version.invitations.select_related("institution"), uid=uid)


class InvitationList(StaffView, TemplateView):
    """Invitations that came to the institution, those to answer first."""

    permission = Permission.JOINT_ANSWER
    template_name = "registry/invitation_list.html"

    def get_context_data(self, **kwargs):
        found = _received(self.institution).order_by("answered_at", "-invited_at", "-pk")
        return super().get_context_data(
            rows=[
                {
                    "invitation": one,
                    "title": in_reader_language(one.version.title, main=one.version.primary_language),
                    "lead": one.version.offering.institution,
                    "label": one.get_status_display(),
                    "url": reverse("invitation-detail", args=[self.institution.code.lower(), one.uid]),
                }
                for one in sorted(found, key=lambda one: one.status != Status.OPEN)
            ],
            home_url=reverse("staff-home", args=[self.institution.code.lower()]),
            **kwargs,
        )


class InvitationDetail(StaffView, View):
    """One invitation: what it is about, and the two answers."""

    permission = Permission.JOINT_ANSWER

    def get(self, request, uid):
        self._read(uid)
        return self._page(accept=self._accept_form(), decline=DeclineForm())

    def post(self, request, uid):
        self._read(uid)
        if "decline" in request.POST:
            return self._decline()
        form = self._accept_form(request.POST)
        if not form.is_valid():
            return self._page(accept=form, decline=DeclineForm())
        try:
            joint.accept(
                invitation=self.invitation,
                ects=form.cleaned_data["ects"],
                reviewer=self.reviewers[form.cleaned_data["reviewer"]],
                by=request.user,
                at=timezone.now(),
            )
        except Invalid as refusal:
            return self._page(accept=_told(form, refusal), decline=DeclineForm())
        messages.success(request, _("You take part in the joint offering."))
        return redirect(self._list_url())

    def _decline(self):
        form = DeclineForm(self.request.POST)
        if not form.is_valid():
            return self._page(accept=self._accept_form(), decline=form)
        joint.decline(
            invitation=self.invitation,
            reason=form.cleaned_data["reason"],
            by=self.request.user,
            at=timezone.now(),
        )
        messages.success(self.request, _("You have declined the invitation."))
        return redirect(self._list_url())

    def _read(self, uid) -> None:
        self.invitation = get_object_or_404(_received(self.institution), uid=uid)
        self.reviewers = {str(one.pk): one for one in joint.reviewers(self.institution)}

    def _accept_form(self, data=None) -> AcceptForm:
        initial = {"ects": self.invitation.ects}
        return AcceptForm(data, initial=initial, reviewers=self.reviewers.values())

    def _page(self, *, accept: AcceptForm, decline: DeclineForm):
        version, is_live = self.invitation.version, self.invitation.status in joint.LIVE
        context = {
            "institution": self.institution,
            "permissions": self.permissions,
            "invitation": self.invitation,
            "version": version,
            "lead": version.offering.institution,
            "title": in_reader_language(version.title, main=version.primary_language),
            # Whoever takes no part, or no longer, reads no draft of another institution.
            "summary": in_reader_language(version.summary if is_live else {}, main=version.primary_language),
            "outcomes": [
                in_reader_language(one.text, main=version.primary_language)
                for one in (version.outcomes.order_by("order", "pk") if is_live else ())
            ],
            "is_open": self.invitation.status == Status.OPEN,
            "form": accept if accept.is_bound else decline,
            "accept": accept,
            "decline": decline,
            "list_url": self._list_url(),
        }
        return render(self.request, "registry/invitation_detail.html", context)

    def _list_url(self) -> str:
        return reverse("invitation-list", args=[self.institution.code.lower()])


def _received(institution):
    return institution.invitations.select_related(
        "version__offering__institution", "institution", "reviewer", "invited_by"
    )


def _told(form, refusal: Invalid):
    for field, text in refusal.reasons:
        form.add_error(field, text)
    return form
