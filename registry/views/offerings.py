"""Staff pages of offerings: the list and its table file, a new one, a new version, who did what."""

import re
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView, View

from registry import elements, trail
from registry.access import Permission
from registry.actions import offerings, preferences
from registry.actions.parents import open_notices
from registry.forms.offering_list import ColumnsForm, OfferingFilterForm
from registry.forms.offerings import OfferingForm
from registry.models import OfferingVersion
from registry.models.texts import CONTROL, LANGUAGES
from registry.spreadsheets import XLSX, csv_bytes, xlsx_bytes
from registry.views import offering_columns
from registry.views.concept import wizard
from registry.web import StaffView, named, version_name

Status = OfferingVersion.Status
PAGE = 25
FILTERS = ("q", "education_form", "okm_field", "term", "sort", "mine")
TABLES = {"csv": (csv_bytes, "text/csv; charset=utf-8"), "xlsx": (xlsx_bytes, XLSX)}
FILE = {"fi": "oma-tarjonta", "sv": "eget-utbud", "en": "own-offerings"}
# The stages of an offering's way, each with its statuses (W-01).
STAGES = {
    "planning": (gettext_lazy("Being written"), (Status.DRAFT, Status.CHANGES_REQUESTED)),
    "review": (gettext_lazy("In review"), (Status.SUBMITTED, Status.IN_REVIEW)),
    "approved": (gettext_lazy("Waiting for publication"), (Status.APPROVED,)),
    "published": (gettext_lazy("Published"), (Status.PUBLISHED, Status.SUSPENDED)),
    "ended": (gettext_lazy("Ended"), (Status.SUPERSEDED, Status.RETIRED, Status.REJECTED)),
}


# What can be done to several at once (quality.views.bulk), and what one needs for it.
SEVERAL = (
    ("submit", gettext_lazy("Send to review"), Permission.OFFERING_WRITE),
    ("term", gettext_lazy("Plan for a term"), Permission.OFFERING_WRITE),
    ("contact", gettext_lazy("Change a contact"), Permission.OFFERING_WRITE),
    ("retire", gettext_lazy("End the offerings"), Permission.OFFERING_END),
)


class OwnOfferings(StaffView):
    """Mixin: the newest version of each offering, narrowed down by the address."""

    permission = Permission.OFFERING_READ

    @cached_property
    def filters(self) -> OfferingFilterForm:
        return OfferingFilterForm(self.request.GET, institution=self.institution)

    @property
    def words(self) -> str:
        return CONTROL.sub("", self.request.GET.get("q", "")).strip()

    @property
    def stage(self) -> str:
        asked = self.request.GET.get("stage", "")
        return asked if asked in STAGES else ""

    def newest(self):
        """Of any stage."""
        versions = _with_words(self.institution.offerings.newest_versions(), self.words)
        return self.filters.narrowed(versions, user=self.request.user)

    def found(self):
        versions = self.newest()
        if self.stage:
            versions = versions.filter(status__in=STAGES[self.stage][1])
        return (
            versions.select_related("offering__institution")
            .prefetch_related("outcomes", "authors", "offering__contacts")
            .order_by(self.filters.order, "-pk")
        )


class OfferingList(OwnOfferings, TemplateView):
    """The list, with what each offering needs next, in the columns that the person has chosen."""

    template_name = "registry/offering_list.html"

    def get_context_data(self, **kwargs):
        columns = offering_columns.of(self.request.user)
        page = Paginator(self.found(), PAGE).get_page(self.request.GET.get("page"))
        lines = offering_columns.lines(page, permissions=self.permissions)
        changed = set(open_notices(self.institution).values_list("offering_id", flat=True))
        filters = {name: value for name, value in self.request.GET.items() if name in FILTERS and value}
        filters |= {"q": self.words} if self.words else {}
        return super().get_context_data(
            rows=[self._row(line, columns, changed=changed) for line in lines],
            columns=[offering_columns.COLUMNS[name] for name in columns],
            columns_form=ColumnsForm(initial={"columns": columns}, choices=offering_columns.choices()),
            kept=filters | ({"stage": self.stage} if self.stage else {}),
            query=urlencode(filters | ({"stage": self.stage} if self.stage else {})),
            page=page,
            words=self.words,
            stage=self.stage,
            stages=_stages(self.newest(), current=self.stage, filters=filters),
            filters=self.filters,
            several=[
                {"name": name, "label": label} for name, label, may in SEVERAL if may in self.permissions
            ],
            all_chosen="all" in self.request.GET,
            can_write=Permission.OFFERING_WRITE in self.permissions,
            is_narrowed=bool(self.filters.chosen),
            has_filters=bool(self.words or self.stage or self.filters.chosen),
            **kwargs,
        )

    def _row(self, line: offering_columns.Line, columns: list[str], *, changed: set[int]) -> dict:
        version = line.version
        return {
            "version": version,
            "name": version_name(version),
            "has_changed_parent": version.offering_id in changed,
            "checklist": line.checklist,
            "step": line.step,
            "cells": offering_columns.cells(line, columns),
            "url": _url("version-detail", version),
        }


