"""The package's tasks, named for Celery's discovery; each stands beside what it runs."""

from quality.actions.bundles import make, resume
from quality.actions.evidence import forget_due
from quality.actions.notices import write_due
from quality.actions.surveys import send_due
from quality.actions.triggers import find_due

__all__ = ["find_due", "forget_due", "make", "resume", "send_due", "write_due"]
