"""Hand work to a worker once the transaction is committed; a missing broker never breaks the request."""

import logging

from celery import Task
from django.db import transaction
from kombu.exceptions import ChannelError, OperationalError

log = logging.getLogger(__name__)


def later(task: Task, *args) -> None:
    """Queue the task on commit. Without a broker the sweep finds the work in its rows, a minute later."""
    transaction.on_commit(lambda: _send(task, args))


def _send(task: Task, args: tuple) -> None:
    try:
        task.apply_async(args=args, retry=False)
    except (OperationalError, ChannelError, OSError) as problem:
        log.warning("no broker for %s: %s; the sweep will do it", task.name, problem)
