"""Valid rows without surprises; each package has its module."""

from datetime import UTC, datetime

AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
