"""Staff pages that bring offerings in and out by file: upload, dry run, import, template, export."""

import json

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView, View

from registry import catalogue
from registry.access import Permission
from registry.actions import offering_columns, offering_documents, offering_files
from registry.actions.offering_files import Outcome
from registry.actions.offering_reasons import Reason, worded
from registry.forms.offering_files import OfferingFileForm
from registry.models.texts import chosen
from registry.spreadsheets import XLSX, FileRefused, csv_bytes, xlsx_bytes
from registry.web import StaffView

PAGE = 100
OUTCOMES = {
    Outcome.ACCEPT: gettext_lazy("Becomes a draft"),
    Outcome.KNOWN: gettext_lazy("Already in the register"),
    Outcome.REJECT: gettext_lazy("Rejected"),
}
# The word by which components/status.html chooses the icon.
ICONS = {"accept": "accepted", "known": "known", "reject": "rejected"}
TABS = {
    "all": gettext_lazy("All rows"),
    "reject": gettext_lazy("Rejected"),
    "accept": gettext_lazy("To become drafts"),
    "known": gettext_lazy("Already in the register"),
}
FORMS = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX, "json": "application/json"}
TABLES = {"csv": csv_bytes, "xlsx": xlsx_bytes}


class FilePage(StaffView):
    """Mixin: a page about files of offerings."""

    permission = Permission.OFFERING_WRITE

    @property
    def code(self) -> str:
        return self.institution.code.lower()

    def get_context_data(self, **kwargs):
        crumbs = [{"label": _("Own offerings"), "url": reverse("offering-list", args=[self.code])}]
        return super().get_context_data(code=self.code, crumbs=crumbs, **kwargs)


class OfferingFileNew(FilePage, FormView):
    template_name = "registry/offering_file_form.html"
    form_class = OfferingFileForm

    def form_valid(self, form):
        upload = form.cleaned_data["file"]
        try:
            file = offering_files.read(
                institution=self.institution, name=upload.name, data=upload.read(), by=self.request.user,
                at=timezone.now(),
            )  # fmt: skip
        except FileRefused as problem:
            form.add_error("file", problem.message)
            return self.form_invalid(form)
        return redirect("offering-file", self.code, file.uid)

    def get_context_data(self, **kwargs):
        files = self.institution.offering_files.defer("rows").select_related("uploaded_by")
        return super().get_context_data(
            columns=_columns(), earlier=files.order_by("-uploaded_at", "-pk")[:10], **kwargs
        )


class OfferingFileTemplate(FilePage, View):
    """An empty table with the header in the reader's language."""

    def get(self, request, form):
        if form not in TABLES:
            raise Http404
        return _download(TABLES[form](header=offering_columns.header(get_language()), rows=[]), form=form)


class OfferingFileDetail(FilePage, TemplateView):
    """The dry run, and after the import what came of it."""

    template_name = "registry/offering_file.html"

    def get_context_data(self, uid, **kwargs):
        files = self.institution.offering_files.select_related("uploaded_by", "imported_by")
        file = get_object_or_404(files, uid=uid)
        show = self.request.GET.get("show", "all")
        rows = [row for row in file.rows if show not in OUTCOMES or row["outcome"] == show]
        page = Paginator(rows, PAGE).get_page(self.request.GET.get("page"))
        counts = {str(one): sum(row["outcome"] == one for row in file.rows) for one in OUTCOMES}
        return super().get_context_data(
            file=file,
            rows=[self._shown(row, is_imported=file.imported_at is not None) for row in page],
            page=page,
            counts=counts,
            faults=sum(len(row["reasons"]) for row in file.rows),
            tabs=_tabs(counts | {"all": len(file.rows)}, show=show),
            **kwargs,
        )

    def _shown(self, row: dict, *, is_imported: bool) -> dict:
        is_made = is_imported and row["outcome"] == Outcome.ACCEPT
        has_page = row["code"] and row["outcome"] != Outcome.REJECT
        return {
            "number": row["row"],
            "icon": ICONS[row["outcome"]],
            "label": _("Became a draft") if is_made else OUTCOMES[row["outcome"]],
            "title": chosen(row["title"] if isinstance(row["title"], dict) else {})[1],
            "code": row["code"],
            "url": reverse("version-detail", args=[self.code, row["code"], 1]) if has_page else "",
            "reasons": [_reason(one) for one in row["reasons"]],
        }


class OfferingFileImport(FilePage, View):
    def post(self, request, uid):
        file = get_object_or_404(self.institution.offering_files, uid=uid)
        was_imported = file.imported_at is not None
        file = offering_files.import_accepted(file=file, by=request.user, at=timezone.now())
        number = sum(row["outcome"] == Outcome.ACCEPT for row in file.rows)
        if was_imported:
            messages.info(request, _("The file was imported before; nothing was added."))
        else:
            text = ngettext("%(n)s draft was made.", "%(n)s drafts were made.", number)
            messages.success(request, text % {"n": number})
        return redirect("offering-file", self.code, uid)


class OfferingFileRejected(FilePage, View):
    """The rejected rows with their reasons in the reader's language, to mend and send again."""

    def get(self, request, uid, form):
        file = get_object_or_404(self.institution.offering_files, uid=uid)
        if form not in TABLES:
            raise Http404
        header, rows = offering_files.rejected(file=file, language=get_language())
        return _download(TABLES[form](header=header, rows=rows), form=form)


class OfferingExport(FilePage, View):
    """The newest version of every own offering, in the shape that the import reads."""

    permission = Permission.OFFERING_READ

    def get(self, request, form):
        versions = catalogue.with_parts(self.institution.offerings.newest_versions()).order_by(
            "offering__code"
        )
        if form == "json":
            document = {"offerings": [offering_documents.document(one) for one in versions]}
            return _download(json.dumps(document, ensure_ascii=False, indent=1).encode(), form=form)
        if form not in TABLES:
            raise Http404
        rows = [offering_columns.written(one) for one in versions]
        return _download(TABLES[form](header=offering_columns.header(get_language()), rows=rows), form=form)


def _download(data: bytes, *, form: str) -> HttpResponse:
    name = {"fi": "tarjonta", "sv": "utbud", "en": "offerings"}[get_language()]
    disposition = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    return HttpResponse(data, content_type=FORMS[form], headers=disposition)


def _columns() -> list[dict]:
    """What the page says of each column."""
    codes = offering_columns.Codes()
    return [
        {
            "name": offering_columns.labels(get_language())[column.name],
            "stable": column.name,
            "text": offering_columns.described(column, codes=codes),
            "is_needed": column.field in offering_columns.NEEDED,
        }
        for column in offering_columns.COLUMNS
    ]


def _tabs(counts: dict, *, show: str) -> list[dict]:
    return [
        {"label": f"{label} ({counts[name]})", "url": f"?show={name}", "is_current": name == show}
        for name, label in TABS.items()
    ]


def _reason(one: list) -> dict:
    """The column as the header calls it, and what is wrong."""
    reason = Reason(*one)
    return {"field": offering_columns.reason_label(reason.field), "text": worded(reason)}
