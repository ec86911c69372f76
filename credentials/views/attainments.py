"""Staff pages about attainments: the list to issue from, one new one, a correction."""

from dataclasses import asdict

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView

from credentials.actions import attainments, identification
from credentials.forms.attainments import AttainmentFilter, AttainmentForm, CorrectionForm
from credentials.views.desk import DeskView, add_errors
from registry.access import Permission
from registry.errors import Invalid

PAGE = 50
PARENTS = ((gettext_lazy("Attainments"), "attainment-list"),)


class AttainmentList(DeskView, TemplateView):
    purpose = "why_attainments"
    permission = Permission.ATTAINMENT_WRITE
    template_name = "credentials/attainment_list.html"

    def get_context_data(self, **kwargs):
        codes = self.institution.attainments.order_by("version__offering__code")
        form = AttainmentFilter(
            self.request.GET, offerings=codes.values_list("version__offering__code", flat=True).distinct()
        )
        form.is_valid()  # a filter that is no choice is left out
        rows = form.apply(self.institution.attainments.with_state()).select_related(
            "learner", "version__offering", "realisation"
        )
        page = Paginator(rows.order_by("-recorded_at", "-pk"), PAGE).get_page(self.request.GET.get("page"))
        self.saw({one.learner for one in page}, verb="listed")
        may_issue = Permission.CREDENTIAL_ISSUE in self.permissions
        pickable = [one.pk for one in page if one.is_passed and not one.is_live and not one.is_waiting]
        return super().get_context_data(
            form=form,
            page=page,
            pickable=pickable if may_issue else [],
            **kwargs,
        )


class AttainmentNew(DeskView, FormView):
    """Below a learner's address the learner is known; else the form asks for the identifiers."""

    parents = PARENTS
    purpose = "why_attainments"
    permission = Permission.ATTAINMENT_WRITE
    template_name = "credentials/attainment_form.html"
    form_class = AttainmentForm

    def dispatch(self, request, *args, **kwargs):
        self.learner = None
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, *args, **kwargs):
        page = super().get(request, *args, **kwargs)
        self.saw(filter(None, [self.learner]))
        return page

    def get_form_kwargs(self):
        if uid := self.kwargs.get("uid"):
            self.learner = get_object_or_404(self.institution.learners, uid=uid)
        versions = attainments.versions(institution=self.institution).prefetch_related("realisations")
        return super().get_form_kwargs() | {"versions": versions, "learner": self.learner}

    def form_valid(self, form):
        facts = form.cleaned_data
        try:
            learner = self.learner or identification.identify(
                institution=self.institution,
                learner_oid=facts["learner_oid"],
                email=facts["email"],
                birth_date=facts["birth_date"],
            )
            attainments.record(
                institution=self.institution, learner=learner, version=facts["version"],
                realisation=facts["realisation"], completed_on=facts["completed_on"], grade=facts["grade"],
                documentation=form.documentation(), by=self.request.user, at=timezone.now(),
            )  # fmt: skip
        except Invalid as problem:
            add_errors(form, problem)
            return self.form_invalid(form)
        messages.success(self.request, _("The attainment was recorded."))
        return redirect("learner-detail", self.code, learner.uid)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        back = reverse("attainment-list", args=[self.code])
        return context | {"learner": self.learner, "back": back}


class AttainmentCorrect(DeskView, FormView):
    parents = PARENTS
    purpose = "why_attainments"
    permission = Permission.ATTAINMENT_WRITE
    template_name = "credentials/attainment_correct.html"
    form_class = CorrectionForm

    def dispatch(self, request, *args, **kwargs):
        self.attainment = None
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, *args, **kwargs):
        self.saw([self.found().learner])
        return super().get(request, *args, **kwargs)

    def found(self):
        if self.attainment is None:
            rows = self.institution.attainments.select_related(
                "learner", "institution", "version__offering", "realisation"
            )
            self.attainment = get_object_or_404(rows.with_state(), uid=self.kwargs["uid"])
        return self.attainment

    def get_initial(self):
        one = self.found()
        key = one.realisation.key if one.realisation else ""
        said = {"realisation": key, "completed_on": one.completed_on, "grade": one.grade}
        return said | asdict(attainments.documentation_of(one))

    def form_valid(self, form):
        one = self.found()
        form.set_realisation(one.version)
        if form.errors:
            return self.form_invalid(form)
        try:
            facts = form.cleaned_data
            attainments.correct(
                attainment=one, realisation=facts["realisation"], completed_on=facts["completed_on"],
                grade=facts["grade"], reason=facts["reason"], documentation=form.documentation(),
                by=self.request.user, at=timezone.now(),
            )  # fmt: skip
        except Invalid as problem:
            add_errors(form, problem)
            return self.form_invalid(form)
        messages.success(self.request, _("The attainment was corrected."))
        return redirect("learner-detail", self.code, one.learner.uid)

    def get_context_data(self, **kwargs):
        return super().get_context_data(attainment=self.found(), **kwargs)
