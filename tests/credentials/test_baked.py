"""Baked badges: picture and credential in one file (issue D, item 1; Open Badges 3.0 §5.3)."""

import io
import json
import struct
import tracemalloc
import zlib
from xml.etree.ElementTree import fromstring

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from openbadgeslib import baking
from openbadgeslib.errors import LibOpenBadgesException
from openbadgeslib.ob3.verifier import OB3Verifier
from PIL import Image

from credentials.formats import badge_picture, baked, open_badge
from credentials.proofs import data_integrity, jose, keys, vc_jwt
from credentials.proofs.contexts import known
from tests import annex1
from tests.factories.awards import DID, TITLES, award, odd_awards
from tests.factories.seals import seal

pytestmark = pytest.mark.once
CARRIER = f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:o="{baked.NAMESPACE}">%s</svg>'
OURS = {"keyword": baking.ITXT_KEYWORD_OB3}
ELEMENT = {"element": baking.SVG_ELEMENT_OB3, "text_fallback": True}


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_with(*chunks: bytes) -> bytes:
    """A small PNG with whatever chunks before its end."""
    written = io.BytesIO()
    Image.new("L", (1, 1)).save(written, "PNG")
    plain, end = written.getvalue()[:-12], written.getvalue()[-12:]
    return plain + b"".join(chunks) + end


def itxt(text: bytes, *, keyword=baked.KEYWORD, packed=b"\0", method=b"\0") -> bytes:
    return chunk(b"iTXt", keyword + b"\0" + packed + method + b"\0\0" + text)


def refused(data: bytes) -> str:
    with pytest.raises(baked.NotBaked) as refusal:
        baked.read(data)
    return refusal.value.code


def proven() -> str:
    """A badge as JSON, with the proof inside."""
    document = data_integrity.sign(
        open_badge.document(award()),
        key=keys.from_seed(bytes(range(32))),
        verification_method=f"{DID}#key-1",
        created=award().issued_at,
        contexts=known(),
    )
    return open_badge.encode(document).decode()


def test_credential_of_both_kinds_comes_back_out_of_both_pictures():
    jwt = vc_jwt.sign(open_badge.document(award()), seal=seal())
    png, svg = badge_picture.png(award()), badge_picture.svg(award())
    for credential in (jwt, proven()):
        in_png, in_svg = baked.png(png, credential=credential), baked.svg(svg, credential=credential)

        assert (baked.read(in_png), baked.read(in_svg)) == (credential, credential)
        assert baking.extract_png(in_png, **OURS) == credential
        assert baking.extract_svg(in_svg, **ELEMENT) == credential
        for image in (in_png, in_svg):
            with pytest.raises(baked.NotBaked):
                (baked.png if image is in_png else baked.svg)(image, credential=jwt)


def test_openbadgeslib_verifies_the_picture_and_refuses_the_altered_one():
    """The second opinion: out of the picture, with the public key alone."""
    credential = vc_jwt.sign(open_badge.document(award(valid_until=None)), seal=seal())
    verifier = OB3Verifier(public_pem(), issuer_did=DID)
    in_png = baked.png(badge_picture.png(award()), credential=credential)
    in_svg = baked.svg(badge_picture.svg(award()), credential=credential)

    for found in (OB3Verifier.extract_token_from_png(in_png), OB3Verifier.extract_token_from_svg(in_svg)):
        assert verifier.verify(found).id == f"urn:uuid:{award().credential_id}"
    head, body, signature = credential.split(".")
    other = jose.encode(jose.decode(body).replace(b"7.5", b"9.5"))
    altered = in_svg.replace(body.encode(), other.encode())
    with pytest.raises(LibOpenBadgesException):
        verifier.verify(OB3Verifier.extract_token_from_svg(altered))
    assert baked.read(altered) == f"{head}.{other}.{signature}"
    assert refused(in_png.replace(body.encode(), other.encode())) == "bad-picture"


