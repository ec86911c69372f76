"""XML from strangers, read safely: no document type, so no entities; nothing fetched; a limit to all."""

from xml.etree import ElementTree as ET

from django.utils.translation import gettext as _

from registry.spreadsheets import FileRefused

MOST_DEPTH, MOST_ELEMENTS = 50, 500_000


def read(data: bytes) -> ET.Element:
    """The root of the document. Raises FileRefused."""
    parser = ET.XMLParser(target=_Builder())  # noqa: S314  (the builder refuses what is dangerous)
    try:
        parser.feed(data)
        return parser.close()
    except (ET.ParseError, ValueError, LookupError) as problem:  # LookupError: an encoding nobody knows
        raise FileRefused(_("The file cannot be read as XML.")) from problem


class _Builder(ET.TreeBuilder):
    """Stops at the first thing that a list of offerings never has."""

    def __init__(self):
        super().__init__()
        self._depth = self._elements = 0

    def doctype(self, name, pubid, system):
        raise FileRefused(_("The file has a document type declaration (DOCTYPE). Remove it and try again."))

    def start(self, tag, attributes):
        self._depth += 1
        self._elements += 1
        if self._depth > MOST_DEPTH or self._elements > MOST_ELEMENTS:
            raise FileRefused(_("The XML of the file is too deep or too long. Divide it into smaller files."))
        return super().start(tag, attributes)

    def end(self, tag):
        self._depth -= 1
        return super().end(tag)
