"""The package's tasks, named for Celery's discovery; each stands beside what it runs."""

from registry.actions.realisations import end_due
from registry.api.dump import nightly
from registry.mail import deliver

__all__ = ["deliver", "end_due", "nightly"]
