"""Wiring. Nothing in the three packages imports it; Django, Celery and the servers find it by name."""

from registry.config.celery import app as celery_app  # must exist before any task is called

__all__ = ["celery_app"]