class OfferingColumns(OwnOfferings, View):
    """Keep the person's choice of columns; none is the usual ones."""

    http_method_names = ["post"]

    def post(self, request):
        form = ColumnsForm(request.POST, choices=offering_columns.choices())
        if form.is_valid():
            preferences.choose_columns(person=request.user, columns=form.cleaned_data["columns"])
            messages.success(request, _("The columns are as you chose them."))
        return redirect(f"{reverse('offering-list', args=[self.institution.code.lower()])}?{_query(request)}")


class OfferingTable(OwnOfferings, View):
    """The list as a table file: all that matches the address, or those that were chosen in it."""

    def get(self, request, form):
        if form not in TABLES:
            raise Http404
        columns, versions = offering_columns.of(request.user), self.found()
        if chosen := request.GET.getlist("chosen"):
            versions = named(versions, chosen)
        lines = offering_columns.lines(versions, permissions=self.permissions)
        made, kind = TABLES[form]
        data = made(
            header=offering_columns.header(columns),
            rows=[offering_columns.row(line, columns) for line in lines],
        )
        disposition = {"Content-Disposition": f'attachment; filename="{FILE[get_language()]}.{form}"'}
        return HttpResponse(data, content_type=kind, headers=disposition)


def _query(request) -> str:
    """The list's own filters, as its address had them."""
    return urlencode([(name, request.POST[name]) for name in (*FILTERS, "stage") if request.POST.get(name)])


def _with_words(versions, words: str):
    """Versions whose title or code holds the words; case does not matter, in any alphabet."""
    if not words:
        return versions
    pattern = re.escape(words)
    titles = [Q(**{f"title__{language}__iregex": pattern}) for language in LANGUAGES]
    return versions.filter(titles[0] | titles[1] | titles[2] | Q(offering__code__icontains=words))


def _stages(versions, *, current: str, filters: dict) -> list[dict]:
    counts = dict(versions.order_by().values_list("status").annotate(Count("pk")))
    query = "&" + urlencode(filters) if filters else ""
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
        said = _("%(code)s has the same title. Check that you are not writing the same offering twice.")
        for code, _status in elements.namesakes(version=version, institution=self.institution):
            history = reverse("offering-history", args=[self.institution.code.lower(), code])
            link = format_html('<a href="{}">{}</a>', history, said % {"code": code})
            messages.warning(self.request, link)
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
        about = [*names, trail.about(offering)]
        entries = self.institution.trail.filter(about__in=about).select_related("by").order_by("-at", "-pk")
        page = Paginator(entries, PAGE * 2).get_page(self.request.GET.get("page"))
        newest = versions[0]
        return super().get_context_data(
            offering=offering,
            version=newest,
            back=_url("version-detail", newest),
            rows=[_entry(entry, version=names.get(entry.about)) for entry in page],
            page=page,
            **kwargs,
        )


def _entry(entry, *, version: OfferingVersion | None) -> dict:
    """A line of the history in words, of a version or the whole offering; an edit lists its fields."""
    is_edit = entry.verb == "edited"
    return {
        "at": entry.at,
        "by": entry.by,
        "number": version.number if version else "–",
        "what": trail.VERBS.get(entry.verb, entry.verb),
        "status": entry.became,
        "reason": "" if is_edit or entry.verb == "revised" else entry.reason,
        "fields": [OfferingVersion.label(name) for name in entry.reason.split(", ")] if is_edit else [],
    }


def _url(name: str, version: OfferingVersion) -> str:
    return reverse(
        name, args=[version.offering.institution.code.lower(), version.offering.code, version.number]
    )
