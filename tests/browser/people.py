"""People at a keyboard. What they use they find by the name a screen reader says, in their own language."""

import re

from django.urls import reverse
from django.utils import translation
from playwright.sync_api import Locator, Page

from registry.models import Code, OfferingVersion

MOST_STOPS = 300  # of Tab on one page
# Where an element is for somebody who goes by Tab: "here", "ahead", "behind" or "gone" from the page; and how
# many stops away, counted too low rather than too high: a group of radio buttons is left out.
WHEREABOUTS = """e => {
  if (!e.isConnected) return ["gone", 0];
  const here = document.activeElement;
  if (here === e) return ["here", 0];
  if (!here || here === document.body) return ["ahead", 1];
  const follows = (a, b) => Boolean(a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING);
  const [first, last] = follows(here, e) ? [here, e] : [e, here];
  const kinds = "a[href], button, input:not([type=radio]), select, textarea, summary";
  const between = [...document.querySelectorAll(kinds)].filter(one =>
    follows(first, one) && follows(one, last) && one.tabIndex >= 0
    && !one.matches(":disabled") && one.checkVisibility({visibilityProperty: true}));
  return [first === here ? "ahead" : "behind", between.length + 1];
}"""
# Where the focus is, something of it can be seen (WCAG 2.4.11).
IS_SEEN = """e => {
  const box = e.getBoundingClientRect(), half = Math.min(box.width, box.height, 20) / 2;
  const top = document.elementFromPoint(box.left + half, box.top + half);
  return !!top && (e === top || e.contains(top) || top.contains(e));
}"""
# What a screen reader says of a field, or of the group it belongs to, besides its name.
DESCRIPTION = """e => [e, e.closest("fieldset")]
  .map(one => one?.getAttribute("aria-describedby") || "").join(" ").split(" ")
  .map(id => document.getElementById(id)?.textContent.trim() || "").join(" ")"""


