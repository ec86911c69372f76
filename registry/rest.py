"""What every endpoint stands on: problem details (RFC 9457), pages of results, strict parameters."""

import threading
import time
from collections import Counter

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, JsonResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.decorators import method_decorator
from django.utils.translation import get_language_from_path, override
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page
from django.views.defaults import page_not_found
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import extend_schema_field
from rest_framework import exceptions, serializers
from rest_framework.authentication import BaseAuthentication
from rest_framework.pagination import PageNumberPagination
from rest_framework.permissions import AllowAny, BasePermission
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import set_rollback

from registry.actions import partner_keys
from registry.errors import Refused
from registry.models import PartnerKey
from registry.models.texts import CONTROL, LANGUAGES, refuse_control_characters

PROBLEM = "application/problem+json"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"  # of the open data


class Pages(PageNumberPagination):
    """`page` and `page_size` (at most 100); answers count, next, previous, results. No such page is a 400."""

    page_size = 25
    page_size_query_param = "page_size"
    max_page_size = 100

    def get_page_size(self, request):
        asked = request.query_params.get(self.page_size_query_param)
        if asked is None:
            return self.page_size
        if not (asked.isdecimal() and len(asked) <= 3 and 1 <= int(asked) <= self.max_page_size):
            raise exceptions.ValidationError(
                {"page_size": [_("Give a whole number from 1 to %(most)d.") % {"most": self.max_page_size}]}
            )
        return int(asked)

    def get_schema_operation_parameters(self, view):
        page, size = super().get_schema_operation_parameters(view)
        page["schema"] |= {"minimum": 1}
        size["schema"] |= {"minimum": 1, "maximum": self.max_page_size}
        return [page, size]

    def get_paginated_response_schema(self, schema):
        """As OpenAPI 3.1 says that a value may be null."""
        page = super().get_paginated_response_schema(schema)
        for name in ("next", "previous"):
            del page["properties"][name]["nullable"]
            page["properties"][name]["type"] = ["string", "null"]
        return page

    def paginate_queryset(self, queryset, request, view=None):
        try:
            return super().paginate_queryset(queryset, request, view=view)
        except exceptions.NotFound:
            raise exceptions.ValidationError({"page": [_("There is no such page.")]}) from None


class PerMinute(BaseThrottle):
    """At most API_REQUESTS_PER_MINUTE of one address, counted by each process for itself: a brake.

    It costs no query, so that reading the open data stays cheap.
    """

    _minute, _counts = 0, Counter()
    _lock = threading.Lock()

    def allow_request(self, request, view):
        if request.auth:  # a key has its own quota
            return True
        minute = int(time.time()) // 60
        with self._lock:
            if minute != PerMinute._minute:
                PerMinute._minute, PerMinute._counts = minute, Counter()
            self._counts[self.get_ident(request)] += 1
            return self._counts[self.get_ident(request)] <= settings.API_REQUESTS_PER_MINUTE

    def wait(self):
        return 60 - int(time.time()) % 60


class BearerKey(BaseAuthentication):
    """`Authorization: Bearer …` with the secret of a partner key, which becomes `request.auth`."""

    def authenticate(self, request):
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        key = partner_keys.find(secret=secret.strip())
        if key is None:
            raise exceptions.AuthenticationFailed(_("The key is wrong, or it has been revoked."))
        return AnonymousUser(), key

    def authenticate_header(self, request):
        return "Bearer"


class BearerKeyScheme(OpenApiAuthenticationExtension):
    """How the contract describes a key."""

    target_class = "registry.rest.BearerKey"
    name = "partnerKey"

    def get_security_definition(self, auto_schema):
        return {"type": "http", "scheme": "bearer", "description": "A key that an institution's admin makes."}


class PerDay(BaseThrottle):
    """At most as many requests a day as the key's quota; every one is counted."""

    def allow_request(self, request, view):
        return not request.auth or partner_keys.count(key=request.auth, at=timezone.now())

    def wait(self):
        return partner_keys.seconds_left(timezone.now())


class HasKey(BasePermission):
    def has_permission(self, request, view):
        return bool(request.auth)


class PublicEndpoint:
    """Mixin: open data. Anybody may ask, with or without a key; the answer has an ETag and may be kept."""

    authentication_classes = (BearerKey,)
    permission_classes = (AllowAny,)
    throttle_classes = (PerMinute, PerDay)
    scope = PartnerKey.Scope.CATALOGUE
    known_parameters: tuple[str, ...] = ("page", "page_size")

    @method_decorator(conditional_page)
    def dispatch(self, request, *args, **kwargs):
        return super().dispatch(request, *args, **kwargs)

    def check_permissions(self, request):
        super().check_permissions(request)
        if request.auth and self.scope not in request.auth.scopes:
            raise exceptions.PermissionDenied(_("This key does not open these data. Ask for another one."))

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        if any(CONTROL.search(str(part)) for part in kwargs.values()):
            raise Http404  # PostgreSQL could not be asked for it
        unknown = set(request.query_params) - set(self.known_parameters)
        if self.known_parameters and unknown:
            raise exceptions.ValidationError(
                {name: [_("There is no such parameter.")] for name in sorted(unknown)}
            )

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        patch_cache_control(response, public=True, no_cache=True)
        response["Link"] = f'<{LICENCE}>; rel="license"'
        return response


