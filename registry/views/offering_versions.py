"""Staff pages of one version: written tab by tab beside its checklist, looked at, and previewed."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from registry import catalogue, elements, trail
from registry.access import Permission
from registry.actions import offerings
from registry.elements import Checklist, Remark
from registry.errors import Invalid, Refused, StateChanged
from registry.forms import offering_rows
from registry.forms.offerings import BY_SLUG, TAB_OF_FIELD, TABS, TabForm
from registry.models import OfferingVersion
from registry.models.texts import LANGUAGES
from registry.views import catalogue_offering
from registry.views.offering_steps import steps
from registry.web import OWN_NAMES, StaffView

Status = OfferingVersion.Status


class VersionPage(StaffView):
    """Mixin: one version of the institution's, by code and number; `url(name, …)` addresses its pages."""

    @cached_property
    def version(self) -> OfferingVersion:
        offering = get_object_or_404(self.institution.offerings, code=self.kwargs["code"])
        return get_object_or_404(catalogue.with_parts(offering.versions.all()), number=self.kwargs["number"])

    @cached_property
    def checklist(self) -> Checklist:
        return elements.of(version=self.version)

    @property
    def source_text(self) -> str:
        """What of the pasted text that the draft was made of found no place; "" where there is none."""
        kept = getattr(self.version, "source_text", None)
        return kept.rest if kept else ""

    def url(self, name: str, *more) -> str:
        return reverse(
            name, args=[self.institution.code.lower(), self.kwargs["code"], self.kwargs["number"], *more]
        )

    def link(self, remark: Remark) -> str:
        """The address of the field a remark is about."""
        if remark.field == "contacts":
            return reverse("offering-contacts", args=[self.institution.code.lower(), self.kwargs["code"]])
        return f"{self.url('version-edit', TAB_OF_FIELD.get(remark.field, 'basics'))}#{anchor(remark)}"

    def progress(self, *, with_links: bool) -> dict:
        """The checklist for templates/registry/version_checklist.html."""
        checklist = self.checklist
        return {
            "done": checklist.done,
            "total": checklist.total,
            "text": f"{checklist.done}/{checklist.total}",
            "is_ready": checklist.ready,
            "groups": [
                {
                    "heading": _("Mandatory elements"),
                    "elements": self._elements(checklist.mandatory, with_links),
                },
                {
                    "heading": _("Optional elements"),
                    "elements": self._elements(checklist.optional, with_links),
                },
                {
                    "heading": _("Law and the register"),
                    "elements": self._elements(checklist.further, with_links),
                },
            ],
        }

    def _elements(self, found, with_links: bool) -> list[dict]:
        return [
            {
                "code": element.code if element.code[1:].isdigit() else "",
                "name": element.name,
                "status": element.status,
                "reasons": [self._remark(remark, with_links) for remark in element.reasons],
                "warnings": [self._remark(remark, with_links) for remark in element.warnings],
            }
            for element in found
        ]

    def _remark(self, remark: Remark, with_links: bool) -> dict:
        return {"text": remark.text, "url": self.link(remark) if with_links else ""}


def anchor(remark: Remark) -> str:
    """The id of the input a remark is about, in the form of its tab."""
    part = f"_{LANGUAGES.index(remark.language)}" if remark.language else ""
    if remark.field == "outcomes":
        return f"id_outcomes-{remark.item}-text{part}" if remark.item is not None else "rows"
    if remark.field in offering_rows.ROWS:
        return "rows"
    return f"part-{remark.field}" if not part else f"id_{remark.field}{part}"


