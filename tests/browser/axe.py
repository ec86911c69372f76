"""axe on a page that Chromium shows. Its half a megabyte of script travels once for each browser context."""

from axe_playwright_python.base import AXE_SCRIPT

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {"runOnly": RULES, "resultTypes": ["violations"], "elementRef": False, "preload": False}
LOADER = f"window.loadAxe = function () {{{AXE_SCRIPT}}};"
RUN = """options => {
  if (!window.axe) window.loadAxe.call(window);
  return axe.run(options).then(
    found => found.violations.map(one => [one.id, one.nodes.map(node => node.target)]));
}"""


def prepare(context) -> None:
    """Before the context's pages open."""
    context.add_init_script(LOADER)


def violations(page) -> list:
    """Pairs of a rule and the elements that break it."""
    if not page.evaluate("() => 'loadAxe' in window"):
        page.evaluate(LOADER)
    return page.evaluate(RUN, OPTIONS)
