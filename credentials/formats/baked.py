"""Baked badges: the picture of a badge with the credential inside, as PNG or SVG.

The credential is a compact JWS, or the JSON of a credential that carries its proof.
Source: Open Badges 3.0 §5.3.
"""

import re
import struct
import zlib
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from lxml import etree

PNG = b"\x89PNG\r\n\x1a\n"
KEYWORD = b"openbadgecredential"
OLD_KEYWORD = b"openbadges"  # of Open Badges 1 and 2
NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"
SVG = "{http://www.w3.org/2000/svg}svg"
ELEMENT = f"{{{NAMESPACE}}}credential"
OLD_ELEMENT = "{http://openbadges.org}assertion"
MAX_CREDENTIAL = 1_000_000  # bytes, also when unpacked
MAX_CHUNKS = 20_000
JWS = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+\Z", re.ASCII)


class NotBaked(ValueError):
    """No credential can be read out of a picture. `code` is stable, `detail` English.

    Codes: not-baked (a picture without one), old-badge (of Open Badges 1 or 2), two-credentials, too-large,
    bad-picture (damaged, hostile, or not what it says it is), not-a-picture (XML of another kind).
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code, self.detail = code, detail


def is_picture(data: bytes) -> bool:
    """Does it look like a PNG or an SVG? Then `read` says what is in it."""
    return data.startswith(PNG) or _markup(data).startswith(b"<")


def read(data: bytes) -> str:
    """The credential in a picture that anybody sent. Raises NotBaked."""
    credential = _read_png(data) if data.startswith(PNG) else _read_svg(data)
    if len(credential) > MAX_CREDENTIAL:
        raise NotBaked("too-large", f"more than {MAX_CREDENTIAL} letters")
    return credential.strip()


def png(picture: bytes, *, credential: str) -> bytes:
    """The PNG with the credential in an iTXt chunk before its end. NotBaked: baked already, or broken."""
    found = list(chunks(picture))
    if any(_keyword(kind, body) in (KEYWORD, OLD_KEYWORD) for kind, body in found):
        raise NotBaked("two-credentials", "the picture is baked already")
    text = KEYWORD + b"\0\0\0\0\0" + credential.encode("utf-8")  # not packed, no language, no translation
    return PNG + b"".join(chunk(kind, body) for kind, body in (*found[:-1], (b"iTXt", text), found[-1]))


def svg(picture: bytes, *, credential: str) -> bytes:
    """The SVG with the credential as its first element: a JWS in an attribute, JSON as text.

    Raises NotBaked on a baked or broken one.
    """
    read = _svg(picture)
    if next(read.iter(ELEMENT), None) is not None or next(read.iter(OLD_ELEMENT), None) is not None:
        raise NotBaked("two-credentials", "the picture is baked already")
    root = etree.fromstring(picture, etree.XMLParser(resolve_entities=False, no_network=True))
    baked = etree.Element(ELEMENT, nsmap={"openbadges": NAMESPACE})
    if JWS.match(credential):
        baked.set("verify", credential)
    else:
        baked.text = credential
    root.insert(0, baked)
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True))


def _read_png(data: bytes) -> str:
    found, is_old = [], False
    for kind, body in chunks(data):
        keyword = _keyword(kind, body)
        is_old = is_old or keyword == OLD_KEYWORD
        if keyword == KEYWORD:
            found.append((kind, body))
    if not found:
        raise NotBaked(*_nothing(is_old=is_old))
    if len(found) > 1:
        raise NotBaked("two-credentials", f"{len(found)} chunks")
    kind, body = found[0]
    if kind != b"iTXt":
        raise NotBaked(
            "bad-picture", f"a credential in a chunk of the kind {kind.decode('ascii', 'replace')}"
        )
    return _text(body)


def _text(body: bytes) -> str:
    """The text of an iTXt chunk: keyword, packed or not, method, language, translated keyword, text."""
    rest = body.partition(b"\0")[2]
    packed, method, parts = rest[:1], rest[1:2], rest[2:].split(b"\0", 2)
    if len(parts) != 3 or packed not in (b"\0", b"\1") or method != b"\0":
        raise NotBaked("bad-picture", "a chunk that is no iTXt")
    text = _unpacked(parts[2]) if packed == b"\1" else parts[2]
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotBaked("bad-picture", "a text that is not UTF-8") from error


def _unpacked(data: bytes) -> bytes:
    """The standard forbids packing, yet some bakers do it. Never more than a credential may be."""
    unpacking = zlib.decompressobj()
    try:
        text = unpacking.decompress(data, MAX_CREDENTIAL)
    except zlib.error as error:
        raise NotBaked("bad-picture", "packed text that is damaged") from error
    if not unpacking.eof:
        raise NotBaked("too-large", f"packed text of more than {MAX_CREDENTIAL} bytes, or cut off")
    return text


def chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and body of every chunk up to the end, each with the right sum."""
    if not data.startswith(PNG):
        raise NotBaked("bad-picture", "not a PNG")
    place = len(PNG)
    for _ in range(MAX_CHUNKS):
        if len(data) < place + 12:
            raise NotBaked("bad-picture", "cut off")
        size, kind = struct.unpack_from(">I4s", data, place)
        body = data[place + 8 : place + 8 + size]
        if len(data) < place + 12 + size:
            raise NotBaked("bad-picture", "cut off")
        if data[place + 8 + size : place + 12 + size] != struct.pack(">I", zlib.crc32(kind + body)):
            raise NotBaked("bad-picture", "a chunk with a wrong sum")
        yield kind, body
        if kind == b"IEND":
            return
        place += 12 + size
    raise NotBaked("too-large", f"more than {MAX_CHUNKS} chunks")


def chunk(kind: bytes, body: bytes) -> bytes:
    """One as a PNG writes it, with its size and its sum."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _keyword(kind: bytes, body: bytes) -> bytes:
    return body.partition(b"\0")[0] if kind in (b"iTXt", b"tEXt", b"zTXt") else b""


def _read_svg(data: bytes) -> str:
    root = _svg(data)
    found = list(root.iter(ELEMENT))
    if not found:
        raise NotBaked(*_nothing(is_old=next(root.iter(OLD_ELEMENT), None) is not None))
    if len(found) > 1:
        raise NotBaked("two-credentials", f"{len(found)} elements")
    verify, text = found[0].get("verify", "").strip(), (found[0].text or "").strip()
    if len(found[0]) or bool(verify) == bool(text):
        raise NotBaked(
            "two-credentials" if verify else "bad-picture", "an element that says two things or none"
        )
    return verify or text


def _svg(data: bytes) -> Element:
    """The root of an SVG; entities and everything that would be fetched are refused."""
    if len(data) > MAX_CREDENTIAL * 4:
        raise NotBaked("too-large", f"more than {MAX_CREDENTIAL * 4} bytes")
    try:
        root: Element = fromstring(_markup(data), forbid_dtd=False)
    except (ParseError, DefusedXmlException, LookupError, ValueError) as error:
        raise NotBaked("bad-picture", f"XML: {error}"[:200]) from error
    if root.tag != SVG:
        raise NotBaked("not-a-picture", f"XML of another kind: {root.tag[:80]}")
    return root


def _markup(data: bytes) -> bytes:
    return data.removeprefix(b"\xef\xbb\xbf").lstrip()


def _nothing(*, is_old: bool) -> tuple[str, str]:
    if is_old:
        return "old-badge", "of Open Badges 1 or 2"
    return "not-baked", "no credential in the picture"
