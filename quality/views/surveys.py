"""Surveys: the page that a link opens, and what they came to for the staff (rule 15)."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.generic import FormView, TemplateView

from quality import questionnaires, survey_results
from quality.actions import surveys
from quality.forms.surveys import EmployerSurveyForm, SurveyForm
from quality.models import Survey, SurveyInvitation
from registry.access import Permission
from registry.errors import Invalid
from registry.models import Offering, Realisation
from registry.templatetags.texts import in_reader_language
from registry.web import StaffView

CAREER = {Survey.Kind.CAREER_6, Survey.Kind.CAREER_18}


@method_decorator(never_cache, name="dispatch")
class SurveyPage(FormView):
    """Answered without signing in; whoever has the link answers once, or refuses."""

    template_name = "quality/survey.html"
    form_class = SurveyForm

    @cached_property
    def invitation(self) -> SurveyInvitation:
        return surveys.opened(secret=self.kwargs["secret"], at=timezone.now())

    def post(self, request, *args, **kwargs):
        if "refuse" in request.POST:
            surveys.refuse(secret=self.kwargs["secret"], at=timezone.now())
            return redirect(reverse("survey-thanks") + "?refused=1")
        return super().post(request, *args, **kwargs)

    def get_form_kwargs(self):
        asked = questionnaires.read()[self.invitation.survey.kind]
        return {**super().get_form_kwargs(), "asked": asked}

    def form_valid(self, form):
        try:
            surveys.answer(secret=self.kwargs["secret"], at=timezone.now(), **form.answer())
        except Invalid as refusal:
            for name, text in refusal.reasons or [("", refusal.message)]:
                form.add_error(name if name in form.fields else None, text)
            return self.form_invalid(form)
        return redirect("survey-thanks")

    def get_context_data(self, **kwargs):
        survey = self.invitation.survey
        version = survey.realisation.version
        asked = questionnaires.read()[survey.kind]
        return super().get_context_data(
            heading=in_reader_language(asked.title),
            offering=in_reader_language(version.title, main=version.primary_language),
            institution=version.offering.institution,
            last_day=surveys.last_day(self.invitation),
            is_career=survey.kind in CAREER,
            **kwargs,
        )


class SurveyThanks(TemplateView):
    template_name = "quality/survey_thanks.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(has_refused="refused" in self.request.GET, **kwargs)


class FeedbackPage(StaffView):
    """Mixin: a page about the feedback of one of the institution's offerings."""

    permission = Permission.REVIEW_READ

    @cached_property
    def offering(self) -> Offering:
        return get_object_or_404(self.institution.offerings, code=self.kwargs["code"])

    @cached_property
    def realisation(self) -> Realisation:
        version = get_object_or_404(self.offering.versions, number=self.kwargs["number"])
        runs = version.realisations.select_related("version__offering__institution")
        return get_object_or_404(runs, key=self.kwargs["key"])

    def url(self, name: str, *more) -> str:
        return reverse(name, args=[self.institution.code.lower(), self.offering.code, *more])


class OfferingFeedback(FeedbackPage, TemplateView):
    """All realisations together, and the way to each."""

    template_name = "quality/offering_feedback.html"

    def get_context_data(self, **kwargs):
        versions = self.offering.versions.prefetch_related("realisations")
        runs = [run for one in versions for run in one.realisations.all()]
        numbers = {one.pk: one.number for one in versions}
        held = sorted((run for run in runs if run.status != "cancelled"), key=lambda run: run.ends_on)
        return super().get_context_data(
            offering=self.offering,
            results=shown(runs),
            runs=[
                {
                    "key": run.key,
                    "number": numbers[run.version_id],
                    "ends_on": run.ends_on,
                    "url": self.url("realisation-feedback", numbers[run.version_id], run.key),
                }
                for run in reversed(held)
            ],
            home_url=reverse("staff-home", args=[self.institution.code.lower()]),
            import_url=reverse("feedback-result-import", args=[self.institution.code.lower()])
            if Permission.REALISATION_WRITE in self.permissions
            else "",
            **kwargs,
        )


class RunFeedback(FeedbackPage, TemplateView):
    template_name = "quality/realisation_feedback.html"

    def get_context_data(self, **kwargs):
        run = self.realisation
        labels = dict(Survey.Kind.choices)
        sent = run.surveys.order_by("kind")
        may_ask = Permission.REALISATION_WRITE in self.permissions
        return super().get_context_data(
            offering=self.offering,
            run=run,
            results=shown([run]),
            sent=[
                {"label": labels[one.kind], "people": one.invitations.count(), "closes_on": one.closes_on}
                for one in sent
            ],
            ask_url=self.url("employer-survey", run.version.number, run.key) if may_ask else "",
            back=self.url("offering-feedback"),
            **kwargs,
        )


class EmployerSurvey(FeedbackPage, FormView):
    permission = Permission.REALISATION_WRITE
    template_name = "quality/feedback_form.html"
    form_class = EmployerSurveyForm

    def form_valid(self, form):
        try:
            number = surveys.invite_employers(
                realisation=self.realisation,
                addresses=form.cleaned_data["addresses"].split(),
                language=form.cleaned_data["language"],
                by=self.request.user,
                at=timezone.now(),
            )
        except Invalid as refusal:
            form.add_error("addresses", refusal.message)
            return self.form_invalid(form)
        text = ngettext(
            "The survey was sent to %(n)s address.", "The survey was sent to %(n)s addresses.", number
        )
        messages.success(self.request, text % {"n": number})
        return redirect(self.back())

    def back(self) -> str:
        return self.url("realisation-feedback", self.kwargs["number"], self.kwargs["key"])

    def get_initial(self):
        return {"language": self.institution.main_language}

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            title=_("Ask employers"),
            lead=_("Employers tell by a short survey how the competence meets their need."),
            submit=_("Send the survey"),
            back=self.back(),
            back_label=f"{self.offering.code} {self.realisation.key}",
            **kwargs,
        )


def shown(runs: list[Realisation]) -> list[dict]:
    """Results as the template reads them, in the reader's language."""
    labels = dict(Survey.Kind.choices)
    return [
        {
            "label": labels[one.kind],
            "kind": one.kind,
            "highest": one.highest,
            "whole": one.whole,
            "closes_on": one.closes_on,
            "questions": [
                {"line": line, "text": in_reader_language(line.text)["text"]} for line in one.questions
            ],
            "options": [
                {"line": line, "text": in_reader_language(line.text)["text"]} for line in one.options
            ],
            "texts": one.texts,
            "sources": one.sources,
        }
        for one in survey_results.of(runs, on=timezone.localdate())
    ]
