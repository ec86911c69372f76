"""Fixtures of the whole suite: the reference folder and its peers, a browser, a worker, the served site."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import compress
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection, transaction
from django.utils import translation

from registry import catalogue
from tests import peers as npm
from tests.worker import Worker

ROOT = Path(__file__).resolve().parents[1]
NO_SKIP = set(filter(None, os.environ.get("REGISTRY_NO_SKIP", "").split(",")))  # marks whose tests must run
# A page's scripts run too shortly for what V8 gains by compiling them twice.
COMPILE_ONCE = "--js-flags=--no-turbofan,--no-maglev"
# Each window would start processes for lists under an address bar that nobody sees: 0.8 s of processor time.
# Of two such flags Chromium hears the last: what Playwright switches off is named again.
WITHOUT = (
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,PreloadTopChromeWebUI,InitialWebUI,"
    "SpareRendererForSitePerProcess,AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,"
    "HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,LensOverlay,MediaRouter,PaintHolding,AimEnabled,"
    "ThirdPartyStoragePartitioning,AvoidCorsURLLoaderRestartOnRedirect,OptimizationHints,PreconnectToSearch,"
    "NetworkTimeServiceQuerying"
)
# The first has no windows to care for: a fifth of the processor time less.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def pytest_configure():
    django_settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher"
    ]  # the real one takes 0.3 s
    django_settings.WHITENOISE_AUTOREFRESH = True  # else every client lists all static files anew


def pytest_collection_modifyitems(config, items):
    """Tests of the servers' own behaviour belong to the half that has them; those that say the same on each,
    to the first. A long journey speaks Finnish in one half and Swedish in the other, some also English: all
    are heard in one `manage.py test`."""
    has_servers = bool(django_settings.REDIS_URL)
    spoken = "sv" if has_servers else "fi"

    def belongs(item) -> bool:
        if not has_servers and item.get_closest_marker("services"):
            return False
        if has_servers and item.get_closest_marker("once") and not item.get_closest_marker("on_each"):
            return False
        if has_servers and not _asks_a_server(item):
            return False
        language = item.callspec.params.get("language") if hasattr(item, "callspec") else None
        if language == "en" and "somebody" in item.fixturenames:
            return has_servers and item.get_closest_marker("in_english")
        return not item.get_closest_marker("one_language") or language == spoken

    config.hook.pytest_deselected(items=[item for item in items if not belongs(item)])
    items[:] = _long_ones_first([item for item in items if belongs(item)])


def _asks_a_server(item) -> bool:
    """Without the database there is no cache, queue or letter either: the test says the same everywhere."""
    asks = any(map(item.get_closest_marker, ("django_db", "services", "worker")))
    return asks or not {"db", "transactional_db"}.isdisjoint(item.fixturenames)


def _long_ones_first(items: list) -> list:
    """Two workers take a half of the list each: both begin with long tests, so that neither waits for the
    other's last journey. The tests of a module stay together."""
    is_long = [any(map(item.get_closest_marker, ("browser", "worker", "slow"))) for item in items]
    long = list(compress(items, is_long))
    short = [item for item, one in zip(items, is_long, strict=True) if not one]
    first = set(list(dict.fromkeys(item.path for item in long))[::2])
    half = len(short) // 2
    return [
        *(item for item in long if item.path in first),
        *short[:half],
        *(item for item in long if item.path not in first),
        *short[half:],
    ]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Where REGISTRY_NO_SKIP names a mark, a skip is a failure: a check that stops silently is none."""
    report = yield
    marks = NO_SKIP & {mark.name for mark in item.iter_markers()}
    if report.skipped and marks and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{', '.join(sorted(marks))} must run here (REGISTRY_NO_SKIP). {reason}"
    return report


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """PostgreSQL drops no database that somebody is connected to: what a killed process or the served site
    left open at the end is closed first."""
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(autouse=True)
def fresh_cache(request):
    """What commits, and Redis, is not rolled back after a test."""
    marker = request.node.get_closest_marker("django_db")
    commits = (marker and marker.kwargs.get("transaction")) or "transactional_db" in request.fixturenames
    if commits:
        request.getfixturevalue("transactional_db")
    if commits or django_settings.REDIS_URL:
        cache.clear()
    yield
    if commits:  # its tries of an hour are in the table still; the next test may be rolled back and not look
        cache.clear()


@pytest.fixture(autouse=True)
def fresh_catalogue():
    """The catalogue in memory goes by a number that a test's rollback takes back."""
    catalogue.drop()