def public_pem() -> bytes:
    public = seal().private.public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def test_what_others_bake_is_read():
    """By openbadgeslib, packed and not."""
    png, svg = badge_picture.png(award()), badge_picture.svg(award())

    assert baked.read(baking.bake_png(png, "a.b.c", **OURS)) == "a.b.c"
    assert baked.read(png_with(itxt(zlib.compress(b"a.b.c"), packed=b"\1"))) == "a.b.c"
    names = {"element": baking.SVG_ELEMENT_OB3, "namespace": baking.SVG_NS_OB3}
    assert baked.read(baking.bake_svg(svg, "a.b.c", **names)) == "a.b.c"
    assert baked.read(baking.bake_svg(svg, '{"a": "<&"}', as_text=True, **names)) == '{"a": "<&"}'


def test_fifty_odd_awards_lose_nothing_in_either_picture():
    plain = badge_picture.png(award())
    for one in odd_awards():
        badge = open_badge.document(one)
        credential = vc_jwt.sign(badge, seal=seal())
        for data in (
            baked.png(plain, credential=credential),
            baked.svg(badge_picture.svg(one), credential=credential),
        ):
            read = json.loads(jose.read(baked.read(data)).payload)
            assert annex1.elements(read) == annex1.elements(badge)


PNG_WITH = {
    "nothing": (png_with(), "not-baked"),
    "another text": (png_with(itxt(b"x", keyword=b"Comment")), "not-baked"),
    "Open Badges 2": (png_with(itxt(b"x", keyword=b"openbadges")), "old-badge"),
    "two chunks": (png_with(itxt(b"a.b.c"), itxt(b"a.b.c")), "two-credentials"),
    "a tEXt chunk": (png_with(chunk(b"tEXt", b"openbadgecredential\0a.b.c")), "bad-picture"),
    "a tEXt and an iTXt": (
        png_with(itxt(b"a.b.c"), chunk(b"tEXt", b"openbadgecredential\0x.y.z")),
        "two-credentials",
    ),
    "a packed zTXt": (png_with(chunk(b"zTXt", b"openbadgecredential\0\0x")), "bad-picture"),
    "another method": (png_with(itxt(b"a", packed=b"\1", method=b"\1")), "bad-picture"),
    "an odd flag": (png_with(itxt(b"a", packed=b"\2")), "bad-picture"),
    "damaged packing": (png_with(itxt(b"abc", packed=b"\1")), "bad-picture"),
    "cut packing": (png_with(itxt(zlib.compress(b"a" * 999)[:-5], packed=b"\1")), "too-large"),
    "a bomb": (png_with(itxt(zlib.compress(b"A" * 50_000_000), packed=b"\1")), "too-large"),
    "no UTF-8": (png_with(itxt(b"\xff\xfe")), "bad-picture"),
    "no fields": (png_with(chunk(b"iTXt", b"openbadgecredential\0\0")), "bad-picture"),
    "a wrong sum": (png_with(itxt(b"a.b.c")).replace(b"a.b.c", b"a.b.d"), "bad-picture"),
    "cut off": (png_with(itxt(b"a.b.c"))[:-6], "bad-picture"),
    "a huge length": (baked.PNG + b"\xff\xff\xff\xffIHDR", "bad-picture"),
    "only a signature": (baked.PNG, "bad-picture"),
    "many chunks": (png_with(*[chunk(b"tEXt", b"")] * 20_001), "too-large"),
    "a large credential": (png_with(itxt(b"a" * 1_000_001)), "too-large"),
}


@pytest.mark.parametrize("name", PNG_WITH)
def test_png_is_refused_with(name):
    data, code = PNG_WITH[name]

    assert refused(data) == code


LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
SVG_WITH = {
    "nothing": (CARRIER % "", "not-baked"),
    "the name in another namespace": (CARRIER % '<credential verify="a.b.c"/>', "not-baked"),
    "Open Badges 2": (
        CARRIER % '<a:assertion xmlns:a="http://openbadges.org" verify="a.b.c"/>',
        "old-badge",
    ),
    "two elements": (CARRIER % ('<o:credential verify="a.b.c"/>' * 2), "two-credentials"),
    "one inside of one": (
        CARRIER % '<o:credential verify="a.b.c"><o:credential verify="x.y.z"/></o:credential>',
        "two-credentials",
    ),
    "attribute and text": (CARRIER % '<o:credential verify="a.b.c">{}</o:credential>', "two-credentials"),
    "an empty element": (CARRIER % "<o:credential/>", "bad-picture"),
    "markup inside": (CARRIER % "<o:credential>{<b/>}</o:credential>", "bad-picture"),
    "no end": ((CARRIER % "")[:-3], "bad-picture"),
    "another root": (f'<o:credential xmlns:o="{baked.NAMESPACE}" verify="a.b.c"/>', "not-a-picture"),
    "a web page": ("<html><body>a.b.c</body></html>", "not-a-picture"),
    "an entity": (
        '<!DOCTYPE svg [<!ENTITY e "a.b.c">]>' + CARRIER % '<o:credential verify="&e;"/>',
        "bad-picture",
    ),
    "a file as entity": (
        '<!DOCTYPE svg [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
        + CARRIER % "<o:credential>&e;</o:credential>",
        "bad-picture",
    ),
    "a billion laughs": (
        f'<!DOCTYPE svg [<!ENTITY a0 "ha">{LAUGHS}]>' + CARRIER % "<o:credential>&a9;</o:credential>",
        "bad-picture",
    ),
    "a parameter entity": (
        '<!DOCTYPE svg [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]>' + CARRIER.replace("%s", ""),
        "bad-picture",
    ),
    "an unknown charset": ("<?xml version='1.0' encoding='x-none'?>" + CARRIER % "", "bad-picture"),
    "a control character": (CARRIER % "\x00", "bad-picture"),
    "a large credential": (CARRIER % f'<o:credential verify="{"a" * 1_000_001}"/>', "too-large"),
    "too much of it": (CARRIER % ("<g/>" * 1_000_000), "too-large"),
}


@pytest.mark.parametrize("name", SVG_WITH)
def test_svg_is_refused_with(name):
    data, code = SVG_WITH[name]

    assert refused(data.encode()) == code


def test_bombs_take_no_memory():
    tracemalloc.start()
    for name, data in (("png", PNG_WITH["a bomb"][0]), ("svg", SVG_WITH["a billion laughs"][0].encode())):
        assert refused(data) in ("too-large", "bad-picture"), name

    assert tracemalloc.get_traced_memory()[1] < 10_000_000
    tracemalloc.stop()


def test_svg_named_by_its_type_of_document_is_read():
    """Drawing programs write one; it is not fetched."""
    doctype = '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://127.0.0.1:9/svg11.dtd">'
    data = ("\ufeff\n" + doctype + CARRIER % '<o:credential verify="a.b.c"/>').encode()

    assert (baked.is_picture(data), baked.read(data)) == (True, "a.b.c")


def test_picture_shows_the_badge_and_nobodys_name():
    picture = Image.open(io.BytesIO(badge_picture.png(award())))
    svg = badge_picture.svg(award()).decode()
    texts = ["".join(one.itertext()) for one in fromstring(svg)]

    assert (picture.size, picture.format, picture.convert("RGBA").getpixel((0, 0))[3]) == (
        (1000, 1000),
        "PNG",
        0,
    )
    assert [text for text in texts if text] == [
        "Data-analytiikka päätöksenteossa – Jyväskylän ammattikorkeakoulu",
        "JAMK",
        "Data-analytiikka",
        "päätöksenteossa",
        "Jyväskylän ammattikorkeakoulu",
        "7,5 op · EQF 6",
    ]
    assert "Aino" not in svg
    assert badge_picture.png(award()) == badge_picture.png(award())


@pytest.mark.parametrize("title", TITLES)
def test_picture_has_room_for_the_whole_title(title):
    """120 characters and the longest words; what the fonts lack is left out of the picture alone."""
    long = f"{title} {'osaaminen ' * 12}"[:119] + "."
    root = fromstring(badge_picture.svg(award(title={"fi": long, "en": "x"})))
    lines = [one for one in root if one.tag.endswith("text")][1:-2]
    shown = "".join(one.text.removesuffix("-") + ("" if one.text.endswith("-") else " ") for one in lines)

    assert root[0].text.startswith(long)
    assert shown.split() == long.replace("🌱", "").split()
    assert all(float(one.get("textLength")) <= 860 for one in lines)
    assert all(500 < float(one.get("y")) < 800 for one in lines)
