"""Staff pages about who takes part in a realisation: the list, new ones, results, calling it off (N6)."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView, View

from credentials.actions import (
    attainment_csv,
    enrolment_files,
    enrolment_results,
    enrolments,
    identification,
)
from credentials.actions.enrolment_files import RowsRefused
from credentials.forms.enrolments import (
    ParticipantFileForm,
    ParticipantForm,
    ResultsForm,
    WhyForm,
)
from credentials.models import Enrolment
from credentials.views.desk import DeskView, add_errors
from credentials.views.enrolments import ICONS
from registry.access import Permission
from registry.errors import Invalid
from registry.models import Realisation
from registry.spreadsheets import FileRefused, csv_bytes

PAGE = 100
Status = Enrolment.Status


class RealisationDesk(DeskView):
    """Mixin: one realisation of the institution's, with the way back to its version."""

    purpose = "why_participants"

    @cached_property
    def realisation(self) -> Realisation:
        offering = get_object_or_404(self.institution.offerings, code=self.kwargs["code"])
        version = get_object_or_404(offering.versions, number=self.kwargs["number"])
        found = version.realisations.select_related("version__offering__institution")
        return get_object_or_404(found, key=self.kwargs["key"])

    def url(self, name: str) -> str:
        return address(name, self.realisation)

    def get_context_data(self, **kwargs):
        one = self.realisation
        return super().get_context_data(**kwargs) | {
            "realisation": one,
            "version": one.version,
            "crumbs": crumbs(one),
            "list_url": self.url("participant-list"),
        }


class ParticipantList(RealisationDesk, TemplateView):
    permission = Permission.LEARNER_READ
    template_name = "credentials/participant_list.html"

    def get_context_data(self, **kwargs):
        rows = self.realisation.enrolments.select_related("learner").order_by("enrolled_at", "pk")
        page = Paginator(rows, PAGE).get_page(self.request.GET.get("page"))
        self.saw({one.learner for one in page}, verb="listed")
        is_open = self.realisation.status == Realisation.Status.OPEN
        may_write = Permission.LEARNER_WRITE in self.permissions
        context = super().get_context_data()
        return context | {
            "crumbs": context["crumbs"][:-1],
            "page": page,
            "rows": [
                {
                    "one": one,
                    "icon": ICONS.get(one.status, "cancelled"),
                    "is_live": may_write and one.status in enrolments.LIVE,
                    "is_waiting": one.status in enrolments.LIVE and not one.accepted_at,
                }
                for one in page
            ],
            "may_add": may_write and is_open,
            "may_record": Permission.ATTAINMENT_WRITE in self.permissions,
            "may_assess": Permission.ATTAINMENT_WRITE in self.permissions
            and self.realisation.enrolments.filter(status=Status.ENROLLED).exists(),
            "new_url": self.url("participant-new"),
            "file_url": self.url("participant-file"),
            "statuses_url": self.url("participant-statuses"),
            "is_in_network": is_in_network(self.realisation),
            "results_url": self.url("participant-results"),
        }


class ParticipantNew(RealisationDesk, FormView):
    permission = Permission.LEARNER_WRITE
    template_name = "credentials/participant_form.html"
    form_class = ParticipantForm

    def form_valid(self, form):
        try:
            learner = identification.identify(institution=self.institution, **form.cleaned_data)
        except Invalid as problem:
            add_errors(form, problem)
            return self.form_invalid(form)
        enrolments.enrol_all(
            realisation=self.realisation, learners=[learner], by=self.request.user, at=timezone.now()
        )
        messages.success(self.request, _("Enrolled. The learner gets a letter and accepts the place there."))
        return redirect(self.url("participant-list"))


class ParticipantFile(RealisationDesk, FormView):
    """Every line goes in, or none and the page tells what is wrong with which line."""

    permission = Permission.LEARNER_WRITE
    template_name = "credentials/participant_file.html"
    form_class = ParticipantFileForm

    def form_valid(self, form):
        try:
            new = enrolment_files.take_in(
                realisation=self.realisation, data=form.cleaned_data["file"].read(), by=self.request.user,
                at=timezone.now(),
            )  # fmt: skip
        except FileRefused as problem:
            form.add_error("file", problem.message)
            return self.form_invalid(form)
        except RowsRefused as problem:
            form.add_error("file", problem.message)
            return self.render_to_response(self.get_context_data(form=form, faults=problem.reasons))
        text = ngettext("%(n)s participant was taken in.", "%(n)s participants were taken in.", len(new))
        messages.success(self.request, text % {"n": len(new)})
        return redirect(self.url("participant-list"))

    def get_context_data(self, **kwargs):
        names = attainment_csv.header(get_language(), enrolment_files.COLUMNS)
        return super().get_context_data(
            columns=[
                {"name": name, "text": attainment_csv.DESCRIPTIONS[column]}
                for name, column in zip(names, enrolment_files.COLUMNS, strict=True)
            ],
            is_outside=self.realisation.enrolment == Realisation.Enrolment.OUTSIDE,
            **kwargs,
        )


