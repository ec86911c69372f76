"""How words become PDF: Typst with our own fonts, PDF/UA-1 and PDF/A-3a at once.

A template is fixed; all that people wrote goes in as data and is shown as text, never read as markup. A
letter that no font has would make the document neither of the two: it is written as its number instead.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from threading import local
from typing import TypeVar, cast

import typst

Shown = Callable[[str], str]
"""How a text is written with the letters that our fonts have."""
Set = TypeVar("Set")

HERE = Path(__file__).parent
PICTURE_PPI = 96  # an A4 page is 794 × 1123 then
FONTS = ("fontpkg_public_sans", "fontpkg_source_serif_4")
# Letters and signs that our fonts are known to have; each other one is tried once.
KNOWN = re.compile("[^\\n\\t\u0020-\u007e\u00a0-\u017e–—‘’“”„…•€]")
INVISIBLE = {"Cf", "Cc", "Cs", "Co", "Cn"}  # Unicode's kinds of what has no look of its own
LETTER = b"""
#set document(title: "?", date: datetime(year: 2000, month: 1, day: 1))
#set text(font: ("Public Sans", "Source Serif 4", "Libertinus Serif"), lang: "en")
#sys.inputs.letter
"""


class _Kept(local):
    """What one thread keeps: a compiler does one thing at a time."""

    def __init__(self) -> None:
        self.compilers: dict[Path, typst.Compiler] = {}


KEPT = _Kept()


def in_letters(make: Callable[[Shown], Set]) -> Set:
    """What `make` sets. The second try shows every rarer letter as its number: marks that no font joins."""
    try:
        return make(shown)
    except typst.TypstError:
        return make(numbered)


def quoted(text: str) -> str:
    """The text as it stands in a template: nothing in it is markup, or ends it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def compiled(template: bytes, *, inputs: dict[str, str], at: datetime, root: Path = HERE) -> bytes:
    """The PDF; the same template, inputs and moment give the same bytes. Raises TypstError.

    A template takes others from the folder `root`. Typst keeps what it has laid out for the next document as
    long as no input has changed: what is to be fast has none, and says its data in the template (`quoted`).
    """
    made = _compiler(inputs, root=root).compile(
        input=template, format="pdf", pdf_standards=["a-3a", "ua-1"], timestamp=int(at.timestamp())
    )
    return cast(bytes, made)


def pictures(template: bytes, *, inputs: dict[str, str], root: Path = HERE) -> list[bytes]:
    """The same pages as PNG, for readers that show no PDF. Raises TypstError."""
    pages = _compiler(inputs, root=root).compile(input=template, format="png", ppi=PICTURE_PPI)
    return pages if isinstance(pages, list) else [cast(bytes, pages)]


def _compiler(inputs: dict[str, str], *, root: Path) -> typst.Compiler:
    """Without inputs the one that this thread keeps for the folder: it has read the fonts and templates."""
    if not inputs and root in KEPT.compilers:
        return KEPT.compilers[root]
    made = typst.Compiler(root=root, font_paths=_fonts(), ignore_system_fonts=True, sys_inputs=inputs)
    if not inputs:
        KEPT.compilers[root] = made
    return made


def shown(text: str) -> str:
    return KNOWN.sub(lambda found: found[0] if _has_look(found[0]) else _number(found[0]), _joined(text))


def numbered(text: str) -> str:
    return KNOWN.sub(lambda found: _number(found[0]), _joined(text))


def _joined(text: str) -> str:
    """A letter and its mark as one, where Unicode has that: fonts do too."""
    return unicodedata.normalize("NFC", text)


def _number(letter: str) -> str:
    is_variation = "\ufe00" <= letter <= "\ufe0f"
    if is_variation or unicodedata.category(letter) == "Cf":
        return ""
    return f"[U+{ord(letter):04X}]"


@lru_cache(maxsize=4096)
def _has_look(letter: str) -> bool:
    """Whether some font of ours shows the letter, by setting it alone."""
    if unicodedata.category(letter) in INVISIBLE:
        return False
    try:
        compiled(LETTER, inputs={"letter": letter}, at=datetime(2000, 1, 1, tzinfo=UTC))
    except typst.TypstError:
        return False
    return True


@lru_cache
def _fonts() -> typst.Fonts:
    """Our own two, and behind them those that Typst brings: never what the machine happens to have."""
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=True,
        font_paths=[_folder(package) for package in FONTS],
    )


def _folder(package: str) -> str:
    found = find_spec(package)
    if not found or not found.origin:
        raise ImportError(f"{package} is not installed")
    return str(Path(found.origin).parent / "files")