@pytest.fixture(autouse=True)
def fresh_language():
    """A page that was asked for in one language leaves it behind; each test starts in the default one."""
    translation.deactivate()


@pytest.fixture(scope="session")
def made_once(django_db_setup, django_db_blocker):
    """`with made_once(make): yield` in a fixture of a module: rows that its tests begin with, made once.

    A transaction around the tests' own: each of them is rolled back to what was made. A module whose tests
    commit cannot have it.
    """

    @contextmanager
    def around(make):
        outer = transaction.atomic()
        with django_db_blocker.unblock():
            outer.__enter__()
            make()
        yield
        with django_db_blocker.unblock():
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)

    return around


# The reference folder


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder that holds `reference` and `interop`: official files and other people's software."""
    folder = Path(os.environ.get("REGISTRY_REFERENCE") or ROOT.parent / "shared").resolve()
    if not (folder / "reference").is_dir():
        pytest.skip("no reference folder: set REGISTRY_REFERENCE, or put it at ../shared")
    return folder


@pytest.fixture(scope="session")
def reference(shared) -> Path:
    return shared / "reference"


@pytest.fixture(scope="session")
def interop(shared) -> Path:
    return shared / "interop"


@pytest.fixture(scope="session")
def peers(shared) -> Iterator[npm.Peers]:
    """`peers.says("verify_openbadge.mjs", …)`. Mark such tests `peers`."""
    if reason := npm.missing_node():
        pytest.skip(reason)
    running = npm.Peers(npm.install(shared))
    yield running
    running.close()


@pytest.fixture(scope="session")
def wallet_peer() -> Path:
    """The folder to run `node wallet.mjs …` in. Mark such tests `peers`."""
    if reason := npm.missing_node():
        pytest.skip(reason)
    return npm.install_wallet()


# Programs that a machine may lack


@pytest.fixture(scope="session")
def xmlsec1() -> str:
    return shutil.which("xmlsec1") or pytest.skip("the command xmlsec1 is missing (Debian: xmlsec1)")


@pytest.fixture(scope="session")
def java() -> str:
    return shutil.which("java") or pytest.skip("java is missing (Debian: default-jdk-headless libjaxb-java)")


# Browser and site


@pytest.fixture(scope="session")
def browser():
    """Chromium, driven by Playwright. Mark such tests `browser`."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        pytest.skip("no Chromium found (Debian: chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage", COMPILE_ONCE, WITHOUT]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def site(live_server, settings) -> str:
    """The address of the served product, which is also the address in its documents."""
    settings.BASE_URL = settings.SITE_URL = live_server.url
    return live_server.url


@pytest.fixture
def page(browser, site):
    """A fresh visitor with a Finnish browser. The console stays silent about the content security policy."""
    context = browser.new_context(base_url=site, locale="fi-FI", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(15_000)
    complaints = []
    page = context.new_page()
    page.on(
        "console",
        lambda line: complaints.append(line.text) if "Content Security Policy" in line.text else None,
    )
    yield page
    context.close()
    assert complaints == []


# Worker


@pytest.fixture
def worker(transactional_db, settings):
    """Starts Celery workers: `worker()`, again after `.kill()`. BASE_URL is the test's own."""
    from registry.config.celery import app

    app.control.purge()
    started = []

    def start(*arguments: str, **environment: str) -> Worker:
        started.append(Worker(*arguments, **{"BASE_URL": settings.BASE_URL} | environment))
        return started[-1].wait_until_ready()

    yield start
    for one in started:
        one.kill()  # a stop would wait for its queues