class ParticipantTemplate(DeskView, View):
    """An empty file with the header in the reader's language."""

    permission = Permission.LEARNER_WRITE
    columns = enrolment_files.COLUMNS
    names = {"fi": "osallistujat", "sv": "deltagare", "en": "participants"}

    def get(self, request):
        language = get_language()
        return HttpResponse(
            csv_bytes(header=attainment_csv.header(language, self.columns), rows=[]),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{self.names[language]}.csv"'},
        )


class ParticipantResults(RealisationDesk, FormView):
    """A grade for each, or all accepted at once; attainments are made of them."""

    permission = Permission.ATTAINMENT_WRITE
    template_name = "credentials/participant_results.html"
    form_class = ResultsForm

    @cached_property
    def participants(self) -> list[Enrolment]:
        rows = self.realisation.enrolments.filter(status=Status.ENROLLED).select_related("learner")
        return list(rows.order_by("learner__family_name", "learner__given_names", "pk"))

    def get(self, request, *args, **kwargs):
        self.saw({one.learner for one in self.participants}, verb="listed")
        return super().get(request, *args, **kwargs)

    def get_initial(self):
        return {"completed_on": min(self.realisation.ends_on, timezone.localdate())}

    def get_form_kwargs(self):
        scale = self.realisation.version.grading_scale
        return super().get_form_kwargs() | {"participants": self.participants, "scale": scale}

    def form_valid(self, form):
        try:
            made = enrolment_results.complete(
                realisation=self.realisation, completed_on=form.cleaned_data["completed_on"],
                grades=form.grades(), by=self.request.user, at=timezone.now(),
            )  # fmt: skip
        except Invalid as problem:
            add_errors(form, problem)
            return self.form_invalid(form)
        text = ngettext("%(n)s attainment was recorded.", "%(n)s attainments were recorded.", len(made))
        messages.success(self.request, text % {"n": len(made)})
        return redirect("attainment-list", self.code)

    def get_context_data(self, **kwargs):
        return super().get_context_data(has_participants=bool(self.participants), **kwargs)


class ParticipantCancel(DeskView, FormView):
    purpose = "why_participants"
    permission = Permission.LEARNER_WRITE
    template_name = "credentials/participant_cancel.html"
    form_class = WhyForm

    @cached_property
    def enrolment(self) -> Enrolment:
        rows = self.institution.enrolments.select_related(
            "learner", "institution", "realisation__version__offering__institution"
        )
        return get_object_or_404(rows, uid=self.kwargs["uid"])

    def get(self, request, *args, **kwargs):
        self.saw([self.enrolment.learner])
        return super().get(request, *args, **kwargs)

    def form_valid(self, form):
        enrolments.cancel(
            enrolment=self.enrolment,
            by=self.request.user,
            at=timezone.now(),
            reason=form.cleaned_data["reason"],
        )
        messages.success(self.request, _("The enrolment was cancelled and the learner gets a letter."))
        return redirect(address("participant-list", self.enrolment.realisation))

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            enrolment=self.enrolment, back=address("participant-list", self.enrolment.realisation), **kwargs
        )


class RealisationCancel(RealisationDesk, FormView):
    """Calls it off and writes to everybody who had a place or was in the queue."""

    permission = Permission.REALISATION_WRITE
    template_name = "credentials/realisation_cancel.html"
    form_class = WhyForm

    def form_valid(self, form):
        told = enrolments.cancel_realisation(
            realisation=self.realisation, by=self.request.user, at=timezone.now(),
            reason=form.cleaned_data["reason"],
        )  # fmt: skip
        text = ngettext(
            "The realisation was cancelled; %(n)s person gets a letter.",
            "The realisation was cancelled; %(n)s people get a letter.",
            told,
        )
        messages.success(self.request, text % {"n": told})
        return redirect(self.url("realisation-list"))

    def get_context_data(self, **kwargs):
        one = self.realisation
        return super().get_context_data(
            people=one.taken + one.queued, back=reverse("realisation-list", args=_names(one)[:-1]), **kwargs
        )


def is_in_network(one: Realisation) -> bool:
    """Whether the realisation is offered through the cross-institutional service."""
    return bool(one.network or one.ripa_id or one.version.network)


def address(name: str, one: Realisation) -> str:
    arguments = _names(one)
    return reverse(name, args=arguments[:-1] if name == "realisation-list" else arguments)


def crumbs(one: Realisation) -> list[dict]:
    version = one.version
    return [
        {
            "label": f"{version.offering.code} v{version.number}",
            "url": reverse("version-detail", args=_names(one)[:-1]),
        },
        {"label": _("Realisations"), "url": address("realisation-list", one)},
        {"label": _("Participants"), "url": address("participant-list", one)},
    ]


def _names(one: Realisation) -> list:
    version = one.version
    return [version.offering.institution.code.lower(), version.offering.code, version.number, one.key]
