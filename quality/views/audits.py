"""Staff pages of audits: the coverage map, one audit, its decision and recommendations (6.6)."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView

from quality import areas
from quality.actions import audits, findings
from quality.forms.audits import AuditFinishForm, AuditForm, AuditPlanForm, RecommendationForm, this_year
from quality.models import Audit, Rating
from registry.access import Permission
from registry.errors import Invalid
from registry.web import StaffView

YEARS_BACK, YEARS_AHEAD = 5, 2
STATES = {
    "independent": (gettext_lazy("Audited as an area of its own"), "success"),
    "inside": (gettext_lazy("Audited only inside another area"), "warning"),
    "planned": (gettext_lazy("Planned"), "info"),
    "": (gettext_lazy("Not audited"), ""),
}
GRADES = {grade.name.lower(): grade.label for grade in Rating.Grade}


class AuditList(StaffView, TemplateView):
    """Which area was audited when, what is planned, and what is missing."""

    permission = Permission.REVIEW_READ
    template_name = "quality/audit_list.html"

    def get_context_data(self, **kwargs):
        years = list(range(this_year() - YEARS_BACK, this_year() + YEARS_AHEAD + 1))
        may_write = Permission.AUDIT_WRITE in self.permissions
        return super().get_context_data(
            years=years,
            coverage=[
                {
                    "area": _area(row["area"]),
                    "years": [_cell(one) for one in row["years"]],
                }
                for row in audits.coverage(self.institution, years=years)
            ],
            audits=[_row(one, institution=self.institution) for one in audits.of(self.institution)],
            never_independent=audits.never_independent(self.institution),
            lacks_independence=audits.lacks_independence(self.institution),
            plan_url=self.url("audit-plan") if may_write else "",
            new_url=self.url("audit-new") if may_write else "",
            bundle_url=self.url("bundle-list") if Permission.REPORT_MAKE in self.permissions else "",
            home_url=self.url("staff-home"),
            **kwargs,
        )

    def url(self, name: str) -> str:
        return reverse(name, args=[self.institution.code.lower()])


class AuditDetail(StaffView, TemplateView):
    permission = Permission.REVIEW_READ
    template_name = "quality/audit_detail.html"

    @cached_property
    def audit(self) -> Audit:
        return get_object_or_404(audits.of(self.institution), uid=self.kwargs["uid"])

    def get_context_data(self, **kwargs):
        audit, may_write = self.audit, Permission.AUDIT_WRITE in self.permissions
        is_open = audit.status == Audit.Status.PLANNED
        here = [self.institution.code.lower(), audit.uid]
        return super().get_context_data(
            audit=audit,
            facts=[
                {"label": label, "value": value}
                for label, value in (
                    (_("Who audits"), audit.body),
                    (_("Audit cycle"), audit.cycle),
                    (_("Agreement"), audit.agreed_on),
                    (_("Self-assessment"), audit.self_assessed_on),
                    (_("Visit"), audit.visited_on),
                    (_("Decision"), audit.decided_on),
                    (_("Valid until"), audit.valid_until),
                    (_("Follow-up report"), audit.follow_up_on),
                )
                if value
            ],
            areas=[
                {
                    "name": _area(one.area),
                    "is_independent": one.is_independent,
                    "result": GRADES.get(one.result, ""),
                }
                for one in audit.areas.all()
            ],
            findings=list(audit.findings.select_related("owner", "offering").order_by("due_on", "pk")),
            main=self.institution.main_language,
            edit_url=reverse("audit-edit", args=here) if may_write and is_open else "",
            finish_url=reverse("audit-finish", args=here) if may_write and is_open else "",
            recommend_url=reverse("audit-recommend", args=here) if may_write else "",
            list_url=reverse("audit-list", args=here[:1]),
            **kwargs,
        )


class AuditWriting(StaffView, FormView):
    """Mixin: a form about audits; `keep` calls the action and says which audit the page goes on with."""

    permission = Permission.AUDIT_WRITE
    template_name = "quality/audit_form.html"

    def form_valid(self, form):
        try:
            audit = self.keep(form, by=self.request.user, at=timezone.now())
        except Invalid as refusal:
            form.refuse(refusal.reasons or [("", refusal.message)])
            return self.form_invalid(form)
        messages.success(self.request, _("Saved."))
        return redirect("audit-detail", self.institution.code.lower(), audit.uid)

    def get_context_data(self, **kwargs):
        back = reverse("audit-list", args=[self.institution.code.lower()])
        return super().get_context_data(heading=self.heading, back=back, **kwargs)

    @cached_property
    def audit(self) -> Audit:
        return get_object_or_404(audits.of(self.institution), uid=self.kwargs["uid"])


class AuditPlan(AuditWriting):
    form_class = AuditPlanForm
    heading = gettext_lazy("Plan the internal audits of a year")

    def get_initial(self):
        return {"year": this_year() + 1, "areas": [areas.ALWAYS]}

    def keep(self, form, **who) -> Audit:
        return audits.plan_year(
            institution=self.institution, year=form.cleaned_data["year"], planned=form.covered(), **who
        )


class AuditNew(AuditWriting):
    form_class = AuditForm
    heading = gettext_lazy("Record an audit")

    def get_initial(self):
        return {"year": this_year(), "kind": Audit.Kind.EXTERNAL}

    def keep(self, form, **who) -> Audit:
        return audits.record(institution=self.institution, facts=form.facts(), covered=form.covered(), **who)


class AuditEdit(AuditWriting):
    form_class = AuditForm
    heading = gettext_lazy("Change the audit")

    def get_initial(self):
        rows = self.audit.areas.all()
        known = {name: getattr(self.audit, name) for name in audits.FIELDS}
        return known | {
            "areas": [one.area for one in rows],
            "inside": [one.area for one in rows if not one.is_independent],
        }

    def keep(self, form, **who) -> Audit:
        audits.change(audit=self.audit, facts=form.facts(), covered=form.covered(), **who)
        return self.audit


class AuditFinish(AuditWriting):
    form_class = AuditFinishForm
    heading = gettext_lazy("Record the decision")

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "audit": self.audit, "grades": GRADES}

    def keep(self, form, **who) -> Audit:
        decided_on = form.cleaned_data["decided_on"]
        audits.finish(audit=self.audit, results=form.results(), decided_on=decided_on, **who)
        return self.audit


class AuditRecommend(AuditWriting):
    form_class = RecommendationForm
    heading = gettext_lazy("Record a recommendation")

    @cached_property
    def people(self) -> dict:
        return {str(one.pk): one for one in findings.owners(self.institution)}

    @cached_property
    def offerings(self) -> dict:
        return {one.code: one for one in self.institution.offerings.order_by("code")}

    def get_form_kwargs(self):
        owners = [(key, one.name) for key, one in self.people.items()]
        return {
            **super().get_form_kwargs(),
            "owners": owners,
            "offerings": [(code, code) for code in self.offerings],
        }

    def get_context_data(self, **kwargs):
        return super().get_context_data(audit=self.audit, **kwargs)

    def keep(self, form, **who) -> Audit:
        said = form.cleaned_data
        found = findings.Found(
            severity=said["severity"],
            source=audits.source_of(self.audit),
            text=said["text"],
            owner=self.people[said["owner"]],
            due_on=said["due_on"],
            offering=self.offerings.get(said["offering"]),
            audit=self.audit,
        )
        audits.recommend(audit=self.audit, found=found, **who)
        return self.audit


def _area(code: str) -> str:
    return areas.names().get(code, {}).get(get_language(), code)


def _cell(one: dict) -> dict:
    label, tone = STATES[one["state"]]
    return {"year": one["year"], "label": label, "tone": tone}


def _row(audit: Audit, *, institution) -> dict:
    return {
        "audit": audit,
        "areas": ", ".join(_area(one.area) for one in audit.areas.all()),
        "url": reverse("audit-detail", args=[institution.code.lower(), audit.uid]),
    }
