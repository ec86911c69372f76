"""Staff pages of issuing: what can be issued, the batches and how far they are."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView, View

from credentials import issuable
from credentials.actions import batch_certificates, batches
from credentials.forms.batches import BatchForm
from credentials.models import Batch, BatchItem
from registry import trail
from registry.access import Permission
from registry.models import Institution
from registry.models.texts import CONTROL
from registry.web import StaffView

ROWS = 100
Outcome, Certificate = BatchItem.Outcome, BatchItem.CertificateState


class BatchNew(StaffView, TemplateView):
    """Attainments without a credential: those that can be issued are to be ticked, the others say why not."""

    permission = Permission.CREDENTIAL_ISSUE
    template_name = "credentials/batch_new.html"

    def get_context_data(self, **kwargs):
        rows = self.attainments()
        page = Paginator(rows, ROWS).get_page(self.request.GET.get("page"))
        picked = set(self.request.POST.getlist("attainment"))
        trail.record_each(
            verb="listed",
            pairs=[(row, row.learner.uid) for row in page],
            by=self.request.user,
            at=timezone.now(),
            role=self.role,
        )
        kwargs.setdefault("form", BatchForm(attainments=rows))
        hindered = _obstacles(list(page))
        offerings = self.institution.attainments.order_by("version__offering__code")
        return super().get_context_data(
            page=page,
            rows=[(row, hindered.get(row.pk), str(row.uid) in picked) for row in page],
            ready=self.ready().count(),
            offering=self.offering,
            offerings=offerings.values_list("version__offering__code", flat=True).distinct(),
            **kwargs,
        )

    def post(self, request):
        form = BatchForm(request.POST, attainments=issuable.unissued(self.institution))
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        picked = self.ready() if form.cleaned_data["everything"] else form.cleaned_data["attainment"]
        batch = batches.start(
            institution=self.institution, attainments=picked, by=request.user, at=timezone.now()
        )
        return redirect("batch-detail", self.institution.code.lower(), batch.uid)

    def attainments(self):
        return self._of_offering(issuable.unissued(self.institution))

    def ready(self):
        """What the list holds, on all its pages, and can be issued."""
        return self._of_offering(issuable.ready(self.institution))

    def _of_offering(self, rows):
        return rows.filter(version__offering__code=self.offering) if self.offering else rows

    @property
    def offering(self) -> str:
        return CONTROL.sub("", self.request.GET.get("offering", ""))


class BatchList(StaffView, TemplateView):
    permission = Permission.CREDENTIAL_READ
    template_name = "credentials/batch_list.html"

    def get_context_data(self, **kwargs):
        rows = _counted(self.institution.batches).select_related("created_by").order_by("-created_at", "-pk")
        page = Paginator(rows, 25).get_page(self.request.GET.get("page"))
        return super().get_context_data(page=page, **kwargs)


class BatchDetail(StaffView, TemplateView):
    """How far a batch is, and what came of each item."""

    permission = Permission.CREDENTIAL_READ
    template_name = "credentials/batch_detail.html"

    def get_context_data(self, uid, **kwargs):
        batch = get_object_or_404(_counted(self.institution.batches).select_related("created_by"), uid=uid)
        items = batch.items.select_related(
            "attainment__learner", "attainment__version__offering", "credential"
        )
        page = Paginator(items.order_by("order"), ROWS).get_page(self.request.GET.get("page"))
        trail.record_each(
            verb="listed",
            pairs=[(item.attainment, item.attainment.learner.uid) for item in page],
            by=self.request.user,
            at=timezone.now(),
            role=self.role,
        )
        return super().get_context_data(
            batch=batch,
            page=page,
            rows=[(item, issuable.words(error=item.error, detail=item.error_detail)) for item in page],
            may_retry=batch.status == Batch.Status.DONE
            and batch.failed > 0
            and Permission.CREDENTIAL_ISSUE in self.permissions,
            may_retry_certificates=batch.certificates_failed > 0
            and self.institution.certificate_mode != Institution.CertificateMode.PAPER
            and Permission.CREDENTIAL_ISSUE in self.permissions,
            **kwargs,
        )


class BatchProgress(StaffView, View):
    """The progress alone, asked for while the batch runs; once it is done the page is loaded anew."""

    permission = Permission.CREDENTIAL_READ

    def get(self, request, uid):
        batch = get_object_or_404(_counted(self.institution.batches), uid=uid)
        was_issued = "issued" in request.GET  # already, when the page was loaded: its certificates were not
        if batch.status == Batch.Status.DONE and not (was_issued and batch.certificates_waiting):
            return HttpResponse(headers={"HX-Refresh": "true"})
        context = {"batch": batch, "institution": self.institution}
        return render(request, "credentials/batch_progress.html", context)


class BatchRetry(StaffView, View):
    permission = Permission.CREDENTIAL_ISSUE

    def post(self, request, uid):
        batch = get_object_or_404(self.institution.batches, uid=uid)
        batches.retry(batch=batch, by=request.user, at=timezone.now())
        messages.success(request, _("The items that were not issued are tried again."))
        return redirect("batch-detail", self.institution.code.lower(), batch.uid)


class BatchCertificatesRetry(StaffView, View):
    permission = Permission.CREDENTIAL_ISSUE

    def post(self, request, uid):
        batch = get_object_or_404(self.institution.batches, uid=uid)
        count = batch_certificates.retry(batch=batch, by=request.user, at=timezone.now())
        said = ngettext(
            "%(count)s certificate is tried again.", "%(count)s certificates are tried again.", count
        )
        messages.success(request, said % {"count": count})
        return redirect("batch-detail", self.institution.code.lower(), batch.uid)


def _obstacles(rows: list) -> dict:
    found = issuable.obstacles(
        rows,
        statements=issuable.statements({row.version_id for row in rows}),
        waiting=issuable.waiting(rows),
    )
    return {pk: reason.label for pk, reason in found.items()}


def _counted(batches_):
    """With the number of items, of those issued and not issued, and of those gone through; and how many
    certificates are wanted beforehand, waited for, made and not made."""
    return batches_.annotate(
        total=Count("items"),
        issued=Count("items", filter=Q(items__outcome=Outcome.ISSUED)),
        failed=Count("items", filter=Q(items__outcome=Outcome.FAILED)),
        handled=Count("items", filter=~Q(items__outcome=Outcome.OPEN)),
        certificates=Count("items", filter=~Q(items__certificate=Certificate.NOT_WANTED)),
        certificates_waiting=Count("items", filter=Q(items__certificate=Certificate.WAITING)),
        certificates_made=Count("items", filter=Q(items__certificate=Certificate.MADE)),
        certificates_failed=Count("items", filter=Q(items__certificate=Certificate.FAILED)),
    )
