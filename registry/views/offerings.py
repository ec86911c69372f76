"""Staff pages of offerings: the list, a new one, a new version, who did what."""

import re
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView, View

from registry import elements, trail
from registry.access import Permission
from registry.actions import offerings
from registry.forms.offerings import OfferingForm
from registry.models import OfferingVersion
from registry.models.texts import CONTROL, LANGUAGES
from registry.views.concept import wizard
from registry.views.offering_steps import steps
from registry.web import StaffView

Status = OfferingVersion.Status
PAGE = 25
# The stages of an offering's way, each with its statuses (W-01).
STAGES = {
    "planning": (gettext_lazy("Being written"), (Status.DRAFT, Status.CHANGES_REQUESTED)),
    "review": (gettext_lazy("In review"), (Status.SUBMITTED, Status.IN_REVIEW)),
    "approved": (gettext_lazy("Waiting for publication"), (Status.APPROVED,)),
    "published": (gettext_lazy("Published"), (Status.PUBLISHED, Status.SUSPENDED)),
    "ended": (gettext_lazy("Ended"), (Status.SUPERSEDED, Status.RETIRED, Status.REJECTED)),
}


class OfferingList(StaffView, TemplateView):
    """The newest version of each offering, with what it needs next."""

    permission = Permission.OFFERING_READ
    template_name = "registry/offering_list.html"

    def get_context_data(self, **kwargs):
        words = CONTROL.sub("", self.request.GET.get("q", "")).strip()
        stage = self.request.GET.get("stage", "")
        newest = self.institution.offerings.newest_versions()
        found = (
            _with_words(newest, words)
            .select_related("offering__institution")
            .prefetch_related("outcomes", "offering__contacts")
        )
        if stage in STAGES:
            found = found.filter(status__in=STAGES[stage][1])
        page = Paginator(found.order_by("-updated_at", "-pk"), PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(
            rows=[_row(version, permissions=self.permissions) for version in page],
            page=page,
            words=words,
            stage=stage if stage in STAGES else "",
            stages=_stages(_with_words(newest, words), current=stage, words=words),
            can_write=Permission.OFFERING_WRITE in self.permissions,
            has_filters=bool(words or stage in STAGES),
            **kwargs,
        )


def _with_words(versions, words: str):
    """Versions whose title or code holds the words; case does not matter, in any alphabet."""
    if not words:
        return versions
    pattern = re.escape(words)
    titles = [Q(**{f"title__{language}__iregex": pattern}) for language in LANGUAGES]
    return versions.filter(titles[0] | titles[1] | titles[2] | Q(offering__code__icontains=words))


def _stages(versions, *, current: str, words: str) -> list[dict]:
    counts = dict(versions.order_by().values_list("status").annotate(Count("pk")))
    query = "&" + urlencode({"q": words}) if words else ""
    stages = [
        {
            "label": f"{label} ({sum(counts.get(status, 0) for status in statuses)})",
            "url": f"?stage={slug}{query}",
            "is_current": slug == current,
        }
        for slug, (label, statuses) in STAGES.items()
    ]
    every = {
        "label": _("All (%(number)s)") % {"number": sum(counts.values())},
        "url": f"?{query.removeprefix('&')}",
        "is_current": current not in STAGES,
    }
    return [every, *stages]


def _row(version: OfferingVersion, *, permissions: frozenset) -> dict:
    checklist = None
    if version.is_editable:
        outcomes = sorted(version.outcomes.all(), key=lambda one: one.order)
        checklist = elements.checklist(
            version=version,
            outcomes=outcomes,
            institution=version.offering.institution,
            contacts={contact.function for contact in version.offering.contacts.all()},
        )
    return {
        "version": version,
        "checklist": checklist,
        "url": _url("version-detail", version),
        "step": next(iter(steps(version, permissions=permissions, checklist=checklist)), None),
    }


class OfferingNew(StaffView, FormView):
    permission = Permission.OFFERING_WRITE
    template_name = "registry/offering_new.html"
    form_class = OfferingForm

    def get_initial(self):
        return {"primary_language": self.institution.main_language}

    def form_valid(self, form):
        version = offerings.create(
            institution=self.institution,
            title=form.cleaned_data["title"],
            primary_language=form.cleaned_data["primary_language"],
            by=self.request.user,
            at=timezone.now(),
        )
        for code, _status in elements.namesakes(version=version, institution=self.institution):
            said = _("%(code)s has the same title. Check that you are not writing the same offering twice.")
            messages.warning(self.request, said % {"code": code})
        messages.success(self.request, _("The draft has been made. Go on with the elements, tab by tab."))
        return redirect(
            "version-edit", self.institution.code.lower(), version.offering.code, version.number, "basics"
        )

    def get_context_data(self, **kwargs):
        back = reverse("offering-list", args=[self.institution.code.lower()])
        questions, verdict = wizard(self.request.GET)
        return super().get_context_data(cancel_url=back, wizard=questions, verdict=verdict, **kwargs)


class VersionRevise(StaffView, View):
    """Copy to a new version."""

    permission = Permission.OFFERING_WRITE
    http_method_names = ["post"]

    def post(self, request, code):
        offering = get_object_or_404(self.institution.offerings, code=code)
        version = offerings.revise(offering=offering, by=request.user, at=timezone.now())
        messages.success(
            request, _("Version %(number)s is a draft now: write what changes.") % {"number": version.number}
        )
        return redirect("version-edit", self.institution.code.lower(), code, version.number, "basics")


class OfferingHistory(StaffView, TemplateView):
    """Who did what with each version of an offering, newest first."""

    permission = Permission.OFFERING_READ
    template_name = "registry/offering_history.html"

    def get_context_data(self, code, **kwargs):
        offering = get_object_or_404(self.institution.offerings, code=code)
        versions = list(offering.versions.order_by("-number"))
        names = {trail.about(version): version for version in versions}
        entries = self.institution.trail.filter(about__in=names).select_related("by").order_by("-at", "-pk")
        page = Paginator(entries, PAGE * 2).get_page(self.request.GET.get("page"))
        newest = versions[0]
        return super().get_context_data(
            offering=offering,
            version=newest,
            back=_url("version-detail", newest),
            rows=[_entry(entry, number=names[entry.about].number) for entry in page],
            page=page,
            **kwargs,
        )


def _entry(entry, *, number: int) -> dict:
    """A line of the history in words; the reason of an edit lists the fields that changed."""
    is_edit = entry.verb == "edited"
    return {
        "at": entry.at,
        "by": entry.by,
        "number": number,
        "what": trail.VERBS.get(entry.verb, entry.verb),
        "status": entry.became,
        "reason": "" if is_edit or entry.verb == "revised" else entry.reason,
        "fields": [OfferingVersion.label(name) for name in entry.reason.split(", ")] if is_edit else [],
    }


def _url(name: str, version: OfferingVersion) -> str:
    return reverse(
        name, args=[version.offering.institution.code.lower(), version.offering.code, version.number]
    )
