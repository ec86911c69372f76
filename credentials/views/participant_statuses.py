"""Staff page of a realisation that reads in the statuses of cross-institutional studies (W-06)."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.views.generic import FormView

from credentials.actions import attainment_csv, enrolment_statuses
from credentials.forms.enrolments import StatusFileForm
from credentials.models import Enrolment
from credentials.views.participants import ParticipantTemplate, RealisationDesk
from registry.access import Permission
from registry.spreadsheets import FileRefused

Status = Enrolment.Status


class StatusTemplate(ParticipantTemplate):
    columns = enrolment_statuses.COLUMNS
    names = {"fi": "tilat", "sv": "status", "en": "statuses"}


class ParticipantStatuses(RealisationDesk, FormView):
    """Statuses of cross-institutional studies: first each line with what it would do, then it is done."""

    permission = Permission.ATTAINMENT_WRITE
    template_name = "credentials/participant_statuses.html"
    form_class = StatusFileForm

    def form_valid(self, form):
        file, text = form.cleaned_data["file"], form.cleaned_data["text"]
        what = {"realisation": self.realisation, "by": self.request.user, "at": timezone.now()}
        try:
            if not file:
                return self.done(enrolment_statuses.take_in(data=text.encode(), **what))
            rows = enrolment_statuses.dry_run(data=file.read(), **what)
        except FileRefused as problem:
            form.add_error("file", problem.message)
            return self.form_invalid(form)
        self.saw({row.learner for row in rows if row.learner}, verb="listed")
        good = [row for row in rows if not row.problem]
        take = StatusFileForm(initial={"text": enrolment_statuses.accepted(good)})
        names = dict(Status.choices)
        return self.render_to_response(
            self.get_context_data(
                form=StatusFileForm(),
                rows=[{"row": row, "became": names.get(row.became, "")} for row in rows],
                good=len(good),
                take=take,
            )
        )

    def done(self, rows):
        good = sum(not row.problem for row in rows)
        text = ngettext("%(n)s line was taken in.", "%(n)s lines were taken in.", good)
        messages.success(self.request, text % {"n": good})
        return redirect(self.url("participant-list"))

    def get_context_data(self, **kwargs):
        names = attainment_csv.header(get_language(), enrolment_statuses.COLUMNS)
        return super().get_context_data(
            columns=[
                {"name": name, "text": attainment_csv.DESCRIPTIONS[column]}
                for name, column in zip(names, enrolment_statuses.COLUMNS, strict=True)
            ],
            **kwargs,
        )