class VersionDetail(VersionPage, TemplateView):
    """Where the version stands, whose turn it is, what is missing."""

    permission = Permission.OFFERING_READ
    template_name = "registry/version_detail.html"

    def get_context_data(self, **kwargs):
        version = self.version
        can_write = Permission.OFFERING_WRITE in self.permissions and version.is_editable
        return super().get_context_data(
            version=version,
            authors=list(version.authors.order_by("name", "pk")),
            dates=_dates(version),
            progress=self.progress(with_links=can_write),
            steps=steps(version, permissions=self.permissions, checklist=self.checklist),
            returned=self._returned(),
            source_text=self.source_text,
            versions=[
                {
                    "version": one,
                    "url": self.url_of(one),
                    "is_current": one.pk == version.pk,
                    "difference_url": self._difference_url(one),
                }
                for one in version.offering.versions.order_by("-number")
            ],
            list_url=reverse("offering-list", args=[self.institution.code.lower()]),
            preview_url=self.url("version-preview"),
            history_url=reverse(
                "offering-history", args=[self.institution.code.lower(), version.offering.code]
            ),
            contacts_url=reverse(
                "offering-contacts", args=[self.institution.code.lower(), version.offering.code]
            ),
            recheck=self._recheck(),
            realisations_url=self.url("realisation-list"),
            public_url=self._public_url(),
        )

    def url_of(self, version: OfferingVersion) -> str:
        return reverse(
            "version-detail", args=[self.institution.code.lower(), self.kwargs["code"], version.number]
        )

    def _recheck(self) -> list[str]:
        """What the institution's present rule set would ask of a version that is in force (C-04)."""
        if self.version.pk != self.version.offering.published_id:
            return []
        found = elements.to_recheck(version=self.version, rule_set=self.institution.rule_set)
        return [remark.text for remark in found]

    def _difference_url(self, other: OfferingVersion) -> str:
        """From the older version to the newer."""
        before, after = sorted([self.version.number, other.number])
        house, code = self.institution.code.lower(), self.version.offering.code
        return reverse("version-difference", args=[house, code, before, after])

    def _returned(self) -> str:
        """Why the version came back, where it did."""
        if self.version.status not in {
            Status.CHANGES_REQUESTED,
            Status.REJECTED,
            Status.SUSPENDED,
            Status.RETIRED,
        }:
            return ""
        entry = trail.of(row=self.version).filter(became=self.version.status).first()
        return entry.reason if entry else ""

    def _public_url(self) -> str:
        if self.version.status not in OfferingVersion.PUBLIC:
            return ""
        return reverse("catalogue-version", args=[self.version.offering.code, self.version.number])


def _dates(version: OfferingVersion) -> list[dict]:
    """The stage bar: each step taken, when and by whom (P-17)."""
    rows = [
        (_("Created"), version.created_at, None),
        (_("Sent to review"), version.submitted_at, version.submitted_by),
        (_("Approved"), version.approved_at, version.approved_by),
        (_("Published"), version.published_at, version.published_by),
        (_("Superseded by a new version"), version.superseded_at, None),
    ]
    return [{"label": label, "at": at, "by": by} for label, at, by in rows if at]


class VersionPreview(VersionPage, TemplateView):
    """The page as the public will see it, in one language at a time."""

    permission = Permission.OFFERING_READ
    template_name = "registry/version_preview.html"

    def get_context_data(self, **kwargs):
        language = self.request.GET.get("in", get_language())
        if language not in LANGUAGES:
            raise Http404
        with translation.override(language):
            page = catalogue_offering.page(
                self.version, shown=catalogue.current(), today=timezone.localdate()
            )
            body = render_to_string("catalogue/offering_body.html", page)
        can_publish = (
            self.version.status == Status.APPROVED and Permission.OFFERING_PUBLISH in self.permissions
        )
        return super().get_context_data(
            version=self.version,
            body=body,
            language=language,
            tabs=[
                {"label": OWN_NAMES[one], "url": f"?in={one}", "is_current": one == language}
                for one in LANGUAGES
            ],
            back=self.url("version-detail"),
            publish_url=self.url("version-publish") if can_publish else "",
            **kwargs,
        )


