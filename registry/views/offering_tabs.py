"""Writing a version tab by tab beside its checklist. What is typed is kept before it is saved."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import View

from registry.access import Permission
from registry.actions import drafts, stamps
from registry.errors import Invalid, Refused, StateChanged
from registry.forms import offering_rows
from registry.forms.offerings import BY_SLUG, TAB_OF_FIELD, TABS, Tab, TabForm
from registry.models import DraftPart
from registry.views import two_authors
from registry.views.offering_versions import ChecklistPage
from registry.web import StaffView

NOT_TYPED = ("csrfmiddlewaretoken", "seen", "add")


@dataclass
class Sheet:
    """A tab as it goes to the page: the form, its list (None where it has none), what is said of them.

    `seen` are the stamps that the form goes on carrying; None: as stored now. `kept` tells of text that was
    typed and not saved, `met` of what somebody else has saved meanwhile.
    """

    form: TabForm
    rows: object
    seen: dict[str, str] | None = None
    kept: dict | None = None
    met: dict | None = None
    status: int = 200

    @property
    def is_valid(self) -> bool:
        return all([self.form.is_valid(), self.rows is None or self.rows.is_valid()])


class VersionEdit(ChecklistPage, View):
    """One tab of a version. A half-filled tab saves and says what is missing; what cannot be saved stays."""

    permission = Permission.OFFERING_WRITE

    def get(self, request, code, number, tab):
        if not self.version.is_editable:
            messages.warning(request, _("This version is not open for writing."))
            return redirect(self.url("version-detail"))
        part = self.version.draft_parts.filter(user=request.user, tab=self.tab.slug).first()
        return self._page((part and self._restored(part)) or self._stored(new="new" in request.GET))

    def post(self, request, code, number, tab):
        sheet = self._typed(request.POST, seen=stamps.read(request.POST.get("seen", "")))
        if not sheet.is_valid:
            return self._page(sheet)
        entered = self._entered(sheet)
        try:
            drafts.save(
                version=self.version, tab=self.tab.slug, content=entered.content, outcomes=entered.outcomes,
                seen=entered.seen, by=request.user, at=timezone.now(),
            )  # fmt: skip
        except StateChanged:
            return self._page(self._met(sheet, entered))
        except Refused as refusal:
            return self._page(self._refused(sheet, refusal))
        messages.success(request, _("Saved."))
        if request.htmx:  # the tab as it is stored now, and the checklist beside it
            self._read_again()
            return self._page(self._stored(new="add" in request.POST))
        more = "?new=1#rows" if "add" in request.POST else ""
        return redirect(self.url("version-edit", self.tab.slug) + more)

    @cached_property
    def tab(self) -> Tab:
        if self.kwargs["tab"] not in BY_SLUG:
            raise Http404
        return BY_SLUG[self.kwargs["tab"]]

    # What the page shows

    def _stored(self, *, new: bool = False) -> Sheet:
        """The tab as it is saved; `new`: with an empty row at the end of its list."""
        form = TabForm(tab=self.tab, version=self.version)
        return Sheet(form, self._rows(form, new=new))

    def _typed(self, data: QueryDict, *, seen: dict[str, str]) -> Sheet:
        form = TabForm(data, tab=self.tab, version=self.version)
        return Sheet(form, self._rows(form, data=data), seen=seen)

    def _restored(self, part: DraftPart) -> Sheet | None:
        """What was typed and not saved; None where it says what is saved already."""
        data = QueryDict(mutable=True)
        for name, values in part.data.items():
            data.setlist(name, values)
        sheet, now = self._typed(data, seen=part.seen), self._stamps()
        if sheet.is_valid and self._entered(sheet).mine == now:
            return None
        is_older = any(part.seen.get(name, stamp) != stamp for name, stamp in now.items())
        sheet.kept = {"at": part.saved_at, "is_older": is_older}
        return sheet

    def _met(self, sheet: Sheet, entered: two_authors.Entered) -> Sheet:
        """Nothing was saved: both changes are shown, and the fields hold what the person has changed."""
        self._read_again()
        now = self._stamps()
        merged = two_authors.taken(entered, stored=self.version, now=now)
        form, rows, name = TabForm(tab=self.tab, version=merged), sheet.rows, self.tab.rows
        if name in entered.apart(now) and not entered.is_touched(name):
            rows = self._rows(form)
        met = two_authors.page(entered, stored=self.version, now=now)
        return Sheet(form, rows, met=met, status=StateChanged.status)

    def _refused(self, sheet: Sheet, refusal: Refused) -> Sheet:
        """Nothing was saved: the text stays, with what the action said."""
        own = []
        if isinstance(refusal, Invalid):
            sheet.form.refuse([one for one in refusal.reasons if not one[0].startswith("outcomes.")])
            own = [text for name, text in refusal.reasons if name.startswith("outcomes.")]
        if own or not isinstance(refusal, Invalid):
            sheet.form.add_error(None, " ".join(own) or refusal.message)
        sheet.status = refusal.status
        return sheet

    # Parts

    def _rows(self, form: TabForm, **kwargs):
        return offering_rows.make(self.tab.rows, version=form.version, choices=form.choices, **kwargs)

    def _entered(self, sheet: Sheet) -> two_authors.Entered:
        content, outcomes = sheet.form.content(), None
        if self.tab.rows == "outcomes":
            outcomes = offering_rows.outcomes(sheet.rows, version=self.version)
        elif self.tab.rows:
            content[self.tab.rows] = offering_rows.stored(sheet.rows)
        mine = stamps.entered(content=content, outcomes=outcomes)
        return two_authors.Entered(content=content, outcomes=outcomes, seen=sheet.seen or {}, mine=mine)

    def _stamps(self) -> dict[str, str]:
        with_outcomes = self.tab.rows == "outcomes"
        fields = [*self.tab.names, *([self.tab.rows] if self.tab.rows and not with_outcomes else [])]
        return stamps.of(version=self.version, fields=fields, with_outcomes=with_outcomes)

    def _read_again(self) -> None:
        for name in ("version", "checklist"):
            self.__dict__.pop(name, None)

    def _page(self, sheet: Sheet):
        context = {
            "institution": self.institution,
            "permissions": self.permissions,
            "version": self.version,
            "form": sheet.form,
            "formset": sheet.rows,
            "rows": _row_list(self.tab.rows, sheet.rows, self._remarks()),
            "sections": self._sections(sheet.form),
            "seen": stamps.written(sheet.seen or self._stamps()),
            "kept": sheet.kept,
            "met": sheet.met,
            "tab": self.tab,
            "tabs": self._tabs(),
            "here": self.url("version-edit", self.tab.slug),
            "keep_url": self.url("version-keep", self.tab.slug),
            "discard_url": self.url("version-discard", self.tab.slug),
            "detail_url": self.url("version-detail"),
            "list_url": reverse("offering-list", args=[self.institution.code.lower()]),
            "progress": self.progress(with_links=True),
            "source_text": self.source_text,
            "hours": self.version.workload_hours if self.tab.slug == "basics" else None,
        }
        template = "registry/version_editor.html" if self.request.htmx else "registry/version_edit.html"
        return render(self.request, template, context, status=sheet.status)

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


class TypedText(StaffView):
    """Mixin: what the person has typed into a tab and not saved."""

    permission = Permission.OFFERING_WRITE
    http_method_names = ["post"]

    @cached_property
    def version(self):
        offering = get_object_or_404(self.institution.offerings, code=self.kwargs["code"])
        return get_object_or_404(offering.versions, number=self.kwargs["number"])

    @cached_property
    def slug(self) -> str:
        if self.kwargs["tab"] not in BY_SLUG:
            raise Http404
        return self.kwargs["tab"]


class VersionKeep(TypedText, View):
    """Keep it; asked for by the page itself while somebody types."""

    def post(self, request, code, number, tab):
        part = drafts.keep(
            version=self.version,
            tab=self.slug,
            data={name: values for name, values in request.POST.lists() if name not in NOT_TYPED},
            seen=stamps.read(request.POST.get("seen", "")),
            by=request.user,
            at=timezone.now(),
        )
        return render(request, "registry/version_kept.html", {"at": part.saved_at})


class VersionDiscard(TypedText, View):
    """Forget it and go back to what is saved."""

    def post(self, request, code, number, tab):
        drafts.discard(version=self.version, tab=self.slug, by=request.user)
        messages.success(request, _("What you had typed was discarded. This is what is saved."))
        return redirect("version-edit", self.institution.code.lower(), code, number, self.slug)
