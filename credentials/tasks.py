"""The package's tasks, named for Celery's discovery; each stands beside what it runs."""

from credentials.actions import batch_certificates
from credentials.actions.attainment_files import forget_rows
from credentials.actions.batches import resume, run
from credentials.actions.continuity_packs import make
from credentials.actions.enrolments import fill_places
from credentials.actions.issued_log import put_in_order
from credentials.actions.shares import remind_due
from credentials.actions.status_lists import sign_due
from credentials.actions.suspensions import end_due
from credentials.actions.wallet_offers import forget_unused

__all__ = [
    "batch_certificates",
    "end_due",
    "fill_places",
    "forget_rows",
    "forget_unused",
    "make",
    "put_in_order",
    "remind_due",
    "resume",
    "run",
    "sign_due",
]