class VersionEdit(VersionPage, View):
    """One tab of a version. A half-filled tab saves and says what is missing; what cannot be saved stays."""

    permission = Permission.OFFERING_WRITE

    def get(self, request, code, number, tab):
        self.tab = self._tab(tab)
        if not self.version.is_editable:
            messages.warning(request, _("This version is not open for writing."))
            return redirect(self.url("version-detail"))
        form = TabForm(tab=self.tab, version=self.version)
        return self._page(form, self._rows(form, new="new" in request.GET))

    def post(self, request, code, number, tab):
        self.tab = self._tab(tab)
        form = TabForm(request.POST, tab=self.tab, version=self.version)
        rows = self._rows(form, data=request.POST)
        if not all([form.is_valid(), rows is None or rows.is_valid()]):
            return self._page(form, rows, seen=request.POST.get("seen", ""))
        try:
            self._save(form, rows)
        except Refused as refusal:
            return self._refused(refusal, form, rows)
        messages.success(request, _("Saved."))
        if request.htmx:
            return self._saved()
        return redirect(
            self.url("version-edit", self.tab.slug) + ("?new=1#rows" if "add" in request.POST else "")
        )

    def _tab(self, slug: str):
        if slug not in BY_SLUG:
            raise Http404
        return BY_SLUG[slug]

    def _rows(self, form: TabForm, **kwargs):
        return offering_rows.make(self.tab.rows, version=self.version, choices=form.choices, **kwargs)

    def _save(self, form: TabForm, rows) -> None:
        content = form.content()
        if self.tab.rows and self.tab.rows != "outcomes":
            content[self.tab.rows] = offering_rows.stored(rows)
        offerings.save(
            version=self.version,
            content=content,
            outcomes=offering_rows.outcomes(rows, version=self.version)
            if self.tab.rows == "outcomes"
            else None,
            by=self.request.user,
            at=timezone.now(),
            seen=self.request.POST.get("seen", ""),
        )

    def _saved(self):
        """The tab as it is stored now, and the checklist beside it; htmx swaps it in."""
        self._read_again()
        form = TabForm(tab=self.tab, version=self.version)
        return self._page(form, self._rows(form, new="add" in self.request.POST))

    def _refused(self, refusal: Refused, form: TabForm, rows):
        """Nothing was saved: the text stays, with what the action said and what somebody else saved."""
        own = [] if self.tab.rows else None
        if isinstance(refusal, Invalid):
            form.refuse([reason for reason in refusal.reasons if not reason[0].startswith("outcomes.")])
            own = [text for name, text in refusal.reasons if name.startswith("outcomes.")]
        if not isinstance(refusal, Invalid) or own:
            form.add_error(None, " ".join(own or []) or refusal.message)
        theirs, seen = [], self.request.POST.get("seen", "")
        if isinstance(refusal, StateChanged):
            theirs, seen = self._theirs(form), ""
        return self._page(form, rows, seen=seen, theirs=theirs, status=refusal.status)

    def _read_again(self) -> None:
        for name in ("version", "checklist"):
            self.__dict__.pop(name, None)

    def _theirs(self, form: TabForm) -> list[dict]:
        """What is stored now where it differs from what was typed, in words."""
        self._read_again()
        stored = TabForm(tab=self.tab, version=self.version)
        return [
            {"label": stored.fields[name].label, "lines": _lines(stored, name)}
            for name in stored.fields
            if name in form.cleaned_data
            and form.cleaned_data[name] != stored.get_initial_for_field(stored.fields[name], name)
        ] + self._their_outcomes()

    def _their_outcomes(self) -> list[dict]:
        if self.tab.rows != "outcomes":
            return []
        rows = self.version.outcomes.order_by("order")
        return [
            {"label": _("Learning outcomes"), "lines": [line for row in rows for line in _texts(row.text)]}
        ]

    def _page(self, form: TabForm, rows, *, seen: str | None = None, theirs=(), status: int = 200):
        with_outcomes = self.tab.rows == "outcomes"
        fields = [*self.tab.names, *([self.tab.rows] if self.tab.rows and not with_outcomes else [])]
        now = offerings.fingerprint(version=self.version, fields=fields, with_outcomes=with_outcomes)
        context = {
            "institution": self.institution,
            "permissions": self.permissions,
            "version": self.version,
            "form": form,
            "formset": rows,
            "rows": _row_list(self.tab.rows, rows, self._remarks()),
            "sections": self._sections(form),
            "seen": seen or now,
            "theirs": theirs,
            "tab": self.tab,
            "tabs": self._tabs(),
            "here": self.url("version-edit", self.tab.slug),
            "detail_url": self.url("version-detail"),
            "list_url": reverse("offering-list", args=[self.institution.code.lower()]),
            "progress": self.progress(with_links=True),
            "source_text": self.source_text,
            "hours": self.version.workload_hours if self.tab.slug == "basics" else None,
        }
        template = "registry/version_editor.html" if self.request.htmx else "registry/version_edit.html"
        return render(self.request, template, context, status=status)

    def _remarks(self) -> list[dict]:
        """What the checklist says: the field, the item, the words, and whether it blocks review."""
        checklist = self.checklist
        return [
            {"field": one.field, "item": one.item, "text": one.text, "blocks": one in checklist.reasons}
            for one in (*checklist.reasons, *checklist.warnings)
        ]

    def _sections(self, form: TabForm) -> list[dict]:
        remarks = self._remarks()
        for name in {one["field"] for one in remarks} & set(self.tab.names):
            form.describe(name, by=f"remarks-{name}")
        return [
            {
                "heading": section.heading,
                "is_rows": bool(section.rows),
                "parts": [
                    {
                        "name": name,
                        "fields": [form[one] for one in form.names_of(name)],
                        "remarks": [one for one in remarks if one["field"] == name],
                    }
                    for name in section.names
                    if name != "version_note" or self.version.number > 1
                ],
            }
            for section in self.tab.sections
            if section.names != ("version_note",) or self.version.number > 1
        ]

    def _tabs(self) -> list[dict]:
        missing = {TAB_OF_FIELD.get(remark.field) for remark in self.checklist.reasons}
        return [
            {
                "label": tab.label,
                "url": self.url("version-edit", tab.slug),
                "is_current": tab == self.tab,
                "is_missing": tab.slug in missing,
            }
            for tab in TABS
        ]


