import pytest
from django.conf import settings
from django.test import Client

from tests.browser import axe
from tests.browser.people import Person

# Finnish on a usual screen; Swedish at 200 % zoom: half as many CSS pixels, each twice as large.
# English on a phone.
SCREENS = {
    "fi": {"viewport": {"width": 1280, "height": 900}},
    "sv": {"viewport": {"width": 640, "height": 450}, "device_scale_factor": 2},
    "en": {"viewport": {"width": 390, "height": 844}},
}


@pytest.fixture(scope="session")
def is_accessible():
    """Asserts that axe finds nothing on the open page and that it does not scroll sideways at 320 px (N1)."""

    def check(page) -> None:
        assert axe.violations(page) == []
        size = page.viewport_size
        if size["width"] > 320:
            page.set_viewport_size({"width": 320, "height": 800})
        width = page.evaluate("document.documentElement.scrollWidth")
        if size["width"] > 320:
            page.set_viewport_size(size)
        assert width <= 320

    return check


@pytest.fixture(params=["fi", "sv", "en"])
def language(request) -> str:
    return request.param


@pytest.fixture
def somebody(browser, site, is_accessible, language):
    """`somebody(user)` sits down at a browser of their own, signed in; `somebody()` is a stranger."""
    contexts, complaints = [], []

    def sit_down(user=None, *, as_a=Person) -> Person:
        context = browser.new_context(
            base_url=site, locale=language, reduced_motion="reduce", **SCREENS[language]
        )
        context.set_default_timeout(15_000)
        axe.prepare(context)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda line: complaints.append(line.text) if "Content Security Policy" in line.text else None,
        )
        if user:
            context.add_cookies([session_of(user) | {"url": site}])
        return as_a(page, language=language, look=is_accessible)

    yield sit_down
    for context in contexts:
        context.close()
    assert complaints == []


def session_of(user) -> dict:
    """The cookie of somebody who has signed in, where signing in is not what the journey is about."""
    client = Client()
    client.force_login(user)
    return {"name": settings.SESSION_COOKIE_NAME, "value": client.session.session_key}
