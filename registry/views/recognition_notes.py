"""Partner pages of one offering of another institution: what it is, who recognises it, one's own notes."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView, View

from registry import catalogue
from registry.access import Permission
from registry.actions import recognition_notes
from registry.errors import Invalid
from registry.forms.partners import NoteForm
from registry.models import OfferingVersion, RecognitionNote
from registry.templatetags.texts import in_reader_language
from registry.views.catalogue import labels, price, size
from registry.web import StaffView


class OfferedPage(StaffView):
    """Mixin: the version of another institution's offering that the catalogue shows, by code."""

    @cached_property
    def version(self) -> OfferingVersion:
        return get_object_or_404(
            catalogue.offered_by_others(self.institution), offering__code=self.kwargs["code"]
        )


class PartnerOffering(OfferedPage, TemplateView):
    permission = Permission.PARTNER_READ
    template_name = "registry/partner_offering.html"

    def get_context_data(self, **kwargs):
        version, shown = self.version, catalogue.current()
        own = self.institution.code.lower()
        return super().get_context_data(
            version=version,
            title=in_reader_language(version.title, main=version.primary_language),
            summary=in_reader_language(version.summary, main=version.primary_language),
            lead=version.offering.institution,
            facts=[
                {"label": label, "value": value}
                for label, value in (
                    (_("Size"), _("%(size)s ECTS credits") % {"size": size(version.ects)}),
                    (_("EQF level (indicative)"), version.eqf_level),
                    (_("Hours of work"), version.workload_hours),
                    (_("Fee"), price(version.fee_eur)),
                    (_("Free of charge for"), ", ".join(labels("free_for", version.free_for, shown=shown))),
                    (_("Network"), version.network),
                )
                if value
            ],
            notes=hints(version, institution=own),
            public_url=reverse("catalogue-offering", args=[version.offering.code]),
            write_url=reverse("partner-note-new", args=[own, version.offering.code])
            if Permission.PARTNER_NOTE in self.permissions
            else "",
            home_url=reverse("partner-home", args=[own]),
            **kwargs,
        )


class PartnerNoteList(StaffView, TemplateView):
    """The institution's own notes."""

    permission = Permission.PARTNER_READ
    template_name = "registry/partner_note_list.html"

    def get_context_data(self, **kwargs):
        own = self.institution.code.lower()
        notes = self.institution.recognition_notes.select_related(
            "institution", "offering__institution", "offering__published"
        ).order_by("offering__code", "pk")
        return super().get_context_data(
            rows=[note_row(one, institution=own) for one in notes],
            home_url=reverse("partner-home", args=[own]),
            **kwargs,
        )


class NotePage(FormView):
    """Mixin: the form of one note, with its refusals by the field."""

    permission = Permission.PARTNER_NOTE
    template_name = "registry/partner_note_form.html"
    form_class = NoteForm

    def form_valid(self, form):
        try:
            self.keep(form.cleaned_data)
        except Invalid as refusal:
            for field, text in refusal.reasons:
                form.add_error(field, text)
            return self.form_invalid(form)
        messages.success(self.request, _("The note has been saved."))
        return redirect("partner-note-list", self.institution.code.lower())


class PartnerNoteNew(OfferedPage, NotePage):
    def keep(self, said: dict) -> None:
        recognition_notes.write(
            institution=self.institution,
            offering=self.version.offering,
            **said,
            by=self.request.user,
            at=timezone.now(),
        )

    def get_context_data(self, **kwargs):
        code = self.version.offering.code
        return super().get_context_data(
            code=code,
            title=in_reader_language(self.version.title, main=self.version.primary_language),
            back=reverse("partner-offering", args=[self.institution.code.lower(), code]),
            **kwargs,
        )


class OwnNote(StaffView):
    """Mixin: a note of the institution's own; another's is not found."""

    @cached_property
    def note(self) -> RecognitionNote:
        notes = self.institution.recognition_notes.select_related("offering__published", "institution")
        return get_object_or_404(notes, uid=self.kwargs["uid"])


class PartnerNoteEdit(OwnNote, NotePage):
    def get_initial(self):
        return {"degree": self.note.degree, "ects": self.note.ects, "note": self.note.note}

    def keep(self, said: dict) -> None:
        recognition_notes.change(
            note=self.note,
            degree=said["degree"],
            ects=said["ects"],
            text=said["note"],
            by=self.request.user,
            at=timezone.now(),
        )

    def get_context_data(self, **kwargs):
        version = self.note.offering.published
        return super().get_context_data(
            code=self.note.offering.code,
            title=in_reader_language(version.title, main=version.primary_language) if version else None,
            back=reverse("partner-note-list", args=[self.institution.code.lower()]),
            **kwargs,
        )


class PartnerNoteRemove(OwnNote, View):
    """Asks once more, then takes the note away."""

    permission = Permission.PARTNER_NOTE

    def get(self, request, uid):
        said = _("The note about %(code)s disappears from the pages of the offering.")
        context = {
            "institution": self.institution,
            "permissions": self.permissions,
            "title": _("Remove the note"),
            "text": said % {"code": self.note.offering.code},
            "submit": _("Remove the note"),
            "back": reverse("partner-note-list", args=[self.institution.code.lower()]),
        }
        return render(request, "registry/partner_confirm.html", context)

    def post(self, request, uid):
        recognition_notes.remove(note=self.note, by=request.user, at=timezone.now())
        messages.success(request, _("The note has been removed."))
        return redirect("partner-note-list", self.institution.code.lower())


def hints(version: OfferingVersion, *, institution: str = "") -> list[dict]:
    """Everybody's notes about the offering of a version, by institution."""
    notes = version.offering.recognition_notes.select_related("institution", "offering")
    ordered = notes.order_by("institution__short_name", "pk")
    return [note_row(one, institution=institution) for one in ordered]


def note_row(one: RecognitionNote, *, institution: str = "") -> dict:
    """A note as pages show it; `institution`: the reader's own, whose notes can be changed."""
    is_own = one.institution.code.lower() == institution
    return {
        "institution": one.institution,
        "code": one.offering.code,
        "degree": in_reader_language(one.degree, main=one.institution.main_language),
        "note": in_reader_language(one.note, main=one.institution.main_language),
        "ects": size(one.ects),
        "updated_at": one.updated_at,
        "edit_url": reverse("partner-note-edit", args=[institution, one.uid]) if is_own else "",
        "remove_url": reverse("partner-note-remove", args=[institution, one.uid]) if is_own else "",
    }
