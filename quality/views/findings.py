"""Pages of findings: the list, one finding, written, acted on, verified, opened again, handed over."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import FormView, TemplateView

from quality import criteria, finding_lists, rules
from quality.actions import findings
from quality.forms.findings import (
    ActionForm,
    EvidenceForm,
    FindingFilterForm,
    FindingForm,
    HandOverForm,
    ReopenForm,
    VerifyForm,
)
from quality.models import Finding
from quality.views.asked import Act
from quality.views.evidence import keep
from quality.views.panel import blame
from quality.views.reviews import ReviewPage
from registry import access, trail
from registry.access import Permission
from registry.errors import Invalid, NotAllowed
from registry.models import Offering
from registry.templatetags.texts import in_reader_language
from registry.web import StaffView
from registry.workflow import changed

PAGE = 25
Status = Finding.Status
TONES = {Status.OPEN: "warning", Status.ACTED: "waiting", Status.VERIFIED: "complete"}


class FindingList(StaffView, TemplateView):
    """Every finding of the institution as a table, or as a board by state."""

    permission = Permission.REVIEW_READ
    template_name = "quality/finding_list.html"

    @cached_property
    def offering(self) -> Offering | None:
        """Of one offering where the address names it."""
        code = self.kwargs.get("code")
        return get_object_or_404(self.institution.offerings, code=code) if code else None

    def get_context_data(self, **kwargs):
        today, house = timezone.localdate(), self.institution.code.lower()
        form = FindingFilterForm(self.request.GET)
        found = finding_lists.of(self.institution).filter(form.condition(today=today, user=self.request.user))
        if self.offering:
            found = found.filter(offering=self.offering)
        page = Paginator(found, PAGE).get_page(self.request.GET.get("page"))
        is_board = self.request.GET.get("view") == "board"
        rows = [_row(one, today=today) for one in page]
        return super().get_context_data(
            form=form,
            offering=self.offering,
            tabs=self._tabs(is_board=is_board),
            is_board=is_board,
            rows=rows,
            columns=[
                {"label": label, "rows": [row for row in rows if row["finding"].status == status]}
                for status, label in Status.choices
            ],
            page=page,
            is_filtered=any(self.request.GET.get(name) for name in form.fields),
            new_url=self._new_url() if Permission.FINDING_VERIFY in self.permissions else "",
            home_url=reverse("staff-home", args=[house]),
            list_url=reverse("finding-list", args=[house]),
            **kwargs,
        )

    def _tabs(self, *, is_board: bool) -> list[dict]:
        asked = self.request.GET.copy()
        asked.pop("page", None)
        return [
            {"label": label, "url": f"?{_with(asked, view=view)}", "is_current": is_board == bool(view)}
            for view, label in (("", _("Table")), ("board", _("Board")))
        ]

    def _new_url(self) -> str:
        url = reverse("finding-new", args=[self.institution.code.lower()])
        return f"{url}?offering={self.offering.code}" if self.offering else url


def _with(asked: QueryDict, *, view: str) -> str:
    found = asked.copy()
    found["view"] = view
    return found.urlencode()


def _row(one: Finding, *, today) -> dict:
    late = (today - one.due_on).days if one.status == Status.OPEN else 0
    return {
        "finding": one,
        "text": in_reader_language(one.text, main=next(iter(one.text), "fi")),
        "tone": "error" if late > 0 else TONES[one.status],
        "late": ngettext("%(n)d day late", "%(n)d days late", late) % {"n": late} if late > 0 else "",
        "where": one.offering.code if one.offering else "",
        "age": (today - timezone.localdate(one.found_at)).days,
        "url": reverse("finding-detail", args=[one.institution.code.lower(), one.uid]),
    }


class FindingWriting(FormView):
    """Mixin: a form of findings; `act` makes the call, `back` says where the page came from."""

    template_name = "quality/feedback_form.html"
    title = lead = submit = done = ""

    def form_valid(self, form):
        try:
            self.act(form, by=self.request.user, at=timezone.now())
        except Invalid as refusal:
            blame(form, refusal)
            return self.form_invalid(form)
        messages.success(self.request, self.done)
        return redirect(self.back())

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            title=self.title,
            lead=self.lead,
            submit=self.submit,
            back=self.back(),
            back_label=self.back_label(),
            **kwargs,
        )


class FindingNew(StaffView, FindingWriting):
    """A coordinator writes down what a complaint, a survey or an audit found."""

    permission = Permission.FINDING_VERIFY
    form_class = FindingForm
    title = submit = gettext_lazy("Write a finding")
    done = gettext_lazy("The finding has been written; its owner has been told.")

    @cached_property
    def offerings(self) -> dict[str, Offering]:
        return {one.code: one for one in self.institution.offerings.order_by("code")}

    def get_initial(self):
        return {"offering": self.request.GET.get("offering", "")}

    def get_form_kwargs(self):
        return {
            **super().get_form_kwargs(),
            "people": findings.owners(self.institution),
            "principles": criteria.read()[rules.criteria_of(self.institution)].principles,
            "offerings": list(self.offerings),
        }

    def act(self, form, **who):
        said = dict(form.cleaned_data)
        said["offering"] = self.offerings.get(said["offering"])
        findings.write(institution=self.institution, found=findings.Found(**said), **who)

    def back(self) -> str:
        return reverse("finding-list", args=[self.institution.code.lower()])

    def back_label(self) -> str:
        return _("Findings")


class ReviewFindingNew(ReviewPage, FindingWriting):
    """A member of the panel writes down what the reading found (T11)."""

    permission = Permission.REVIEW
    form_class = FindingForm
    title = submit = gettext_lazy("Write a finding")
    done = gettext_lazy("The finding has been written; its owner has been told.")

    def get(self, request, *args, **kwargs):
        if not findings.may_write(self.cycle, user=request.user):
            raise NotAllowed(_("The members of the panel write findings while it reads."))
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self):
        return {
            **super().get_form_kwargs(),
            "people": findings.owners(self.institution),
            "principles": list(rules.principles(self.cycle)),
            "offerings": None,
        }

    def act(self, form, **who):
        found = findings.Found(source=Finding.Source.CHECK, **form.cleaned_data)
        findings.write_in_review(cycle=self.cycle, found=found, **who)

    def back(self) -> str:
        return self.to("detail")

    def back_label(self) -> str:
        return f"{self.cycle.offering.code}, v{self.cycle.version.number}"


class FindingPage(StaffView):
    """Mixin: one finding of the institution's."""

    permission = Permission.REVIEW_READ

    @cached_property
    def finding(self) -> Finding:
        rows = finding_lists.of(self.institution).select_related(
            "institution", "offering", "cycle", "audit", "owner", "found_by", "acted_by", "verified_by"
        )
        return get_object_or_404(rows, uid=self.kwargs["uid"])

    def to(self, what: str) -> str:
        return reverse(f"finding-{what}", args=[self.institution.code.lower(), self.finding.uid])

    def back(self) -> str:
        return self.to("detail")

    def back_label(self) -> str:
        return _("Finding")


