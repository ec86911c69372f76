"""The package's tasks, named for Celery's discovery; each stands beside what it runs."""

from registry.mail import deliver

__all__ = ["deliver"]
