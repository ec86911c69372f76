"""One deed for several offerings: asked for in the list, confirmed here, and told row by row."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from quality.actions import several
from quality.forms.reviews import EndForm
from quality.forms.supply import PersonForm, TermForm
from registry.access import Permission
from registry.models import OfferingVersion
from registry.templatetags.texts import in_reader_language
from registry.web import StaffView, named, version_name

P = Permission


@dataclass(frozen=True)
class Deed:
    """What can be done to several at once: who may, what the page says, what it asks, what is called."""

    permission: Permission
    title: str | Promise
    text: str | Promise
    act: Callable
    form: Callable | None = None
    is_grave: bool = False


def _term_form(data=None) -> TermForm:
    return TermForm(data, today=timezone.localdate())


DEEDS = {
    "submit": Deed(
        P.OFFERING_WRITE,
        gettext_lazy("Send to review"),
        gettext_lazy("The texts are locked until the decision. What is not complete stays a draft."),
        several.submit,
    ),
    "term": Deed(
        P.OFFERING_WRITE,
        gettext_lazy("Plan for a term"),
        gettext_lazy("The supply calendar shows them under the term."),
        several.plan,
        _term_form,
    ),
    "contact": Deed(
        P.OFFERING_WRITE,
        gettext_lazy("Change a contact"),
        gettext_lazy(
            "The person takes the place of whoever has the function now. The catalogue shows it at once."
        ),
        several.put_contact,
        PersonForm,
    ),
    "retire": Deed(
        P.OFFERING_END,
        gettext_lazy("End the offerings"),
        gettext_lazy(
            "They leave the catalogue's list for good. Their pages stay, marked as ended, and credentials"
            " already issued stay valid."
        ),
        several.retire,
        EndForm,
        is_grave=True,
    ),
}


class OfferingSeveral(StaffView, View):
    """GET asks, POST does. `chosen` names each version as its code and number: OAMK-MC-2026-001.v2."""

    permission = Permission.OFFERING_READ

    def get(self, request):
        if not request.GET.get("do"):
            return self._to_list()
        deed, chosen = self._asked(request.GET)
        if not chosen:
            messages.warning(request, _("Choose at least one offering first."))
            return self._to_list()
        return self._confirm(deed, chosen, form=deed.form and deed.form())

    def post(self, request):
        deed, chosen = self._asked(request.POST)
        form = deed.form and deed.form(request.POST)
        if form and not form.is_valid():
            return self._confirm(deed, chosen, form=form)
        said = form.cleaned_data if form else {}
        outcomes = deed.act(versions=chosen, by=request.user, at=timezone.now(), **said)
        context = {
            "institution": self.institution,
            "title": deed.title,
            "rows": [_row(one.version, outcome=one) for one in outcomes],
            "done": sum(one.is_done for one in outcomes),
            "lost": self._lost(request.POST, chosen),
            "list_url": self._list_url,
        }
        return render(request, "quality/several_done.html", context)

    def _asked(self, data: QueryDict) -> tuple[Deed, list[OfferingVersion]]:
        """The deed and the own versions that were chosen, each still the newest of its offering."""
        if data.get("do") not in DEEDS:
            raise Http404
        deed = DEEDS[data["do"]]
        if deed.permission not in self.permissions:
            raise PermissionDenied(
                _("Your role does not include this. Ask your institution's admin for the right role.")
            )
        newest = self.institution.offerings.newest_versions().select_related("offering__institution")
        return deed, named(newest.order_by("offering__code"), data.getlist("chosen"))

    def _lost(self, data: QueryDict, chosen: list[OfferingVersion]) -> list[str]:
        """What was chosen and is not there any more: another version came meanwhile."""
        return sorted(set(data.getlist("chosen")) - {version_name(version) for version in chosen})

    def _confirm(self, deed: Deed, chosen: list[OfferingVersion], *, form):
        data = self.request.POST or self.request.GET
        context = {
            "institution": self.institution,
            "deed": deed,
            "do": data["do"],
            "form": form,
            "rows": [_row(version) for version in chosen],
            "lost": self._lost(data, chosen),
            "list_url": self._list_url,
        }
        return render(self.request, "quality/several.html", context)

    @property
    def _list_url(self) -> str:
        return reverse("offering-list", args=[self.institution.code.lower()])

    def _to_list(self):
        return redirect(self._list_url)


def _row(version: OfferingVersion, *, outcome: several.Outcome | None = None) -> dict:
    code = version.offering.institution.code.lower()
    return {
        "name": version_name(version),
        "version": version,
        "title": in_reader_language(version.title, main=version.primary_language),
        "url": reverse("version-detail", args=[code, version.offering.code, version.number]),
        "outcome": outcome,
    }
