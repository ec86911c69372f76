"""Pathways: the public list and page, and the pages of those who make them."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import RedirectView, TemplateView, View

from registry import catalogue, pathways
from registry.access import Permission
from registry.actions import pathways as actions
from registry.errors import Invalid
from registry.forms.pathways import GroupFormSet, NewPathwayForm, PathwayForm, initial
from registry.models import Pathway
from registry.stacking import Group
from registry.views import linked_data
from registry.views.catalogue import PublicPage, letters, size, text
from registry.web import StaffView


class PathwayList(PublicPage):
    template_name = "catalogue/pathway_list.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(rows=[summary(one) for one in catalogue.pathways()], **kwargs)


class PathwayDetail(PublicPage):
    """One pathway: its parts in their order, what is asked, what it counts towards."""

    template_name = "catalogue/pathway_detail.html"

    def get_context_data(self, code, **kwargs):
        pathway = get_object_or_404(catalogue.pathways(), code=code)
        parts = pathways.versions(pathway)
        return super().get_context_data(
            **page(pathway), linked_data=linked_data.program(pathway, parts=parts), **kwargs
        )


class Permanent(RedirectView):
    """The address inside composite credentials: to the pathway's page in the reader's language."""

    def get_redirect_url(self, code):
        get_object_or_404(catalogue.pathways(), code=code)
        return reverse("pathway-detail", args=[code])


def summary(pathway: Pathway) -> dict:
    read = pathways.rule(pathway)
    houses = {one.institution.short_name for one in pathway.offerings.all()}
    return {
        "code": pathway.code,
        "name": text(pathway.name),
        "letters": letters(pathway.institution.short_name),
        "model": pathway.get_model_display(),
        "explanation": pathways.EXPLANATIONS[pathway.model],
        "ects": size(pathway.total_ects),
        "parts": len(read.codes),
        "institutions": ", ".join(sorted(houses)),
        "url": reverse("pathway-detail", args=[pathway.code]),
        "is_composite": pathway.is_composite,
        "is_diploma": pathway.is_diploma,
    }


def page(pathway: Pathway) -> dict:
    read, shown = pathways.rule(pathway), pathways.versions(pathway)
    root = read.root
    is_flat = all(isinstance(item, str) for item in root.items)
    items = [root] if is_flat else [_as_group(item) for item in root.items]
    owners = {one.code: one.institution.short_name for one in pathway.offerings.all()}
    after = {
        code: ", ".join(one for one in read.codes if one in read.after.get(code, ())) for code in read.codes
    }
    return {
        **summary(pathway),
        "awarding_body": pathway.awarding_body,
        "join": pathways.join_in_words(root),
        "groups": [
            {
                "said": pathways.group_in_words(group),
                "parts": [
                    _part(code, shown.get(code), owner=owners.get(code, ""), after=after[code])
                    for code in group.codes
                ],
            }
            for group in items
        ],
        "is_ordered": pathway.is_ordered,
        "conditions": pathways.conditions_in_words(read),
        "towards": text(pathway.counts_towards),
    }


def _as_group(item: str | Group) -> Group:
    return Group("all_of", 1, (item,)) if isinstance(item, str) else item


def _part(code: str, version, *, owner: str, after: str) -> dict:
    """A line of the table; without a version where the catalogue does not show the offering now."""
    if version is None:
        return {"code": code, "institution": owner, "after": after}
    return {
        "code": code,
        "institution": owner,
        "after": after,
        "title": text(version.title, main=version.primary_language),
        "ects": size(version.ects),
        "level": version.eqf_level,
        "url": reverse("catalogue-offering", args=[code]),
    }


class StaffPathwayList(StaffView, TemplateView):
    """The pathways that the institution keeps."""

    permission = Permission.OFFERING_READ
    template_name = "registry/pathway_list.html"

    def get_context_data(self, **kwargs):
        house = self.institution.code.lower()
        rows = [
            {"pathway": one, "url": reverse("staff-pathway", args=[house, one.code])}
            for one in self.institution.pathways.order_by("code", "pk")
        ]
        return super().get_context_data(
            rows=rows,
            can_write=Permission.OFFERING_WRITE in self.permissions,
            new_url=reverse("staff-pathway-new", args=[house]),
            home_url=reverse("staff-home", args=[house]),
            **kwargs,
        )


class StaffPathway(StaffView, TemplateView):
    """A pathway as its readers will see it, and what can be done with it."""

    permission = Permission.OFFERING_READ
    template_name = "registry/pathway_detail.html"

    def get_context_data(self, code, **kwargs):
        pathway = own(self.institution, code)
        return super().get_context_data(
            **page(pathway),
            **self._urls(pathway),
            pathway=pathway,
            can_write=Permission.OFFERING_WRITE in self.permissions,
            **kwargs,
        )

    def _urls(self, pathway: Pathway) -> dict:
        place = [self.institution.code.lower(), pathway.code]
        names = {"edit_url": "edit", "publish_url": "publish", "take_back_url": "take-back"}
        return {key: reverse(f"staff-pathway-{name}", args=place) for key, name in names.items()} | {
            "list_url": reverse("staff-pathway-list", args=place[:1])
        }


class StaffPathwayNew(StaffView, View):
    """A form with one group; "Add a group" keeps what was written and gives another."""

    permission = Permission.OFFERING_WRITE
    form_class = NewPathwayForm

    def get(self, request, code=""):
        values, groups = self.stored(code)
        return self.answer(self.form_class(initial=values), self.formset(initial=groups), code=code)

    def post(self, request, code=""):
        self.stored(code)
        form, groups = self.form_class(request.POST), self.formset(request.POST)
        if not (form.is_valid() & groups.is_valid()):
            return self.answer(form, groups, code=code)
        try:
            pathway = self.write(form, groups.rules(), code=code)
        except Invalid as refusal:
            for field, said in refusal.reasons:
                form.add_error(field if field in form.fields else None, said)
            return self.answer(form, groups, code=code)
        messages.success(request, _("Saved."))
        name = "staff-pathway-edit" if "more" in request.POST else "staff-pathway"
        return redirect(name, self.institution.code.lower(), pathway.code)

    def formset(self, data=None, **kwargs):
        return GroupFormSet(data, prefix="groups", **kwargs)

    def stored(self, code: str) -> tuple[dict, list[dict]]:
        return {}, []

    def write(self, form, rules: list[dict], *, code: str) -> Pathway:
        return actions.create(
            institution=self.institution,
            code=form.cleaned_data["code"],
            content=form.content(rules),
            by=self.request.user,
            at=timezone.now(),
        )

    def answer(self, form, groups, *, code: str):
        back = [self.institution.code.lower(), *filter(None, [code])]
        context = {
            "form": form,
            "groups": groups,
            "code": code,
            "institution": self.institution,
            "cancel_url": reverse("staff-pathway" if code else "staff-pathway-list", args=back),
        }
        return render(self.request, "registry/pathway_form.html", context)


class StaffPathwayEdit(StaffPathwayNew):
    form_class = PathwayForm

    def get(self, request, code):
        if own(self.institution, code).status != Pathway.Status.DRAFT:
            messages.warning(request, _("The pathway is published. Take it back to change it."))
            return redirect("staff-pathway", self.institution.code.lower(), code)
        return super().get(request, code)

    def stored(self, code):
        return initial(own(self.institution, code))

    def write(self, form, rules, *, code):
        pathway = own(self.institution, code)
        actions.save(pathway=pathway, content=form.content(rules), by=self.request.user, at=timezone.now())
        return pathway


class StaffPathwayPublish(StaffView, View):
    permission = Permission.OFFERING_WRITE
    http_method_names = ["post"]

    def post(self, request, code):
        actions.publish(pathway=own(self.institution, code), by=request.user, at=timezone.now())
        messages.success(request, _("The pathway is in the catalogue now."))
        return redirect("staff-pathway", self.institution.code.lower(), code)


class StaffPathwayTakeBack(StaffView, View):
    permission = Permission.OFFERING_WRITE
    http_method_names = ["post"]

    def post(self, request, code):
        actions.take_back(pathway=own(self.institution, code), by=request.user, at=timezone.now())
        messages.success(request, _("The pathway is a draft again; the catalogue no longer shows it."))
        return redirect("staff-pathway", self.institution.code.lower(), code)


def own(institution, code: str) -> Pathway:
    """The institution's pathway; another's is not there."""
    pathway = (
        institution.pathways.filter(code=code)
        .select_related("institution")
        .prefetch_related("offerings__institution", "offerings__published__outcomes")
        .first()
    )
    if pathway is None:
        raise Http404
    return pathway
