"""Results of surveys made elsewhere, brought in from a table after a dry run."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.generic import FormView, View

from quality.actions import feedback_results
from quality.forms.feedback_results import ResultFileForm
from registry import days
from registry.access import Permission
from registry.models.texts import LANGUAGES
from registry.spreadsheets import FileRefused, csv_bytes
from registry.web import StaffView


class ResultImport(StaffView, FormView):
    """A file shows what it would do, line by line; its good lines, sent back, are kept."""

    permission = Permission.REALISATION_WRITE
    template_name = "quality/feedback_result_import.html"
    form_class = ResultFileForm

    def form_valid(self, form):
        is_file = bool(form.cleaned_data["file"])
        try:
            return self._shown(form.data_sent()) if is_file else self._kept(form.data_sent())
        except FileRefused as problem:
            form.add_error("file", problem.message)
            return self.form_invalid(form)

    def _shown(self, data: bytes) -> HttpResponse:
        rows = feedback_results.dry_run(institution=self.institution, data=data, today=timezone.localdate())
        good = sum(row.is_good for row in rows)
        table = feedback_results.table_of(rows).decode("utf-8-sig")
        return self.render_to_response(
            self.get_context_data(
                form=ResultFileForm(),
                rows=rows,
                good=good,
                take_form=ResultFileForm(initial={"table": table}, auto_id="take-%s") if good else None,
            )
        )

    def _kept(self, data: bytes) -> HttpResponse:
        number = feedback_results.take_in(
            institution=self.institution, data=data, by=self.request.user, at=timezone.now()
        )
        text = ngettext("%(n)s result was added.", "%(n)s results were added.", number)
        messages.success(self.request, text % {"n": number})
        return redirect("feedback-result-import", self.institution.code.lower())

    def get_context_data(self, **kwargs):
        house = self.institution.code.lower()
        return super().get_context_data(
            template_url=reverse("feedback-result-template", args=[house]),
            home_url=reverse("staff-home", args=[house]),
            columns=[{"name": name, "text": text} for name, text in zip(_header(), _meanings(), strict=True)],
            **kwargs,
        )


class ResultTemplate(StaffView, View):
    """An empty table with the header in the reader's language."""

    permission = Permission.REALISATION_WRITE

    def get(self, request):
        response = HttpResponse(csv_bytes(header=_header(), rows=[]), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="feedback-results.csv"'
        return response


def _header() -> list[str]:
    place = LANGUAGES.index(get_language())
    return [names[place] for names in feedback_results.COLUMNS.values()]


def _meanings() -> list[str]:
    return [
        _("The code of the offering."),
        _("The number of the version."),
        _("The key of the realisation, for example R2."),
        _("One of these: %(names)s.") % {"names": "learner, employer, career_6, career_18"},
        _("Which survey it was, for example the name of the system and the term."),
        _("How many answered. A result of fewer than five is kept but never shown."),
        _("With at most two decimals."),
        _("5 when it is empty. The lowest point is 1."),
        _("In the form %(day)s or %(iso)s.") % days.today(),
    ]
