"""Evidence: kept, served by permission, taken back."""

from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import View

from quality import finding_lists
from quality.actions import evidence
from quality.models import Evidence
from registry import trail
from registry.access import Permission
from registry.web import StaffView


def keep(form, *, institution, about: evidence.About, by, at) -> Evidence:
    """Keep what an EvidenceForm brought: its file, or its address."""
    file = form.cleaned_data["file"]
    who = {"institution": institution, "about": about, "by": by, "at": at}
    if file:
        return evidence.add_file(name=file.name, data=file.read(), **who)
    return evidence.add_link(url=form.cleaned_data["url"], **who)


def saved(row: Evidence) -> HttpResponse:
    """The bytes of a file, always saved and never shown by the browser; 404 where there are none."""
    if not row.file:
        raise Http404
    try:
        data = evidence.content(row)
    except FileNotFoundError as problem:
        raise Http404 from problem
    return HttpResponse(
        data,
        content_type=row.media_type,
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(row.name, safe='')}",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "private, no-store",
        },
    )


class EvidencePage(StaffView):
    """Mixin: one piece of the institution's evidence that the person may see."""

    permission = Permission.REVIEW_READ

    @cached_property
    def evidence(self) -> Evidence:
        rows = self.institution.evidence.select_related("finding__cycle", "cycle", "institution")
        row = get_object_or_404(rows, uid=self.kwargs["uid"])
        if not finding_lists.may_read(row, user=self.request.user, permissions=self.permissions):
            raise PermissionDenied(_("This evidence is confidential."))
        return row


class EvidenceFile(EvidencePage, View):
    """One file; opening personal data is written down (N6)."""

    http_method_names = ["get"]

    def get(self, request, uid):
        row = self.evidence
        answer = saved(row)
        if row.has_personal_data:
            trail.record(verb="looked_at", row=row, by=request.user, at=timezone.now())
        return answer


class EvidenceRemove(EvidencePage, View):
    """Whoever added it takes it back, while nothing has been decided on it."""

    http_method_names = ["post"]

    def post(self, request, uid):
        row = self.evidence
        finding, cycle = row.finding, row.cycle
        evidence.remove(evidence=row, by=request.user, at=timezone.now())
        messages.success(request, _("The evidence has been taken back."))
        house = self.institution.code.lower()
        if finding:
            return redirect("finding-detail", house, finding.uid)
        return redirect("review-detail", house, cycle.uid) if cycle else redirect("staff-home", house)
