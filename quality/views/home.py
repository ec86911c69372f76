"""The first page of the staff: which institution, what waits for the person, where to go."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from credentials import composable, issuable
from credentials.actions import data_requests
from credentials.models import DataRequest
from quality import checking, rectifying, reviews, rules
from quality.views.reading import TONES
from registry import access
from registry.access import Permission
from registry.actions import drafts, parents
from registry.models import OfferingVersion
from registry.templatetags.texts import in_reader_language
from registry.web import SignedInView, StaffView

P = Permission
FEW = 5  # of each list; the rest is behind its link
# Pages of an institution: address name, words, what one needs to see them.
PLACES = (
    ("worklist", gettext_lazy("My queue"), P.OFFERING_READ),
    ("offering-list", gettext_lazy("Own offerings"), P.OFFERING_READ),
    ("supply-calendar", gettext_lazy("Supply calendar"), P.OFFERING_READ),
    ("staff-pathway-list", gettext_lazy("Pathways"), P.OFFERING_READ),
    ("parent-list", gettext_lazy("Changes in degrees"), P.OFFERING_READ),
    ("need-list", gettext_lazy("Meetings and foresight"), P.OFFERING_READ),
    ("review-list", gettext_lazy("Reviews"), P.REVIEW_READ),
    ("finding-list", gettext_lazy("Findings"), P.REVIEW_READ),
    ("dashboard", gettext_lazy("Dashboard"), P.REVIEW_READ),
    ("report-list", gettext_lazy("Frozen reports"), P.REVIEW_READ),
    ("audit-list", gettext_lazy("Audits"), P.REVIEW_READ),
    ("bundle-list", gettext_lazy("Evidence bundles"), P.REPORT_MAKE),
    ("trigger-list", gettext_lazy("Causes for an early Check"), P.REVIEW_READ),
    ("complaint-list", gettext_lazy("Complaints"), P.CHECK_OPEN),
    ("agreement-list", gettext_lazy("Agreements with partners"), P.REVIEW_READ),
    ("pilot-list", gettext_lazy("Pilots"), P.REVIEW_READ),
    ("feedback-result-import", gettext_lazy("Results of other surveys"), P.REALISATION_WRITE),
    ("panel-list", gettext_lazy("Standing panels"), P.PANEL_APPOINT),
    ("panel-meeting-list", gettext_lazy("Panel meetings"), P.REVIEW),
    ("learner-list", gettext_lazy("Learners"), P.LEARNER_READ),
    ("attainment-list", gettext_lazy("Attainments"), P.ATTAINMENT_WRITE),
    ("rectification-list", gettext_lazy("Rectification"), P.RECTIFICATION_READ),
    ("data-request-list", gettext_lazy("Requests about own data"), P.LEARNER_WRITE),
    ("batch-list", gettext_lazy("Batches of credentials"), P.CREDENTIAL_READ),
    ("credential-list", gettext_lazy("Issued credentials"), P.CREDENTIAL_READ),
    ("composite-list", gettext_lazy("Completed pathways"), P.CREDENTIAL_ISSUE),
    ("hold-list", gettext_lazy("Holds on issuing"), P.HOLD_READ),
    ("rule-set", gettext_lazy("Rule set"), P.RULES_CHOOSE),
    ("level-steps", gettext_lazy("Level steps"), P.LEVELS_DESCRIBE),
    ("invitation-list", gettext_lazy("Joint offerings"), P.JOINT_ANSWER),
    ("api-key-list", gettext_lazy("API keys"), P.API_KEYS),
    ("key-list", gettext_lazy("Signing keys"), P.KEY_MANAGE),
    ("certificate-mode", gettext_lazy("Handing over certificates"), P.CERTIFICATE_CHOOSE),
    ("people-list", gettext_lazy("People and roles"), P.PEOPLE_MANAGE),
    ("trail-list", gettext_lazy("Trail"), P.TRAIL_READ),
)


class StaffChooser(SignedInView, TemplateView):
    """Whoever works for one institution goes straight there."""

    template_name = "quality/staff_chooser.html"

    def get(self, request):
        memberships = request.user.memberships.select_related("institution").order_by(
            "institution__short_name", "pk"
        )
        institutions = dict.fromkeys(one.institution for one in memberships if one.role in access.STAFF_ROLES)
        if not institutions:
            raise PermissionDenied(_("You have no role in any institution. Its admin can give you one."))
        if len(institutions) == 1:
            return redirect("staff-home", next(iter(institutions)).code.lower())
        return self.render_to_response(self.get_context_data(institutions=list(institutions)))


class StaffHome(StaffView, TemplateView):
    permission = Permission.OFFERING_READ
    template_name = "quality/staff_home.html"

    def get_context_data(self, **kwargs):
        held = access.roles(user=self.request.user, institution=self.institution)
        return super().get_context_data(
            roles=[access.Role(role).label for role in held],
            tasks=[task for task in self._tasks() if task["count"]],
            drafts=self._draft_rows(),
            waiting=self._waiting_rows(),
            places=[
                {"label": label, "url": self._url(name)}
                for name, label, needed in PLACES
                if needed in self.permissions
            ],
            **kwargs,
        )

    def _tasks(self) -> list[dict]:
        """What waits for the person, by what they may do."""
        who = {"user": self.request.user, "permissions": self.permissions}
        numbers, today = rules.limits_of(self.institution), timezone.localdate()
        waiting = {
            _("Returned to you for changes"): reviews.to_answer(**who),
            _("Panels to appoint and start"): reviews.to_appoint(**who),
            _("Reviews where your ratings are awaited"): reviews.to_rate(user=self.request.user),
            _("Reviews to decide"): reviews.to_decide(**who, most_rounds=numbers.most_rounds),
            _("Checks to evaluate"): reviews.to_evaluate(**who),
            _("Actions to send to be verified"): reviews.to_send_actions(user=self.request.user),
            _("Rounds to close"): reviews.to_close(**who),
            _("Approved, to be published"): reviews.to_publish(**who),
            _("Appeals to answer"): reviews.to_hear(**who),
            _("Suspended, to decide whether it goes on"): reviews.to_resume(permissions=self.permissions),
            "open": reviews.to_open(permissions=self.permissions, numbers=numbers, on=today),
        }
        counts = reviews.counts(self.institution, waiting)
        queue, to_open = f"{self._url('review-list')}?show=mine", counts.pop("open")
        return [
            _task(
                _("Your drafts"),
                self._drafts().count(),
                self._url("offering-list") + "?stage=planning&mine=on",
            ),
            _task(_("Changes in degrees to look at"), self._parent_changes(), self._url("parent-list")),
            *(_task(label, count, queue) for label, count in counts.items()),
            _task(_("Checks to open"), to_open, self._url("worklist")),
            *self._findings(),
            _task(_("Attainments to issue"), self._to_issue(), self._url("batch-new")),
            *self._asked_by_learners(),
        ]

    def _asked_by_learners(self) -> list[dict]:
        """Requests with a day by which the law wants an answer, and composite credentials."""
        found = {
            "rectification-list": (
                P.ATTAINMENT_WRITE,
                _("Rectification requests to answer"),
                rectifying.of_staff(self.institution).open(),
            ),
            "data-request-list": (
                P.LEARNER_WRITE,
                _("Requests about own data to answer"),
                data_requests.of_staff(self.institution).filter(status=DataRequest.Status.ASKED),
            ),
            "composite-list": (
                P.CREDENTIAL_ISSUE,
                _("Composite credentials asked for"),
                composable.asked(self.institution),
            ),
        }
        return [
            _task(label, waiting.count(), self._url(name))
            for name, (needed, label, waiting) in found.items()
            if needed in self.permissions
        ]

    def _findings(self) -> list[dict]:
        """The person's own to act on, and others' actions to verify."""
        if P.REVIEW_READ not in self.permissions:
            return []
        who = {"user": self.request.user, "permissions": self.permissions}
        counts, url = checking.open_findings(self.institution, **who), self._url("finding-list")
        return [
            _task(_("Findings to act on"), counts["act"], f"{url}?state=mine"),
            _task(_("Actions to verify"), counts["verify"], f"{url}?state=acted"),
        ]

    def _drafts(self):
        found = self.institution.offerings.newest_versions().filter(status=OfferingVersion.Status.DRAFT)
        if P.OFFERING_WRITE not in self.permissions:
            return found.none()
        return found.filter(authors=self.request.user)

    def _draft_rows(self) -> list[dict]:
        """The person's drafts that were changed last, with what they typed there and have not saved."""
        found = list(self._drafts().select_related("offering").order_by("-updated_at", "-pk")[:FEW])
        unsaved = drafts.kept(versions=found, by=self.request.user)
        return [
            {
                "version": version,
                "title": in_reader_language(version.title, main=version.primary_language),
                "url": self._url("version-detail", version.offering.code, version.number),
                "is_unsaved": version.pk in unsaved,
            }
            for version in found
        ]

    def _waiting_rows(self) -> list[dict]:
        """The reviews whose next move is the person's, the most urgent first."""
        mine = reviews.waiting_for(
            user=self.request.user,
            permissions=self.permissions,
            most_rounds=reviews.most_rounds(self.institution),
        )
        found = reviews.of(self.institution).filter(mine)[:FEW]
        return [
            {
                "cycle": cycle,
                "status": TONES.get(cycle.status, ""),
                "title": in_reader_language(cycle.version.title, main=cycle.version.primary_language),
                "url": self._url("review-detail", cycle.uid),
            }
            for cycle in found
        ]

    def _parent_changes(self) -> int:
        """Of what offerings are derived from (C-09)."""
        if P.OFFERING_WRITE not in self.permissions:
            return 0
        return parents.open_notices(self.institution).count()

    def _to_issue(self) -> int:
        """Attainments that nothing keeps from being issued."""
        if P.CREDENTIAL_ISSUE not in self.permissions:
            return 0
        return issuable.ready(self.institution).count()

    def _url(self, name: str, *more) -> str:
        return reverse(name, args=[self.institution.code.lower(), *more])


def _task(label: str, count: int, url: str) -> dict:
    return {"label": label, "count": count, "url": url}
