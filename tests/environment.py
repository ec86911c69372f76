"""Loaded by pytest before Django reads its settings: tests never see the demo's data or a .env file."""

import atexit
import gc
import os
import shutil
import tempfile
from pathlib import Path

OURS = (
    "PRODUCTION", "DEBUG", "DEMO", "BASE_URL", "SITE_URL", "ALLOWED_HOSTS", "SECRET_KEY",
    "SECRET_KEY_FALLBACKS", "KEY_ENCRYPTION_KEY", "KEY_ENCRYPTION_KEY_FALLBACKS", "METRICS_TOKEN",
    "OUTSIDE_SIGNER", "SELF_MADE_SEALS", "HENKILOTUNNUS_KEY", "HENKILOTUNNUS_KEY_FALLBACKS",
    "EMAIL_URL", "DEFAULT_FROM_EMAIL",
    "ACCESSIBILITY_CONTACT", "STATIC_ROOT", "TRUSTED_PROXIES", "SENTRY_DSN",
)  # fmt: skip


def prepare() -> None:
    gc.set_threshold(50_000, 20, 50)  # a sixth of the suite's time went into looking for rubbish
    for name in OURS:
        os.environ.pop(name, None)
    os.environ["ENV_FILE"] = os.devnull
    os.environ["LOG_LEVEL"] = "ERROR"
    # The search dictionaries take 10 s to make and say nothing about anybody: kept between runs.
    os.environ.setdefault("LEMMA_DIR", str(Path(__file__).resolve().parents[1] / "var" / "lemmas"))
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps an event loop in the tests' thread

    if xdist_worker := os.environ.get("PYTEST_XDIST_WORKER"):  # "gw0": its parent has made the folder
        os.environ["VAR_DIR"] = str(Path(os.environ["VAR_DIR"]) / xdist_worker)
        if redis := os.environ.get("REDIS_URL"):
            os.environ["REDIS_URL"] = f"{redis.rpartition('/')[0]}/{int(xdist_worker.removeprefix('gw')) + 1}"
        return
    var = tempfile.mkdtemp(prefix="registry-test-")
    os.environ["VAR_DIR"] = var
    atexit.register(shutil.rmtree, var, ignore_errors=True)


def pytest_collection_finish() -> None:
    """All that has been loaded by now stays to the end: nobody looks at it again for rubbish."""
    gc.freeze()


prepare()
