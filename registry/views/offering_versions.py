"""Staff pages of one version: looked at beside its checklist, and previewed."""

from django.http import Http404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from registry import catalogue, elements, trail
from registry.access import Permission
from registry.actions import drafts
from registry.actions.parents import open_notices
from registry.elements import Checklist, Remark
from registry.forms import offering_rows
from registry.forms.offerings import BY_SLUG, TAB_OF_FIELD
from registry.models import OfferingVersion
from registry.models.texts import LANGUAGES
from registry.views import catalogue_offering
from registry.views.offering_steps import steps
from registry.views.parents import rows
from registry.web import OWN_NAMES, VersionPage

Status = OfferingVersion.Status


class ChecklistPage(VersionPage):
    """Mixin: a version with all its parts, and what is missing of it."""

    def with_parts(self, versions):
        return catalogue.with_parts(versions)

    @cached_property
    def checklist(self) -> Checklist:
        return elements.of(version=self.version)

    @property
    def source_text(self) -> str:
        """What of the pasted text that the draft was made of found no place; "" where there is none."""
        kept = getattr(self.version, "source_text", None)
        return kept.rest if kept else ""

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


class VersionDetail(ChecklistPage, TemplateView):
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
            unsaved=self._unsaved() if can_write else [],
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
            parent_notices=self._parent_notices(),
            can_answer=Permission.OFFERING_WRITE in self.permissions,
            realisations_url=self.url("realisation-list"),
            public_url=self._public_url(),
        )

    def url_of(self, version: OfferingVersion) -> str:
        return reverse(
            "version-detail", args=[self.institution.code.lower(), self.kwargs["code"], version.number]
        )

    def _unsaved(self) -> list[dict]:
        """The tabs in which the person has typed something without saving it."""
        kept = drafts.kept(versions=[self.version], by=self.request.user)
        return [
            {"label": BY_SLUG[one.tab].label, "url": self.url("version-edit", one.tab), "at": one.saved_at}
            for one in kept.get(self.version.pk, [])
            if one.tab in BY_SLUG
        ]

    def _parent_notices(self) -> list[dict]:
        """Changes in what the offering is derived from that nobody has answered (C-09)."""
        notices = open_notices(self.institution).filter(offering=self.version.offering_id)
        return rows(notices, institution=self.institution)

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


class VersionPreview(ChecklistPage, TemplateView):
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
