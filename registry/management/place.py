"""A place of its own for a command that fills a database and kills processes: nobody's data is near."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
# What a command in its own place must not take over from where it was started.
LEFT_OUT = (
    "PRODUCTION",
    "DEBUG",
    "DEMO",
    "DATABASE_URL",
    "REDIS_URL",
    "EMAIL_URL",
    "SENTRY_DSN",
    "BASE_URL",
    "SITE_URL",
)


def run_there(*arguments: str, database_url: str = "", redis_url: str = "") -> int:
    """Run `manage.py <arguments>` on a temporary folder, with SQLite and the folder's queue.

    `database_url` and `redis_url` name an empty PostgreSQL database and Redis instead. Returns the exit code.
    """
    with tempfile.TemporaryDirectory(prefix="registry-") as folder:
        environment = {name: value for name, value in os.environ.items() if name not in LEFT_OUT} | {
            "VAR_DIR": folder,
            "ENV_FILE": os.devnull,
            "LEMMA_DIR": settings.LEMMA_DIR,
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
        }
        return subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, check=False
        ).returncode
