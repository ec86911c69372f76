"""Staff pages about files of attainments: upload, the dry run row by row, "tuo hyväksytyt"."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.views.generic import FormView, TemplateView, View

from credentials.actions import attainment_csv, attainment_files
from credentials.actions.attainment_rows import Outcome
from credentials.actions.reasons import Reason, worded
from credentials.forms.attainments import AttainmentFileForm
from credentials.views.desk import DeskView
from registry import trail
from registry.access import Permission
from registry.spreadsheets import FileRefused, csv_bytes

PAGE = 100
PARENTS = ((gettext_lazy("Attainments"), "attainment-list"),)
OUTCOMES = {
    Outcome.ACCEPT: gettext_lazy("To be imported"),
    Outcome.CORRECTION: gettext_lazy("Correction"),
    Outcome.KNOWN: gettext_lazy("Already known"),
    Outcome.REJECT: gettext_lazy("Rejected"),
}
IMPORTED = {
    Outcome.ACCEPT: gettext_lazy("Imported"),
    Outcome.CORRECTION: gettext_lazy("Corrected"),
    Outcome.KNOWN: gettext_lazy("Already known"),
    Outcome.REJECT: gettext_lazy("Rejected"),
}
# The word by which components/status.html chooses the icon.
ICONS = {"accept": "accepted", "correction": "info", "known": "known", "reject": "rejected"}
TABS = {
    "all": gettext_lazy("All rows"),
    "reject": gettext_lazy("Rejected"),
    "accept": gettext_lazy("To be imported"),
    "correction": gettext_lazy("Corrections"),
    "known": gettext_lazy("Already known"),
    "new": gettext_lazy("New learners"),
}


class AttainmentFileNew(DeskView, FormView):
    parents = PARENTS
    permission = Permission.ATTAINMENT_WRITE
    template_name = "credentials/attainment_file_form.html"
    form_class = AttainmentFileForm

    def form_valid(self, form):
        upload = form.cleaned_data["file"]
        try:
            file = attainment_files.read(
                institution=self.institution, name=upload.name, data=upload.read(), by=self.request.user,
                at=timezone.now(),
            )  # fmt: skip
        except FileRefused as problem:
            form.add_error("file", problem.message)
            return self.form_invalid(form)
        return redirect("attainment-file", self.code, file.uid)

    def get_context_data(self, **kwargs):
        columns = zip(attainment_csv.header(get_language()), attainment_csv.COLUMNS, strict=True)
        return super().get_context_data(
            columns=[
                {
                    "name": name,
                    "text": attainment_csv.DESCRIPTIONS[column],
                    "is_needed": column in attainment_csv.NEEDED,
                }
                for name, column in columns
            ],
            earlier=self.institution.attainment_files.order_by("-uploaded_at", "-pk").select_related(
                "uploaded_by"
            )[:10],
            **kwargs,
        )


class AttainmentFileTemplate(DeskView, View):
    """An empty file with the header in the reader's language."""

    permission = Permission.ATTAINMENT_WRITE

    def get(self, request):
        data = csv_bytes(header=attainment_csv.header(get_language()), rows=[])
        name = {"fi": "suoritukset", "sv": "studieprestationer", "en": "attainments"}[get_language()]
        return HttpResponse(
            data,
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
        )


class AttainmentFileView(DeskView):
    """Mixin: opening a file that still tells of people is written down (N6)."""

    def opened(self, file) -> None:
        if file.rows and file.imported_at is None:
            trail.record(verb="looked_at", row=file, by=self.request.user, at=timezone.now(), role=self.role)


class AttainmentFileDetail(AttainmentFileView, TemplateView):
    """The dry run, and after the import what came of it."""

    parents = PARENTS
    permission = Permission.ATTAINMENT_WRITE
    template_name = "credentials/attainment_file.html"

    def get_context_data(self, uid, **kwargs):
        files = self.institution.attainment_files.select_related("uploaded_by", "imported_by")
        file = get_object_or_404(files, uid=uid)
        self.opened(file)
        show = self.request.GET.get("show", "all")
        rows = [row for row in file.rows if show not in TABS or _is_shown(row, show)]
        page = Paginator(rows, PAGE).get_page(self.request.GET.get("page"))
        same = self.institution.attainment_files.filter(sha256=file.sha256, imported_at__isnull=False)
        counts = {**dict.fromkeys(OUTCOMES, 0), "new": 0, **file.counts}
        return super().get_context_data(
            file=file,
            rows=[_shown(row, is_imported=file.imported_at is not None) for row in page],
            page=page,
            show=show,
            tabs=_tabs(counts | {"all": len(file.rows)}, show),
            to_import=counts["accept"] + counts["correction"] if file.rows else 0,
            counts=counts,
            imported_before=same.exclude(pk=file.pk).order_by("-imported_at").first(),
            **kwargs,
        )


class AttainmentFileImport(DeskView, View):
    permission = Permission.ATTAINMENT_WRITE

    def post(self, request, uid):
        file = get_object_or_404(self.institution.attainment_files, uid=uid)
        file = attainment_files.import_accepted(file=file, by=request.user, at=timezone.now())
        number = file.counts.get("accept", 0)
        text = ngettext("%(n)s attainment was imported.", "%(n)s attainments were imported.", number)
        messages.success(request, text % {"n": number})
        return redirect("attainment-file", self.code, uid)


class AttainmentFileRejected(AttainmentFileView, View):
    """The rejected rows with their reasons, to be mended and read again."""

    permission = Permission.ATTAINMENT_WRITE

    def get(self, request, uid):
        file = get_object_or_404(self.institution.attainment_files, uid=uid, imported_at=None)
        self.opened(file)
        rejected = [row for row in file.rows if row["outcome"] == Outcome.REJECT]
        data = csv_bytes(
            header=[*attainment_csv.header(get_language()), attainment_csv.REASON[get_language()]],
            rows=[
                [*(row["values"][name] for name in attainment_csv.COLUMNS), " ".join(_reasons(row))]
                for row in rejected
            ],
        )
        return HttpResponse(
            data,
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="rejected.csv"'},
        )


def _is_shown(row: dict, show: str) -> bool:
    return show == "all" or (row["is_new"] if show == "new" else row["outcome"] == show)


def _tabs(counts: dict, show: str) -> list[dict]:
    return [
        {"label": f"{label} ({counts[name]})", "url": f"?show={name}", "is_current": name == show}
        for name, label in TABS.items()
    ]


def _shown(row: dict, *, is_imported: bool) -> dict:
    """A row as the page shows it; after the import its values are gone."""
    values = row["values"]
    labels = IMPORTED if is_imported else OUTCOMES
    return {
        "line": row["line"],
        "icon": ICONS[row["outcome"]],
        "label": labels[row["outcome"]],
        "is_new": row["is_new"],
        "reasons": _reasons(row),
        "name": f"{values.get('given_names', '')} {values.get('family_name', '')}".strip(),
        **{name: values.get(name, "") for name in attainment_csv.COLUMNS},
    }


def _reasons(row: dict) -> list[str]:
    return [worded(Reason(*one)) for one in row["reasons"]]
