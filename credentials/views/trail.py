import re

from django.core.paginator import Paginator
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from credentials.forms.trail import TrailForm
from credentials.models import Credential
from credentials.views import wording
from registry import access, trail
from registry.access import Permission
from registry.actions import codelists
from registry.models import TrailEntry
from registry.templatetags.texts import in_reader_language
from registry.web import StaffView

PAGE = 50
KIND = "credential:"
CODED = re.compile(r"([a-z_]+)(: [0-9a-f-]{36})?")  # a reason out of a list, and which part moved a whole


class TrailList(StaffView, TemplateView):
    """Who did what in the institution, and who saw whose data; newest first.

    What is searched for stays in the session: names and e-mails do not belong in addresses and logs.
    """

    permission = Permission.TRAIL_READ
    template_name = "credentials/trail_list.html"

    def post(self, request, **kwargs):
        form = _form({} if "all" in request.POST else request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        request.session[self.key] = form.cleaned_data
        return redirect("trail-list", self.institution.code.lower())

    def get_context_data(self, *, form=None, **kwargs):
        form = form or _form(self.request.session.get(self.key, {}))
        asked = form.cleaned_data if form.is_valid() else {}
        if one := self.institution.credentials.filter(human_code=_plain(asked.get("about", ""))).first():
            asked = {**asked, "about": str(one.pk)}
        page = Paginator(trail.find(institution=self.institution, **asked), PAGE).get_page(
            self.request.GET.get("page")
        )
        people, named = trail.people(page.object_list), self.credentials(page.object_list)
        reasons = dict(Credential.SuspensionReason.choices) | {
            code: in_reader_language(label)["text"]
            for code, label in codelists.labels(code_list="revocation_reason").items()
        }
        return super().get_context_data(
            form=form,
            page=page,
            rows=[_row(entry, people=people, credentials=named, reasons=reasons) for entry in page],
            is_filtered=any(asked.values()),
            home_url=reverse("staff-home", args=[self.institution.code.lower()]),
            **kwargs,
        )

    def credentials(self, entries) -> dict[str, dict]:
        """Those that lines are about, by title and code: of the number alone nobody knows which one it is."""
        pks = {one.about.removeprefix(KIND) for one in entries if one.about.startswith(KIND)}
        found = self.institution.credentials.filter(pk__in=pks).defer("document")
        code = self.institution.code.lower()
        may_read = Permission.CREDENTIAL_READ in self.permissions
        return {
            f"{KIND}{one.pk}": {
                "title": wording.title(one),
                "code": one.grouped_code,
                "url": reverse("credential-detail", args=[code, one.pk]) if may_read else "",
            }
            for one in found
        }

    @property
    def key(self) -> str:
        return f"trail:{self.institution.code}"


def _plain(about: str) -> str:
    """As a human code is stored, however it was typed."""
    return about.replace("-", "").replace(" ", "").upper()


def _form(asked) -> TrailForm:
    return TrailForm(asked, verbs=list(trail.VERBS.items()))


def _row(entry: TrailEntry, *, people: dict, credentials: dict, reasons: dict) -> dict:
    kind, _colon, name = entry.about.partition(":")
    return {
        "at": entry.at,
        "by": _by(entry),
        "roles": "" if trail.is_by_learner(entry) else access.names(entry.role),
        "verb": trail.VERBS.get(entry.verb, entry.verb),
        "kind": trail.KINDS.get(kind, kind),
        "about": people.get(entry.about, name),
        "credential": credentials.get(entry.about),
        "change": access.names(entry.was or entry.became)
        if kind == "roleinvitation" or entry.verb in ("role_given", "role_taken")
        else "",
        "reason": _reason(entry, reasons=reasons) or trail.purpose(entry) or entry.reason,
    }


def _reason(entry: TrailEntry, *, reasons: dict) -> str:
    """Of a credential that moved: why, where that was no text of somebody's own."""
    found = CODED.fullmatch(entry.reason)
    if found is None or not entry.about.startswith(KIND):
        return ""
    if entry.verb == Credential.Status.VALID and found[1] == Credential.SuspensionReason.PART:
        return _("A part of the whole is in force again")
    return str(reasons.get(found[1], ""))


def _by(entry: TrailEntry):
    """The person, or what they are called where the institution must not learn who it was."""
    if trail.is_by_learner(entry):
        return _("Learner")
    if entry.verb == "declined" and entry.about.startswith("roleinvitation:"):
        return _("Whoever was invited")
    return entry.by