class FindingDetail(FindingPage, TemplateView):
    template_name = "quality/finding_detail.html"

    def get_context_data(self, **kwargs):
        one, house = self.finding, self.institution.code.lower()
        return super().get_context_data(
            **_row(one, today=timezone.localdate()),
            status_label=one.get_status_display(),
            principle=self._principle(),
            action=in_reader_language(one.action, main=next(iter(one.action), "fi")),
            evidence=[self._evidence(row) for row in one.evidence.all()],
            acts=self._acts(),
            reminders=finding_lists.reminders(one, today=timezone.localdate()),
            history=[_told(entry) for entry in finding_lists.history(one)],
            review_url=reverse("review-detail", args=[house, one.cycle.uid]) if one.cycle else "",
            audit_url=reverse("audit-detail", args=[house, one.audit.uid]) if one.audit else "",
            list_url=reverse("finding-list", args=[house]),
            **kwargs,
        )

    def _principle(self) -> dict:
        every = (one for each in criteria.read().values() for one in each.principles)
        found = next((one for one in every if one.key == self.finding.principle), None)
        return {"code": found.code, "name": found.name} if found else {}

    def _evidence(self, row) -> dict:
        house, user = self.institution.code.lower(), self.request.user
        may_read = finding_lists.may_read(row, user=user, permissions=self.permissions)
        file_url = reverse("evidence-file", args=[house, row.uid]) if row.file else row.url
        is_open = self.finding.status == Status.OPEN and row.added_by_id == user.pk
        return {
            "row": row,
            "url": file_url if may_read else "",
            "remove_url": reverse("evidence-remove", args=[house, row.uid]) if is_open else "",
        }

    def _acts(self) -> list[Act]:
        return list(_ACTS[self.finding.status](self))

    def waits(self):
        """Open: the owner acts; anybody may read why not they."""
        one, user = self.finding, self.request.user
        others = findings.why_not_act(one, by=user)
        lacking = "" if one.evidence.all() else _("Add a file or a link that shows what was done.")
        yield Act(_("Tell what was done"), self.to("act"), others or lacking, is_main=not lacking)
        if not others:
            yield Act(_("Add evidence"), self.to("evidence-new"), is_main=bool(lacking))
        yield from self.moves()

    def acted(self):
        if Permission.FINDING_VERIFY in self.permissions:
            own = findings.why_not_verify(self.finding, by=self.request.user)
            yield Act(_("Verify the action"), self.to("verify"), own, is_main=True)
            if not own:
                yield Act(_("Open the finding again"), self.to("reopen"), is_grave=True)
        else:
            said = _("A quality coordinator who owns none of the findings verifies the actions.")
            yield Act(_("Verify the action"), "", said)
        yield from self.moves()

    def verified(self):
        if Permission.FINDING_VERIFY in self.permissions:
            own = findings.why_not_verify(self.finding, by=self.request.user)
            yield Act(_("Open the finding again"), self.to("reopen"), own, is_grave=True)

    def moves(self):
        if not findings.why_not_hand_over(self.finding, by=self.request.user):
            yield Act(_("Hand over"), self.to("hand-over"))


