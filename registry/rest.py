"""What every endpoint stands on: errors as problem details (RFC 9457), pages of results, strict parameters."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions, serializers
from rest_framework.pagination import PageNumberPagination
from rest_framework.response import Response
from rest_framework.views import set_rollback

from registry.errors import Refused
from registry.models.texts import refuse_control_characters

PROBLEM = "application/problem+json"


class Pages(PageNumberPagination):
    """`page` and `page_size` (at most 100); answers count, next, previous, results."""

    page_size = 25
    page_size_query_param = "page_size"
    max_page_size = 100


class CleanSerializer(serializers.Serializer):
    """A serializer whose text refuses control characters."""

    def validate(self, attrs):
        refuse_control_characters(attrs)
        return super().validate(attrs)


def problem(*, status: int, code: str, title: str, detail: str = "", errors: list | None = None, headers=None) -> Response:
    """A problem document. `code` is stable, `title` and `detail` are in the caller's language.

    `errors` lists {"name": parameter or field, "detail": what is wrong}.
    """
    body = {"type": "about:blank", "status": status, "code": code, "title": title}
    if detail:
        body["detail"] = detail
    if errors:
        body["errors"] = errors
    return Response(body, status=status, content_type=PROBLEM, headers=headers)


def problem_handler(exc, context) -> Response | None:
    """DRF's exception handler: every error of the API is a problem document; what is unknown goes to the log as a 500."""
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
    if isinstance(exc, exceptions.APIException):
        headers = {"Retry-After": str(int(exc.wait))} if getattr(exc, "wait", None) else None
        return problem(status=exc.status_code, code=exc.default_code, title=str(exc.detail), headers=headers)
    return None


def _flat(detail, prefix: str = "") -> list[tuple[str, str]]:
    """Pairs of (field path, text) of DRF's nested error detail."""
    if isinstance(detail, dict):
        return [pair for name, inner in detail.items() for pair in _flat(inner, f"{prefix}.{name}".strip("."))]
    if isinstance(detail, list):
        return [pair for inner in detail for pair in _flat(inner, prefix)]
    return [(prefix, str(detail))]
