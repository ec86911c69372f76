"""Staff pages about changes in the courses of degrees that offerings are derived from (C-09)."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView, View

from registry import days
from registry.access import Permission
from registry.actions import parents
from registry.errors import Invalid
from registry.forms.parents import ParentAnswerForm, ParentFileForm, ParentForm
from registry.models import Institution, ParentNotice
from registry.models.texts import LANGUAGES
from registry.spreadsheets import FileRefused, csv_bytes
from registry.web import StaffView

ANSWERED = 50  # shown of those that have been answered


class ParentPage(StaffView):
    """Mixin: a page below the list of changes."""

    permission = Permission.OFFERING_WRITE

    @property
    def code(self) -> str:
        return self.institution.code.lower()

    @property
    def list_url(self) -> str:
        return reverse("parent-list", args=[self.code])

    def get_context_data(self, **kwargs):
        crumbs = [
            {"label": _("Own offerings"), "url": reverse("offering-list", args=[self.code])},
            {"label": _("Changes in degrees"), "url": self.list_url},
        ]
        return super().get_context_data(code=self.code, crumbs=crumbs, list_url=self.list_url, **kwargs)

    def told(self, notices: list[ParentNotice]):
        text = ngettext("%(n)s offering got a notice.", "%(n)s offerings got a notice.", len(notices))
        messages.success(self.request, text % {"n": len(notices)})
        return redirect(self.list_url)


class ParentList(ParentPage, TemplateView):
    """What waits for an answer, what was answered, and from which courses offerings are derived."""

    permission = Permission.OFFERING_READ
    template_name = "registry/parent_list.html"

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        return context | {
            "crumbs": context["crumbs"][:-1],
            "notices": rows(parents.open_notices(self.institution), institution=self.institution),
            "answered": rows(
                parents.answered_notices(self.institution)[:ANSWERED], institution=self.institution
            ),
            "courses": [
                {"code": course, "offerings": ", ".join(one.code for one in offerings)}
                for course, offerings in sorted(parents.derived(self.institution).items())
            ],
            "can_write": Permission.OFFERING_WRITE in self.permissions,
        }


class ParentNew(ParentPage, FormView):
    template_name = "registry/parent_form.html"
    form_class = ParentForm

    def form_valid(self, form):
        try:
            made = parents.note(
                institution=self.institution, **form.cleaned_data, by=self.request.user, at=timezone.now()
            )
        except Invalid as refusal:
            for field, text in refusal.reasons:
                form.add_error(field, text)
            return self.form_invalid(form)
        return self.told(made)

    def get_context_data(self, **kwargs):
        return super().get_context_data(title=_("Note a change"), **kwargs)


class ParentFile(ParentPage, FormView):
    """First every line with what it would do; then, with the same lines, it is done."""

    template_name = "registry/parent_file.html"
    form_class = ParentFileForm

    def form_valid(self, form):
        table = form.table()
        try:
            if form.cleaned_data["text"] and not form.cleaned_data["file"]:
                return self.told(
                    parents.take_in(
                        institution=self.institution, data=table, by=self.request.user, at=timezone.now()
                    )
                )
            found = parents.dry_run(institution=self.institution, data=table)
        except FileRefused as problem:
            form.add_error("file", problem.message)
            return self.form_invalid(form)
        good = [row for row in found if not row.problem]
        context = self.get_context_data(form=ParentFileForm())
        return self.render_to_response(
            context
            | {
                "rows": found,
                "good": len(good),
                "form_to_take": ParentFileForm(initial={"text": parents.accepted(found).decode("utf-8-sig")}),
            }
        )

    def get_context_data(self, **kwargs):
        names = _header()
        return super().get_context_data(
            columns=[
                {"name": name, "text": text}
                for name, text in zip(names, (
                    _("As it stands in the offering's parent courses."),
                    _("In the form %(day)s or %(iso)s.") % days.today(),
                    _("In a sentence."),
                ), strict=True)
            ],
            template_url=reverse("parent-template", args=[self.code]),
            **kwargs,
        )  # fmt: skip


class ParentTemplate(StaffView, View):
    """An empty table with the header in the reader's language."""

    permission = Permission.OFFERING_WRITE

    def get(self, request):
        name = {"fi": "muutokset", "sv": "andringar", "en": "changes"}[get_language()]
        return HttpResponse(
            csv_bytes(header=_header(), rows=[]),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
        )


class ParentAnswer(ParentPage, FormView):
    template_name = "registry/parent_answer.html"
    form_class = ParentAnswerForm

    @cached_property
    def notice(self) -> ParentNotice:
        found = self.institution.parent_notices.select_related("offering")
        return get_object_or_404(found, uid=self.kwargs["uid"])

    def form_valid(self, form):
        try:
            parents.answer(notice=self.notice, **form.cleaned_data, by=self.request.user, at=timezone.now())
        except Invalid as refusal:
            for field, text in refusal.reasons:
                form.add_error(field, text)
            return self.form_invalid(form)
        messages.success(self.request, _("The answer was saved."))
        return redirect(self.list_url)

    def get_context_data(self, **kwargs):
        offering = self.notice.offering
        return super().get_context_data(
            notice=self.notice,
            revise_url=reverse("version-revise", args=[self.code, offering.code]),
            can_revise=parents.may_revise(offering),
            **kwargs,
        )


def rows(notices: Iterable[ParentNotice], *, institution: Institution) -> list[dict]:
    """Notices with where they are answered; they come with the number of the offering's newest version."""
    code = institution.code.lower()
    return [
        {
            "notice": one,
            "url": reverse("version-detail", args=[code, one.offering.code, one.newest]),
            "answer_url": reverse("parent-answer", args=[code, one.uid]),
        }
        for one in notices
    ]


def _header() -> list[str]:
    return [names[LANGUAGES.index(get_language())] for names in parents.COLUMNS.values()]