class KeyEndpoint(PublicEndpoint):
    """Mixin: data of the key's own institution. Start every query from `request.auth.institution`."""

    permission_classes = (HasKey,)
    scope = PartnerKey.Scope.OWN

    def finalize_response(self, request, response, *args, **kwargs):
        response = super(PublicEndpoint, self).finalize_response(request, response, *args, **kwargs)
        patch_cache_control(response, private=True, no_cache=True)
        return response


TEXTS = {
    "type": "object",
    "properties": {language: {"type": "string"} for language in LANGUAGES},
    "additionalProperties": False,
    "description": "The text by language. A language that is missing or empty has no text.",
}


@extend_schema_field(TEXTS)
class TextsField(serializers.JSONField):
    """A text as {"fi", "sv", "en"}."""


class CleanSerializer(serializers.Serializer):
    """A serializer whose text refuses control characters."""

    def validate(self, attrs):
        refuse_control_characters(attrs)
        return super().validate(attrs)


def problem(
    *, status: int, code: str, title: str, detail: str = "", errors: list | None = None, headers=None, **more
) -> Response:
    """A problem document. `code` is stable, `title` and `detail` are in the caller's language.

    `errors` lists {"name": parameter or field, "detail": what is wrong}; `more` are members of its own.
    """
    body = {"type": "about:blank", "status": status, "code": code, "title": title, **more}
    if detail:
        body["detail"] = detail
    if errors:
        body["errors"] = errors
    return Response(body, status=status, content_type=PROBLEM, headers=headers)


def no_such_address(request, exception):
    """Django's handler404: an address that no route knows is told in the form of its place."""
    if not request.path_info.startswith("/api/"):
        return _page_not_found(request, exception)
    body = problem(
        status=404, code=exceptions.NotFound.default_code, title=str(exceptions.NotFound.default_detail)
    ).data
    return JsonResponse(body, status=404, content_type=PROBLEM)


def _page_not_found(request, exception):
    """In the language of the address; without one, in that of the reader's account, else of their browser."""
    user = getattr(request, "user", None)  # none yet where a middleware refuses
    if get_language_from_path(request.path_info) or user is None or not user.is_authenticated:
        return page_not_found(request, exception)
    with override(user.language):
        response = page_not_found(request, exception)
    response.headers["Content-Language"] = user.language
    return response


def problem_handler(exc, context) -> Response | None:
    """DRF's exception handler: every error is a problem document; what is unknown becomes a 500."""
    if isinstance(exc, Http404):
        exc = exceptions.NotFound()
    elif isinstance(exc, PermissionDenied):
        exc = exceptions.PermissionDenied()
    set_rollback()
    if isinstance(exc, Refused):
        errors = [{"name": name, "detail": str(text)} for name, text in exc.reasons]
        return problem(status=exc.status, code=exc.code, title=str(exc.message), errors=errors)
    if isinstance(exc, exceptions.ValidationError):
        errors = [{"name": name, "detail": text} for name, text in _flat(exc.detail)]
        return problem(status=400, code="invalid", title=_("The request is not valid."), errors=errors)
    if isinstance(exc, exceptions.Throttled):
        seconds = str(int(exc.wait or 1))
        title = _("Too many requests. Try again in %(seconds)s seconds.") % {"seconds": seconds}
        return problem(status=429, code="throttled", title=title, headers={"Retry-After": seconds})
    if isinstance(exc, exceptions.APIException):
        said = {
            "WWW-Authenticate": getattr(exc, "auth_header", None),
        }
        headers = {name: str(value) for name, value in said.items() if value}
        return problem(status=exc.status_code, code=exc.default_code, title=str(exc.detail), headers=headers)
    return None


def _flat(detail, prefix: str = "") -> list[tuple[str, str]]:
    """Pairs of (field path, text) of DRF's nested error detail."""
    if isinstance(detail, dict):
        return [
            pair for name, inner in detail.items() for pair in _flat(inner, f"{prefix}.{name}".strip("."))
        ]
    if isinstance(detail, list):
        return [pair for inner in detail for pair in _flat(inner, prefix)]
    return [(prefix, str(detail))]
