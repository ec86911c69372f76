"""What every page stands on: the door of the staff's, learner's and partner's pages, and how a refusal
looks."""

import json
from collections.abc import Collection
from functools import lru_cache
from importlib.resources import files

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from registry import access
from registry.access import Permission
from registry.errors import Refused
from registry.models import Institution, OfferingVersion
from registry.models.texts import CONTROL

# Each in its own language, never translated.
OWN_NAMES = {"fi": "suomeksi", "sv": "på svenska", "en": "in English"}

# With one of these cookies a page may hold more than what everybody sees: a name, a message.
STRANGER_LACKS = frozenset({settings.SESSION_COOKIE_NAME, "messages"})


def is_stranger(request) -> bool:
    """Whether a page for this person is the page for everybody."""
    return STRANGER_LACKS.isdisjoint(request.COOKIES)


class SignedInView:
    """Mixin: a page for a signed-in person; a stranger is sent to sign in and comes back."""

    def dispatch(self, request, *args, **kwargs):
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return super().dispatch(request, *args, **kwargs)


class StaffView(SignedInView):
    """Mixin: a page of one institution, for its own people with `permission`.

    The address names the institution (`<str:institution>`, lower-case code). Another's institution is a 404,
    a missing permission a 403. Sets `self.institution` (start every query from its relations),
    `self.permissions`, `self.role`.
    """

    permission: Permission
    institution: Institution
    permissions: frozenset[Permission]
    role: str

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            self._enter(request, code=kwargs.pop("institution"))
            self.kwargs.pop("institution", None)
        return super().dispatch(request, *args, **kwargs)

    def _enter(self, request, *, code: str) -> None:
        memberships = list(request.user.memberships.select_related("institution"))
        own = {m.institution.code.lower(): m.institution for m in memberships}
        if code not in own:
            raise Http404
        self.institution = own[code]
        held = [
            role
            for role in access.ROLES
            if role in {m.role for m in memberships if m.institution == own[code]}
        ]
        self.permissions = frozenset().union(*(access.ROLES[role] for role in held))
        self.role = next((role for role in held if self.permission in access.ROLES[role]), "")
        if self.permission not in self.permissions:
            raise PermissionDenied(
                _("Your role does not include this. Ask your institution's admin for the right role.")
            )
        request.institution = self.institution
        request.permissions = self.permissions

    def get_context_data(self, **kwargs):
        return super().get_context_data(institution=self.institution, permissions=self.permissions, **kwargs)


class VersionPage(StaffView):
    """Mixin: one version of the institution's, by code and number; `url(name, …)` addresses its pages."""

    @cached_property
    def version(self) -> OfferingVersion:
        offering = get_object_or_404(self.institution.offerings, code=self.kwargs["code"])
        return get_object_or_404(self.with_parts(offering.versions.all()), number=self.kwargs["number"])

    def with_parts(self, versions: QuerySet[OfferingVersion]) -> QuerySet[OfferingVersion]:
        """The versions with what the page shows of them."""
        return versions.select_related("offering__institution", "offering__published")

    def url(self, name: str, *more) -> str:
        return reverse(
            name, args=[self.institution.code.lower(), self.kwargs["code"], self.kwargs["number"], *more]
        )


def version_name(version: OfferingVersion) -> str:
    """A version as a form names it among several: OAMK-MC-2026-001.v2."""
    return f"{version.offering.code}.v{version.number}"


def named(versions: QuerySet[OfferingVersion], names: Collection[str]) -> list[OfferingVersion]:
    """Those of the versions that a form has named so."""
    codes = {name.rpartition(".v")[0] for name in names if not CONTROL.search(name)}
    return [one for one in versions.filter(offering__code__in=codes) if version_name(one) in names]


class CleanAddressMiddleware:
    """An address with a control character names nothing; PostgreSQL could not even be asked for it.

    The API says so itself, in its own form.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if CONTROL.search(request.path_info) and not request.path_info.startswith("/api/"):
            raise Http404
        return self.get_response(request)


class RefusedMiddleware:
    """Turns a Refused that an action raised into a page that says why and what to do next (409, own work
    403)."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not isinstance(exception, Refused):
            return None
        context = {
            "message": exception.message,
            "reasons": exception.reasons,
            "back": own_page(request, request.headers.get("Referer", "")),
        }
        return render(request, "409.html", context, status=exception.status)


def own_page(request, address: str) -> str:
    """The address when it is one of ours, else ""."""
    is_ours = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if is_ours else ""


def too_many(request, seconds: int):
    """The page for an address that has to wait."""
    response = render(request, "429.html", status=429)
    response["Retry-After"] = str(seconds)
    return response


def site(request) -> dict:
    """Context of every page: languages, the person's places for the menu, and the demo's people."""
    place = {"languages": languages(request), "section": section(request), "demo": settings.DEMO}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {**place, "demo_people": demo_people() if settings.DEMO else []}
    memberships = list(
        user.memberships.select_related("institution").order_by("institution__short_name", "pk")
    )
    staff = {m.institution for m in memberships if m.role in access.STAFF_ROLES}
    partner = {m.institution for m in memberships if m.role == access.Role.PARTNER}
    return {
        **place,
        "is_learner": user.learner_records.exists(),
        "staff_institutions": sorted(staff, key=lambda one: one.short_name),
        "partner_institutions": sorted(partner, key=lambda one: one.short_name),
    }


def languages(request) -> list[dict]:
    """The same page and query in each language; an address without a language leads to the front page."""
    current, address = get_language(), request.get_full_path()
    inside = address.startswith(f"/{current}/")
    return [
        {
            "code": code,
            "name": OWN_NAMES[code],
            "url": f"/{code}/{address.removeprefix(f'/{current}/')}" if inside else f"/{code}/",
            "is_current": code == current,
        }
        for code in OWN_NAMES
    ]


def section(request) -> str:
    """The part of the site the page belongs to: what follows the language in its address."""
    return [*request.path.split("/"), "", ""][2]


@lru_cache
def demo_people() -> list[dict]:
    """The demo's people for the sign-in page: name, email, password, role, role_name, institution."""
    names = {**dict(access.Role.choices), "learner": gettext_lazy("Learner")}
    text = files("registry").joinpath("data/demo_people.json").read_text(encoding="utf-8")
    return [{**person, "role_name": names[person["role"]]} for person in json.loads(text)["people"]]