def _row_list(kind: str, formset, remarks: list[dict]) -> dict | None:
    """The rows of a tab for the template, each with what the checklist says of it."""
    if formset is None:
        return None
    return {
        "kind": kind,
        "add": offering_rows.WORDS[kind][1],
        "remarks": [one for one in remarks if one["field"] == kind and one["item"] is None],
        "items": [
            {
                "form": form,
                "fields": [form[name] for name in form.fields if name != "DELETE"],
                "heading": offering_rows.WORDS[kind][0] % {"number": number + 1},
                "remove": form["DELETE"].html_name if number < formset.initial_form_count() else "",
                "remarks": [one for one in remarks if one["field"] == kind and one["item"] == number],
            }
            for number, form in enumerate(formset)
        ],
    }  # fmt: skip


def _lines(form: TabForm, name: str) -> list[dict]:
    """A stored value in words: texts by language, codes by their labels."""
    value, field = form.get_initial_for_field(form.fields[name], name), form.fields[name]
    if isinstance(value, dict):
        return _texts(value)
    labels = dict(getattr(field, "choices", ()))
    values = value if isinstance(value, list) else [value]
    return [
        {"text": ", ".join(str(labels.get(str(one), one)) for one in values if one not in ("", None)) or "–"}
    ]


def _texts(texts: dict) -> list[dict]:
    return [{"language": language, "text": texts[language]} for language in LANGUAGES if texts.get(language)]
