"""Staff pages: a draft from a pasted text, the defaults of new drafts, what is nearly the same."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from registry import catalogue, elements, similarity
from registry.access import Permission
from registry.actions import offering_columns, offering_texts, offerings
from registry.actions.offering_texts import Understood
from registry.errors import Invalid
from registry.fields import LANGUAGE_NAMES
from registry.forms.offering_files import DEFAULTS, CourseTextForm, TakeForm
from registry.forms.offerings import TAB_OF_FIELD, TabForm
from registry.models import OfferingVersion
from registry.models.texts import LANGUAGES
from registry.views.catalogue import labels
from registry.web import StaffView, VersionPage


class OfferingFromText(StaffView, View):
    """Paste, look at what was understood, take what is right: a draft is made. Nothing is stored before."""

    permission = Permission.OFFERING_WRITE

    def get(self, request):
        return self._paste(CourseTextForm(main=self.institution.main_language))

    def post(self, request):
        pasted = CourseTextForm(request.POST, main=self.institution.main_language)
        if not pasted.is_valid():
            return self._paste(pasted)
        texts = pasted.texts()
        found = offering_texts.understood(texts=texts, main=self.institution.main_language)
        if "create" not in request.POST:
            return self._preview(texts, found, form=TakeForm(found=found, initial=_initial(found)))
        form = TakeForm(request.POST, found=found)
        if not form.is_valid():
            return self._preview(texts, found, form=form)
        try:
            version = offering_texts.create(
                institution=self.institution,
                found=found,
                title=form.cleaned_data["title"],
                taken=set(form.cleaned_data["taken"]),
                kinds=form.kinds(),
                more=form.more(),
                by=request.user,
                at=timezone.now(),
            )
        except Invalid as problem:
            for _name, text in problem.reasons:
                form.add_error(None, text)
            return self._preview(texts, found, form=form)
        messages.success(request, _("The draft has been made of the text. Go on with what is missing."))
        house = self.institution.code.lower()
        return redirect("version-edit", house, version.offering.code, version.number, _first_gap(version))

    def _paste(self, form: CourseTextForm):
        return self._page("registry/offering_text.html", {"form": form})

    def _preview(self, texts: dict, found: Understood, *, form: TakeForm):
        taken = set(form.cleaned_data.get("taken", [])) if form.is_bound else None
        return self._page(
            "registry/offering_text_read.html",
            {
                "form": form,
                "texts": [(f"text_{language}", text) for language, text in texts.items()],
                "parts": _parts(found, form, taken=taken),
                "outcomes": _outcomes(found, form, taken=taken),
                "has_gaps": any(form.gaps.values()),
                "rest": [text for text in found.rest.values() if text],
                "doubtful": [
                    {"said": LANGUAGE_NAMES[said], "looks": LANGUAGE_NAMES[looks]}
                    for said, looks in found.doubtful.items()
                ],
            },
        )

    def _page(self, template: str, context: dict):
        list_url = reverse("offering-list", args=[self.institution.code.lower()])
        crumbs = [{"label": _("Own offerings"), "url": list_url}]
        shared = {"institution": self.institution, "permissions": self.permissions, "cancel_url": list_url}
        return render(self.request, template, {**shared, "crumbs": crumbs, **context})


def _first_gap(version: OfferingVersion) -> str:
    """The tab of the first thing that keeps the draft from review."""
    missing = [TAB_OF_FIELD.get(remark.field) for remark in elements.of(version=version).reasons]
    return next(filter(None, missing), "basics")


def _initial(found: Understood) -> dict:
    kinds = {f"kind-{number}": row["kind"] for number, row in enumerate(found.outcomes)}
    return {"title": found.content.get("title", {}), **kinds}


def _parts(found: Understood, form: TakeForm, *, taken: set[str] | None) -> list[dict]:
    """What was understood, field by field, each with a tick."""
    return [
        {
            "name": name,
            "label": offering_columns.field_label(name),
            "lines": _lines(name, value),
            "more": _more(name, form),
            "is_taken": taken is None or name in taken,
        }
        for name, value in found.content.items()
        if name != "title"
    ]


def _more(name: str, form: TakeForm) -> list:
    return [form[f"more-{name}-{language}"] for language in form.gaps.get(name, [])]


def _lines(name: str, value) -> list[dict]:
    if isinstance(value, dict):
        return _texts(value)
    codes = [str(one) for one in (value if isinstance(value, list) else [value])]
    if code_list := OfferingVersion.CODE_LISTS.get(name):
        return [{"text": ", ".join(labels(code_list, codes, shown=catalogue.current()))}]
    return [{"text": ", ".join(codes).replace(".", ",")}]


def _texts(texts: dict) -> list[dict]:
    return [{"language": one, "text": texts[one]} for one in LANGUAGES if texts.get(one)]


def _outcomes(found: Understood, form: TakeForm, *, taken: set[str] | None) -> list[dict]:
    return [
        {
            "name": f"outcome-{number}",
            "lines": _texts(row["text"]),
            "kind": form[f"kind-{number}"],
            "more": _more(f"outcome-{number}", form),
            "is_taken": taken is None or f"outcome-{number}" in taken,
        }
        for number, row in enumerate(found.outcomes)
    ]


class OfferingDefaultsEdit(StaffView, View):
    """What every new draft of the institution begins with."""

    permission = Permission.OFFERING_WRITE

    def get(self, request):
        return self._page(TabForm(tab=DEFAULTS, version=self._stored()))

    def post(self, request):
        form = TabForm(request.POST, tab=DEFAULTS, version=self._stored())
        if not form.is_valid():
            return self._page(form)
        try:
            offerings.save_defaults(
                institution=self.institution, content=form.content(), by=request.user, at=timezone.now()
            )
        except Invalid as problem:
            form.refuse(problem.reasons)
            return self._page(form)
        messages.success(request, _("Saved. New drafts begin with these values."))
        return redirect("offering-defaults", self.institution.code.lower())

    def _stored(self) -> OfferingVersion:
        """The defaults in the form of a version that is never saved."""
        return OfferingVersion(**{"country": ""} | offerings.defaults(institution=self.institution))

    def _page(self, form: TabForm):
        list_url = reverse("offering-list", args=[self.institution.code.lower()])
        context = {
            "institution": self.institution,
            "permissions": self.permissions,
            "form": form,
            "sections": [
                {
                    "heading": one.heading,
                    "fields": [form[field] for name in one.names for field in form.names_of(name)],
                }
                for one in DEFAULTS.sections
            ],
            "cancel_url": list_url,
            "crumbs": [{"label": _("Own offerings"), "url": list_url}],
        }
        return render(self.request, "registry/offering_defaults.html", context)


class VersionSimilar(VersionPage, TemplateView):
    """Offerings that say nearly the same: a page, and the part of it that htmx puts beside the editor."""

    permission = Permission.OFFERING_READ

    def get_template_names(self):
        return [
            "registry/version_similar_list.html" if self.request.htmx else "registry/version_similar.html"
        ]

    def get_context_data(self, **kwargs):
        found = similarity.near(version=self.version, institution=self.institution)
        return super().get_context_data(
            version=self.version,
            back=self.url("version-detail"),
            rows=[
                {
                    "version": one.version,
                    "percent": round(one.score * 100),
                    "url": self._url_of(one.version),
                }
                for one in found
            ],
            **kwargs,
        )

    def _url_of(self, version: OfferingVersion) -> str:
        """An own one by its staff page, another's by its public page."""
        if version.offering.institution_id == self.institution.pk:
            house = self.institution.code.lower()
            return reverse("version-detail", args=[house, version.offering.code, version.number])
        return reverse("catalogue-offering", args=[version.offering.code])
