"""Composite credentials: who has completed a pathway (staff), and the learner's asking."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View

from credentials import composable
from credentials.actions import composites
from credentials.models import Credential
from credentials.views import wording
from credentials.views.desk import DeskView
from registry import catalogue, pathways
from registry.access import Permission
from registry.templatetags.texts import in_reader_language
from registry.web import SignedInView

PAGE = 25
FALLEN = 25
ISSUED = _("The composite credential is issued, and the learner is told by e-mail.")
ASKED = _("You have asked for the composite credential. You get a letter when it is issued.")


class CompositeList(DeskView, TemplateView):
    """Learners who have completed a pathway and have no composite credential of it; who has asked first."""

    permission = Permission.CREDENTIAL_ISSUE
    template_name = "credentials/composite_list.html"
    parents = [(_("Issued credentials"), "credential-list")]

    def get_context_data(self, **kwargs):
        now = timezone.now()
        found = composable.candidates(self.institution, at=now)
        page = Paginator(found, PAGE).get_page(self.request.GET.get("page"))
        done = composable.completed(page.object_list, institution=self.institution, at=now)
        self.saw([one.learner for one in done], verb="listed")
        return super().get_context_data(
            page=page,
            rows=[self.row(one) for one in done],
            has_more=page.has_other_pages(),
            fallen=self.fallen(),
            **kwargs,
        )

    def fallen(self) -> list[dict]:
        """Composite credentials of the institution that ended with a part, the newest first."""
        own = self.institution.credentials.filter(revocation_reason=Credential.PART_ENDED)
        own = own.select_related("institution").defer("document").order_by("-revoked_at", "pk")[:FALLEN]
        return [
            {
                "title": wording.title(one),
                "code": one.grouped_code,
                "day": one.revoked_at,
                "url": reverse("credential-detail", args=[self.code, one.pk]),
            }
            for one in own
        ]

    def row(self, one: composable.Completed) -> dict:
        return {
            "learner": one.learner,
            "pathway": in_reader_language(one.pathway.name),
            "code": one.pathway.code,
            "ects": pathways.amount(one.ects),
            "parts": [wording.title(part) for part in one.parts],
            "asked_at": one.request.asked_at if one.request else None,
            "issue_url": reverse("composite-issue", args=[self.code, one.pathway.code, one.learner.uid]),
        }


class CompositeIssue(DeskView, View):
    permission = Permission.CREDENTIAL_ISSUE

    def post(self, request, code, uid):
        pathway = get_object_or_404(composable.pathways(self.institution), code=code)
        learner = get_object_or_404(self.institution.learners, uid=uid)
        whole = composites.issue(learner=learner, pathway=pathway, by=request.user, at=timezone.now())
        messages.success(request, ISSUED)
        return redirect("credential-detail", self.code, whole.pk)


class MyCompositeAsk(SignedInView, View):
    def post(self, request, code):
        pathway = get_object_or_404(catalogue.pathways(), code=code)
        composites.ask(pathway=pathway, by=request.user, at=timezone.now())
        messages.success(request, ASKED)
        return redirect("my-pathways")
