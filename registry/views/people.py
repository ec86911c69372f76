"""Pages of an institution's admin: who has which role; and the page that accepts or declines one."""

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth import login
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView, View

from registry.access import ROLES, Permission
from registry.actions import people
from registry.errors import Invalid
from registry.forms.people import AcceptForm, AcceptWithPasswordForm, RoleForm, TakeRoleForm
from registry.models import Membership
from registry.web import StaffView


class PeopleList(StaffView, FormView):
    """Everybody with a role, whoever was invited to one, and the form that invites."""

    permission = Permission.PEOPLE_MANAGE
    template_name = "registry/people_list.html"
    form_class = RoleForm

    def get_initial(self):
        return {"language": self.request.user.language}

    def form_valid(self, form):
        try:
            invitation = people.invite(
                institution=self.institution, **form.cleaned_data, by=self.request.user, at=timezone.now()
            )
        except Invalid as refusal:
            for field, text in refusal.reasons:
                form.add_error(field, text)
            return self.form_invalid(form)
        said = _("A letter is on its way to %(address)s. The role begins when it is accepted.")
        messages.success(self.request, said % {"address": invitation.email})
        return redirect("people-list", self.institution.code.lower())

    def get_context_data(self, **kwargs):
        order = list(ROLES)
        memberships = self.institution.memberships.select_related("user").order_by("user__name", "user_id")
        held: dict = {}
        for one in sorted(memberships, key=lambda one: (one.user.name, one.user_id, order.index(one.role))):
            held.setdefault(one.user, []).append(one)
        code = self.institution.code.lower()
        return super().get_context_data(
            people=[
                {"person": person, "roles": [self._row(one) for one in roles]}
                for person, roles in held.items()
            ],
            invitations=[
                {
                    "email": one.email,
                    "role": one.get_role_display(),
                    "invited_at": one.invited_at,
                    "expires_at": one.expires_at,
                    "has_ended": one.expires_at <= timezone.now(),
                    "withdraw_url": reverse("people-invitation-withdraw", args=[code, one.uid]),
                }
                for one in self.institution.role_invitations.order_by("email", "role")
            ],
            home_url=reverse("staff-home", args=[code]),
            take_url=reverse("people-take-role", args=[code]),
            **kwargs,
        )

    def _row(self, membership: Membership) -> dict:
        is_own_admin = membership.role == Membership.Role.ADMIN and membership.user == self.request.user
        return {
            "role": membership.role,
            "label": membership.get_role_display(),
            "why_not": _("You cannot take away your own admin role. Ask another admin.")
            if is_own_admin
            else "",
        }


class PeopleInvitationWithdraw(StaffView, View):
    """Takes an offered role back; it can be offered again."""

    permission = Permission.PEOPLE_MANAGE
    http_method_names = ["post"]

    def post(self, request, uid):
        invitation = get_object_or_404(self.institution.role_invitations, uid=uid)
        people.withdraw(invitation=invitation, by=request.user, at=timezone.now())
        messages.success(request, _("The invitation was taken back."))
        return redirect("people-list", self.institution.code.lower())


class PeopleTakeRole(StaffView, View):
    """Asks once more, then takes the role away."""

    permission = Permission.PEOPLE_MANAGE
    http_method_names = ["post"]

    def post(self, request):
        back = reverse("people-list", args=[self.institution.code.lower()])
        form = TakeRoleForm(request.POST)
        if not form.is_valid():
            return redirect(back)
        memberships = self.institution.memberships.select_related("user")
        membership = get_object_or_404(
            memberships, user__email=form.cleaned_data["email"], role=form.cleaned_data["role"]
        )
        if not form.cleaned_data["is_sure"]:
            return self._ask(membership, back=back)
        people.take_role(membership=membership, by=request.user, at=timezone.now())
        said = _("%(name)s no longer has the role.") % {"name": membership.user}
        messages.success(request, said)
        return redirect(back)

    def _ask(self, membership: Membership, *, back: str):
        said = {"name": membership.user, "role": membership.get_role_display()}
        context = {
            "institution": self.institution,
            "permissions": self.permissions,
            "title": _("Take the role away"),
            "text": _("%(name)s loses the role “%(role)s” at once. You can give it again later.") % said,
            "form": TakeRoleForm(initial={"email": membership.user.email, "role": membership.role}),
            "back": back,
        }
        return render(self.request, "registry/people_take_role.html", context)


@method_decorator([never_cache, sensitive_post_parameters()], name="dispatch")
class RoleInvitationPage(FormView):
    """What the link of an invitation opens. The institution sees who it was only when they accept."""

    template_name = "registry/role_invitation.html"

    def dispatch(self, request, *args, **kwargs):
        try:
            self.invitation = people.open_invitation(secret=kwargs["secret"], at=timezone.now())
            return super().dispatch(request, *args, **kwargs)
        except people.InvitationEnded:
            return render(request, "registry/role_invitation_ended.html", status=410)

    def post(self, request, *args, **kwargs):
        if "decline" not in request.POST:
            return super().post(request, *args, **kwargs)
        people.decline(secret=kwargs["secret"], at=timezone.now())
        messages.success(
            request, _("You declined the role. The institution was told nothing else about you.")
        )
        return redirect("catalogue")

    def get_form(self, form_class=None):
        arguments = self.get_form_kwargs()
        if self.request.user.is_authenticated:
            return AcceptForm(**arguments)
        return AcceptWithPasswordForm(**arguments, email=self.invitation.email)

    def form_valid(self, form):
        user = self.request.user if self.request.user.is_authenticated else None
        membership = people.accept(
            secret=self.kwargs["secret"],
            user=user,
            name=form.cleaned_data.get("name", ""),
            password=form.cleaned_data.get("password", ""),
            at=timezone.now(),
        )
        if user is None:
            login(self.request, membership.user)
        messages.success(self.request, _("You have the role now."))
        return redirect(get_adapter().get_login_redirect_url(self.request))

    def get_context_data(self, **kwargs):
        user = self.request.user
        return super().get_context_data(
            institution_name=self.invitation.institution.short_name,
            role=self.invitation.get_role_display(),
            needs_sign_in=not user.is_authenticated and people.has_account(self.invitation),
            is_another=user.is_authenticated and user.email.lower() != self.invitation.email,
            address=self.request.path,
            **kwargs,
        )
