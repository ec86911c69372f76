"""Staff pages of an institution's admin: who has which role."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import FormView, View

from registry.access import ROLES, Permission
from registry.actions import people
from registry.errors import Invalid
from registry.forms.people import RoleForm, TakeRoleForm
from registry.models import Membership
from registry.web import StaffView


class PeopleList(StaffView, FormView):
    """Everybody with a role, and the form that gives one."""

    permission = Permission.PEOPLE_MANAGE
    template_name = "registry/people_list.html"
    form_class = RoleForm

    def get_initial(self):
        return {"language": self.institution.main_language}

    def form_valid(self, form):
        try:
            membership = people.give_role(
                institution=self.institution, **form.cleaned_data, by=self.request.user, at=timezone.now()
            )
        except Invalid as refusal:
            for field, text in refusal.reasons:
                form.add_error(field, text)
            return self.form_invalid(form)
        # The address, as it was typed: whoever has an account elsewhere is not named by trying addresses.
        said = _("%(name)s has the role now and gets a letter.") % {"name": membership.user.email}
        messages.success(self.request, said)
        return redirect("people-list", self.institution.code.lower())

    def get_context_data(self, **kwargs):
        order = list(ROLES)
        memberships = self.institution.memberships.select_related("user").order_by("user__name", "user_id")
        held: dict = {}
        for one in sorted(memberships, key=lambda one: (one.user.name, one.user_id, order.index(one.role))):
            held.setdefault(one.user, []).append(one)
        return super().get_context_data(
            people=[
                {"person": person, "roles": [self._row(one) for one in roles]}
                for person, roles in held.items()
            ],
            home_url=reverse("staff-home", args=[self.institution.code.lower()]),
            take_url=reverse("people-take-role", args=[self.institution.code.lower()]),
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
