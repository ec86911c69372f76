"""The package's tasks, named for Celery's discovery; each stands beside what it runs."""

from quality.actions.notices import write_due

__all__ = ["write_due"]