class Person:
    """`look` is the check of every page that the person comes to."""

    def __init__(self, page: Page, *, language: str, look):
        self.page, self.language, self.look = page, language, look
        self.keys = page.keyboard
        page.on("filechooser", lambda _chooser: None)  # kept on: switching it with each use is sometimes late

    # Words

    def word(self, text: str, **values) -> str:
        """A text of the product in the person's language."""
        with translation.override(self.language):
            return translation.gettext(text) % values if values else translation.gettext(text)

    def words(self, singular: str, plural: str, number: int) -> str:
        with translation.override(self.language):
            return translation.ngettext(singular, plural, number) % {"number": number}

    def field(self, name: str) -> str:
        """What a field of an offering is called."""
        return self.word(str(OfferingVersion._meta.get_field(name).verbose_name._args[0]))

    def code(self, field: str, code: str) -> str:
        """What a code of an offering's field, or of the list of that name, is called."""
        row = Code.objects.get(list=OfferingVersion.CODE_LISTS.get(field, field), code=code)
        return row.label[self.language]

    # Coming to a page

    def opens(self, address: str, *args) -> None:
        """Types an address: of a page by its name, or as a letter or another person gave it."""
        with translation.override(self.language):
            url = address if address.startswith(("/", "http")) else reverse(address, args=args)
        self.page.goto(url)
        self.arrives()

    def arrives(self) -> None:
        self.page.wait_for_load_state()
        assert self.page.locator("html").get_attribute("lang") == self.language
        self.look(self.page)

    # Moving about

    def tab_to(self, target: Locator) -> None:
        """Move the focus with Tab, or back with Shift+Tab, until it is on the target and can be seen.

        The target is looked up again when an answer of htmx has put a new one in its place meanwhile.
        """
        element = target.element_handle()
        for _stop in range(MOST_STOPS):
            where, stops = element.evaluate(WHEREABOUTS)
            if where == "here":
                assert element.evaluate(IS_SEEN), f"the focus cannot be seen: {target}"
                return
            if where == "gone":
                element = target.element_handle()
            for _each in range(stops):
                self.keys.press("Tab" if where == "ahead" else "Shift+Tab")
        raise AssertionError(f"Tab does not lead to {target}")

    def link(self, name: str | re.Pattern) -> Locator:
        return self.page.get_by_role("link", name=name, exact=True).first

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def follows(self, name: str | re.Pattern, **values) -> None:
        self.tab_to(self.link(self.word(name, **values) if isinstance(name, str) else name))
        self._goes("Enter")

    def presses(self, name: str, *, twice: bool = False, **values) -> None:
        """A button that leads to a page. `twice`: as people do whose finger trembles."""
        self.tab_to(self.button(self.word(name, **values)))
        self._goes("Enter", *(["Enter"] if twice else []))

    def _goes(self, *keys: str) -> None:
        with self.page.expect_navigation():
            for key in keys:
                self.keys.press(key)
        self.arrives()

    # Filling in

    def input(self, label: str, *, within: Locator | None = None) -> Locator:
        return (within or self.page).get_by_label(_label(label))

    def radio(self, label: str) -> Locator:
        return self.page.get_by_role("radio", name=self.word(label), exact=True)

    def radio_of(self, name: str, value: str) -> Locator:
        return self.page.locator(f"input[type=radio][name='{name}'][value='{value}']")

    def group(self, name: str) -> Locator:
        return self.page.get_by_role("group", name=_label(name))

    def types(self, text: str, *, into: Locator) -> None:
        self.tab_to(into)
        self.keys.press("Control+A")
        self.keys.type(text)

    def chooses(self, option: str, *, of: Locator) -> None:
        self.tab_to(of)
        chosen = "e => e.selectedOptions[0].label"
        for _option in range(of.locator("option").count()):
            if of.evaluate(chosen) == option:
                return
            self.keys.press("ArrowDown")
        at_last = of.evaluate(chosen)
        assert at_last == option

    def picks(self, radio: Locator) -> None:
        """One of a group that is a single stop of Tab."""
        group = self.page.locator(f"input[name='{radio.get_attribute('name')}']")
        self.tab_to(
            group.locator("visible=true").first
            if not group.evaluate_all("all => all.some(e => e.checked)")
            else self.page.locator(f"input[name='{radio.get_attribute('name')}']:checked")
        )
        for _radio in range(group.count()):
            if radio.evaluate("e => e === document.activeElement"):
                break
            self.keys.press("ArrowDown")
        self.keys.press("Space")
        assert radio.is_checked()

    def ticks(self, box: Locator) -> None:
        self.tab_to(box)
        self.keys.press("Space")
        assert box.is_checked()

    def chooses_file(self, name: str, data: bytes, *, into: Locator) -> None:
        self.tab_to(into)
        with self.page.expect_file_chooser() as chooser:
            self.keys.press("Space")
        chooser.value.set_files({"name": name, "mimeType": "application/octet-stream", "buffer": data})

    # Reading

    def reads(self, text: str, **values) -> None:
        self.page.get_by_text(self.word(text, **values), exact=True).locator("visible=true").first.wait_for()

    def is_told(self, message: str, *, at: Locator) -> None:
        """The summary of errors has the focus and leads to the field, whose own message is tied to it."""
        self.page.locator(".summary:focus").wait_for()
        self.look(self.page)
        assert self.word(message) in at.evaluate(DESCRIPTION)
        assert at.get_attribute("aria-invalid") == "true"
        self.keys.press("Tab")
        assert self.word(message) in self.page.evaluate("document.activeElement.textContent")
        self.keys.press("Enter")
        assert at.evaluate("e => e.name === document.activeElement.name")  # of a group, its first


def beginning(text: str) -> re.Pattern:
    """The name of a link that goes on with words for those who do not see what it stands beside."""
    return re.compile(rf"^{re.escape(text)}\b")


def _label(text: str) -> re.Pattern:
    """A label with or without the mark of what must be filled."""
    return re.compile(rf"^\s*{re.escape(text)}\s*\*?\s*$")
