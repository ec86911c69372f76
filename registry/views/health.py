"""What the operator's machinery asks: is the process alive, can it do its work, what has it counted."""

import os

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse, HttpResponseNotFound, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView
from kombu import Connection


@never_cache
@require_safe
def live(_request) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


@never_cache
@require_safe
def ready(_request) -> JsonResponse:
    """200 when pages and tasks can be served, else 503. The body names each check, not the fault."""
    checks = {name: _passes(check) for name, check in CHECKS.items()}
    return JsonResponse(checks, status=200 if all(checks.values()) else 503)


@require_safe
def metrics(request) -> HttpResponse:
    """Prometheus' format, to whoever shows METRICS_TOKEN. Where none is set: open, in production closed."""
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if settings.METRICS_TOKEN:
        allowed = constant_time_compare(shown, settings.METRICS_TOKEN)
    else:
        allowed = not settings.PRODUCTION
    if not allowed:
        return HttpResponseNotFound()
    return ExportToDjangoView(request)


def _passes(check) -> bool:
    try:
        return check()
    except Exception:  # noqa: BLE001  whatever it is that does not answer, the answer here is "not ready"
        return False


def _database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def _migrations_are_applied() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _queue_answers() -> bool:
    if not settings.REDIS_URL:
        return os.access(settings.CELERY_BROKER_TRANSPORT_OPTIONS["data_folder_in"], os.W_OK)
    with Connection(settings.CELERY_BROKER_URL, connect_timeout=2) as broker:
        return broker.default_channel.client.ping()


CHECKS = {"database": _database_answers, "migrations": _migrations_are_applied, "queue": _queue_answers}
