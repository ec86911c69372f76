"""The package's tasks, named for Celery's discovery; each stands beside what it runs."""

from credentials.actions.attainment_files import forget_rows
from credentials.actions.batches import resume, run
from credentials.actions.enrolments import fill_places
from credentials.actions.shares import remind_due
from credentials.actions.status_lists import sign_due

__all__ = ["fill_places", "forget_rows", "remind_due", "resume", "run", "sign_due"]
