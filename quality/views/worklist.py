"""The queue of one person: what is late, what is due today, the fast track, what else waits."""

from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView

from quality import worklist
from quality.models import Finding
from quality.views.findings import TONES as FINDING_TONES
from quality.views.reading import TONES
from registry.access import Permission
from registry.templatetags.texts import in_reader_language
from registry.web import StaffView

GROUPS = {
    worklist.LATE: (gettext_lazy("Late"), gettext_lazy("Nothing of yours is late.")),
    worklist.TODAY: (gettext_lazy("Today"), gettext_lazy("Nothing is due today.")),
    worklist.FAST: (gettext_lazy("Fast track"), gettext_lazy("Nothing waits for you on the fast track.")),
    worklist.WAITING: (gettext_lazy("Waiting for you"), gettext_lazy("Nothing else waits for you.")),
}
# Numbers of what has a page of its own: words and the address of the page
COUNTS = {
    "complaints": (gettext_lazy("Complaints to answer"), "complaint-list"),
    "causes": (gettext_lazy("Causes for an early Check to decide on"), "trigger-list"),
    "parents": (gettext_lazy("Changes in degrees to look at"), "parent-list"),
    "joint": (gettext_lazy("Invitations to joint offerings to answer"), "invitation-list"),
    "to_issue": (gettext_lazy("Attainments to issue"), "batch-new"),
}
# Where the rest of a group is: address name, query, words, what one needs to see it
WHOLE = (
    ("review-list", "", gettext_lazy("All reviews"), Permission.REVIEW_READ),
    ("finding-list", "?state=mine", gettext_lazy("All findings to act on"), Permission.REVIEW_READ),
    ("finding-list", "?state=acted", gettext_lazy("All actions to verify"), Permission.FINDING_VERIFY),
    ("offering-list", "?stage=planning&mine=on", gettext_lazy("All your drafts"), Permission.OFFERING_WRITE),
)


class Worklist(StaffView, TemplateView):
    permission = Permission.OFFERING_READ
    template_name = "quality/worklist.html"

    def get_context_data(self, **kwargs):
        today = timezone.localdate()
        found = worklist.of(self.institution, user=self.request.user, permissions=self.permissions, on=today)
        return super().get_context_data(
            groups=[
                {
                    "name": name,
                    "label": label,
                    "none": none,
                    "total": found.groups[name].total,
                    "more": found.groups[name].total - len(found.groups[name].rows),
                    "rows": [self._row(kind, one, today=today) for kind, one in found.groups[name].rows],
                }
                for name, (label, none) in GROUPS.items()
            ],
            counts=[
                {"label": label, "count": found.counts[name], "url": self._url(page)}
                for name, (label, page) in COUNTS.items()
                if found.counts.get(name)
            ],
            whole=[
                {"label": label, "url": self._url(page) + query}
                for page, query, label, needed in WHOLE
                if needed in self.permissions
            ],
            home_url=self._url("staff-home"),
            **kwargs,
        )

    def _row(self, kind: str, one, *, today: date) -> dict:
        deadline = one.deadline
        late = (today - deadline).days if deadline else 0
        return {
            **getattr(self, f"_{kind}")(one),
            "deadline": deadline,
            "late": ngettext("%(n)d day late", "%(n)d days late", late) % {"n": late} if late > 0 else "",
        }

    def _round(self, one) -> dict:
        is_check = one.status == "do"
        return {
            "title": in_reader_language(one.version.title, main=one.version.primary_language),
            "where": f"{one.offering.code}, v{one.version.number}",
            "is_fast": one.is_fast,
            "tone": "waiting" if is_check else TONES.get(one.status, ""),
            "status": _("Check to be opened") if is_check else one.get_status_display(),
            "url": self._url("review-detail", one.uid),
        }

    def _finding(self, one) -> dict:
        return {
            "title": in_reader_language(one.text, main=next(iter(one.text), "fi")),
            "where": ", ".join(
                filter(None, [one.offering.code if one.offering else "", one.get_severity_display()])
            ),
            "tone": FINDING_TONES[one.status],
            "status": _("Finding to act on")
            if one.status == Finding.Status.OPEN
            else one.get_status_display(),
            "url": self._url("finding-detail", one.uid),
        }

    def _draft(self, one) -> dict:
        return {
            "title": in_reader_language(one.title, main=one.primary_language),
            "where": f"{one.offering.code}, v{one.number}",
            "tone": "draft",
            "status": one.get_status_display(),
            "url": self._url("version-detail", one.offering.code, one.number),
        }

    def _url(self, name: str, *more) -> str:
        return reverse(name, args=[self.institution.code.lower(), *more])
