"""Staff pages about an institution's learners. Whoever is shown is written into the trail (N6)."""

import re

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView, View

from credentials.actions import learners
from credentials.filters import STATUS_WORDS
from credentials.forms.learners import LearnerForm, LearnerSearch
from credentials.models import Credential, Learner
from credentials.views.desk import DeskView, add_errors
from registry.access import Permission
from registry.errors import Invalid
from registry.fields import LANGUAGE_CHOICES

PAGE = 50


PARENTS = ((gettext_lazy("Learners"), "learner-list"),)


class LearnerList(DeskView, TemplateView):
    """The words searched for stay in the session: names and e-mails do not belong in addresses and logs."""

    permission = Permission.LEARNER_READ
    template_name = "credentials/learner_list.html"

    def post(self, request):
        self.form = LearnerSearch({} if "all" in request.POST else request.POST)
        if not self.form.is_valid():
            return self.render_to_response(self.get_context_data())
        request.session[self.key] = self.form.cleaned_data["words"]
        return redirect("learner-list", self.code)

    def get_context_data(self, **kwargs):
        words = self.request.session.get(self.key, "")
        form = getattr(self, "form", None) or LearnerSearch(initial={"words": words})
        found = _matching(self.institution.learners.order_by("family_name", "given_names", "pk"), words)
        page = Paginator(found, PAGE).get_page(self.request.GET.get("page"))
        self.saw(page, verb="listed")
        return super().get_context_data(form=form, words=words, page=page, **kwargs)

    @property
    def key(self) -> str:
        return f"learners:{self.institution.code}"


class LearnerDetail(DeskView, TemplateView):
    parents = PARENTS
    permission = Permission.LEARNER_READ
    template_name = "credentials/learner_detail.html"

    def get_context_data(self, uid, **kwargs):
        learner = get_object_or_404(self.institution.learners.select_related("user"), uid=uid)
        now = timezone.now()
        self.saw([learner])
        open_claims = learner.claims.filter(used_at=None, expires_at__gt=now)
        attainments = learner.attainments.select_related("version__offering", "realisation").with_state()
        credentials = learner.credentials.select_related("version__offering").defer("document")
        rows = [self.row(one, learner, now) for one in credentials.order_by("-issued_at", "pk")]
        return super().get_context_data(
            learner=learner,
            claim=open_claims.order_by("-created_at").first(),
            attainments=attainments.order_by("-completed_on", "-pk"),
            credentials=rows,
            renamed=sum(bool(row["earlier_name"]) for row in rows),
            language=dict(LANGUAGE_CHOICES)[learner.language],
            **kwargs,
        )

    def row(self, credential: Credential, learner: Learner, now) -> dict:
        """`earlier_name` is the one in it, where this person can correct it to the one of today."""
        status, signed = credential.status_at(now), credential.facts.learner
        is_mendable = (
            Permission.CREDENTIAL_REVOKE in self.permissions
            and status == "valid"
            and not credential.is_composite
        )
        is_other = (signed.given_names, signed.family_name) != (learner.given_names, learner.family_name)
        return {
            "credential": credential,
            "status": status,
            "label": STATUS_WORDS[status],
            "earlier_name": f"{signed.given_names} {signed.family_name}" if is_mendable and is_other else "",
        }


class LearnerNew(DeskView, FormView):
    parents = PARENTS
    permission = Permission.LEARNER_WRITE
    template_name = "credentials/learner_form.html"
    form_class = LearnerForm

    def get_initial(self):
        return {"language": self.institution.main_language}

    def form_valid(self, form):
        try:
            learner = learners.create(
                institution=self.institution, **form.cleaned_data, by=self.request.user, at=timezone.now()
            )
        except Invalid as problem:
            add_errors(form, problem)
            return self.form_invalid(form)
        messages.success(self.request, _("The learner was added."))
        return redirect("learner-detail", self.code, learner.uid)

    def get_context_data(self, **kwargs):
        back = reverse("learner-list", args=[self.code])
        return super().get_context_data(back=back, **kwargs)


class LearnerEdit(DeskView, FormView):
    parents = PARENTS
    permission = Permission.LEARNER_WRITE
    template_name = "credentials/learner_form.html"
    form_class = LearnerForm

    @property
    def learner(self):
        return get_object_or_404(self.institution.learners, uid=self.kwargs["uid"])

    def get_initial(self):
        learner = self.learner
        return {name: getattr(learner, name) for name in learners.FIELDS}

    def get(self, request, *args, **kwargs):
        self.saw([self.learner])
        return super().get(request, *args, **kwargs)

    def get_form(self, form_class=None):
        form, learner = super().get_form(form_class), self.learner
        form.fields["email"].required = bool(learner.email) or not learner.learner_oid  # it may be erased
        return form

    def form_valid(self, form):
        learner = self.learner
        try:
            learners.update(
                learner=learner, changes=form.cleaned_data, by=self.request.user, at=timezone.now()
            )
        except Invalid as problem:
            add_errors(form, problem)
            return self.form_invalid(form)
        messages.success(self.request, _("The changes were saved."))
        return redirect("learner-detail", self.code, learner.uid)

    def get_context_data(self, **kwargs):
        learner = self.learner
        back = reverse("learner-detail", args=[self.code, learner.uid])
        return super().get_context_data(back=back, learner=learner, **kwargs)


class LearnerInvite(DeskView, View):
    permission = Permission.LEARNER_WRITE

    def post(self, request, uid):
        learner = get_object_or_404(self.institution.learners, uid=uid)
        learners.invite(learner=learner, by=request.user, at=timezone.now())
        messages.success(request, _("The invitation was sent by e-mail. It is good for 14 days."))
        return redirect("learner-detail", self.code, uid)


def _matching(rows, words: str):
    """Every word is in the name, or is the e-mail or the learner OID."""
    for word in words.split():
        part = re.escape(word)  # SQLite's icontains takes ä and Ä for different letters
        rows = rows.filter(
            Q(given_names__iregex=part)
            | Q(family_name__iregex=part)
            | Q(email__istartswith=word)
            | Q(learner_oid__endswith=word)
        )
    return rows