_ACTS = {
    Status.OPEN: FindingDetail.waits,
    Status.ACTED: FindingDetail.acted,
    Status.VERIFIED: FindingDetail.verified,
}


def _told(entry) -> dict:
    return {
        "at": entry.at,
        "by": entry.by,
        "roles": access.names(entry.role),
        "what": trail.VERBS.get(entry.verb, entry.verb),
        "reason": entry.reason if entry.verb != "found" else "",
    }


class FindingMove(FindingPage, FindingWriting):
    """Mixin: a form that moves the finding to `becomes`; too early or too late there is no form."""

    becomes = ""

    def get(self, request, *args, **kwargs):
        if self.becomes not in Finding.NEXT[self.finding.status]:
            raise changed(self.finding)
        return super().get(request, *args, **kwargs)


class FindingAct(FindingMove):
    form_class = ActionForm
    becomes = Status.ACTED
    title = gettext_lazy("Tell what was done")
    lead = gettext_lazy("Somebody else verifies the action by what you write and by the evidence.")
    submit = gettext_lazy("Send")
    done = gettext_lazy("The action has been told; somebody else verifies it.")

    def get_initial(self):
        return {"text": self.finding.action}

    def act(self, form, **who):
        findings.act(finding=self.finding, text=form.cleaned_data["text"], **who)


class FindingEvidence(FindingPage, FindingWriting):
    form_class = EvidenceForm
    title = submit = gettext_lazy("Add evidence")
    done = gettext_lazy("The evidence has been added.")

    def get_initial(self):
        return {"dated_on": timezone.localdate()}

    def act(self, form, **who):
        others = findings.why_not_add_evidence(self.finding, by=who["by"])
        if others:
            raise NotAllowed(others)
        about = form.about(finding=self.finding, cycle=self.finding.cycle)
        keep(form, institution=self.institution, about=about, **who)


class FindingVerify(FindingMove):
    permission = Permission.FINDING_VERIFY
    becomes = Status.VERIFIED
    form_class = VerifyForm
    title = submit = gettext_lazy("Verify the action")
    done = gettext_lazy("The action has been verified.")

    def act(self, form, **who):
        findings.verify(finding=self.finding, note=form.cleaned_data["note"], **who)


class FindingReopen(FindingMove):
    permission = Permission.FINDING_VERIFY
    becomes = Status.OPEN
    form_class = ReopenForm
    title = submit = gettext_lazy("Open the finding again")
    lead = gettext_lazy("The owner gets a new day, and the rectorate is told: the finding goes one level up.")
    done = gettext_lazy("The finding is open again; its owner has been told.")

    def act(self, form, **who):
        findings.reopen(finding=self.finding, **form.cleaned_data, **who)


class FindingHandOver(FindingPage, FindingWriting):
    form_class = HandOverForm
    title = submit = gettext_lazy("Hand over")
    lead = gettext_lazy("Another person answers for the finding from now on.")
    done = gettext_lazy("The finding has a new owner.")

    def get_form_kwargs(self):
        people = [one for one in findings.owners(self.institution) if one.pk != self.finding.owner_id]
        return {**super().get_form_kwargs(), "people": people}

    def act(self, form, **who):
        findings.hand_over(finding=self.finding, **form.cleaned_data, **who)
