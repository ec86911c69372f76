"""The Celery application; its settings are the CELERY_* lines of settings.py."""

import os

from celery import Celery, signals
from django_structlog.celery.steps import DjangoStructLogInitStep

from registry.config import broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.config.settings")

broker.install()
app = Celery("registry")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)


@signals.setup_logging.connect
def keep_our_logging(**_):
    """With this receiver Celery leaves Django's LOGGING as it is; it offers no setting for that."""
