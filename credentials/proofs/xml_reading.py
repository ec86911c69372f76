"""XML of strangers, read without following anything: no DTD, so no entities; bounded in size and depth."""

from typing import Any
from xml.parsers import expat

from lxml import etree

MAX_BYTES = 25_000_000  # a file of some certificates, in Base64
MAX_DEPTH = 60
MAX_ELEMENTS = 100_000


class BadXml(ValueError):
    """Not XML that we read. `code`: too-large, dtd, too-deep, too-many, not-xml; `detail` is English."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code, self.detail = code, detail


def parse(data: bytes) -> Any:
    """The root element of a document. Raises BadXml."""
    if len(data) > MAX_BYTES:
        raise BadXml("too-large", f"more than {MAX_BYTES} bytes")
    _scan(data)
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, dtd_validation=False, huge_tree=False
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as fault:
        raise BadXml("not-xml", str(fault)) from fault
    if root.getroottree().docinfo.internalDTD is not None:
        raise BadXml("dtd", "a document type declaration")
    return root


def _scan(data: bytes) -> None:
    """Stops at the first word of a DTD, before a parser that knows entities sees it."""
    reader, seen = expat.ParserCreate(), _Seen()
    reader.StartDoctypeDeclHandler = seen.doctype
    reader.StartElementHandler = seen.start
    reader.EndElementHandler = seen.end
    try:
        reader.Parse(data, True)
    except BadXml:
        raise
    except (expat.ExpatError, LookupError, ValueError) as fault:  # the latter two of an odd encoding
        raise BadXml("not-xml", str(fault)) from fault


class _Seen:
    def __init__(self) -> None:
        self.depth = self.elements = 0

    def doctype(self, *_: object) -> None:
        raise BadXml("dtd", "a document type declaration")

    def start(self, *_: object) -> None:
        self.depth, self.elements = self.depth + 1, self.elements + 1
        if self.depth > MAX_DEPTH:
            raise BadXml("too-deep", f"more than {MAX_DEPTH} levels")
        if self.elements > MAX_ELEMENTS:
            raise BadXml("too-many", f"more than {MAX_ELEMENTS} elements")

    def end(self, *_: object) -> None:
        self.depth -= 1
