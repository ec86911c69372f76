"""Certificates as PDF, print, photograph and screenshot, whole and spoilt."""

import random
from collections.abc import Callable, Iterator
from io import BytesIO

import pikepdf
import segno
from django.conf import settings
from PIL import Image

from credentials.drills.corpus_files import FORGED, UNREADABLE, Sample
from credentials.drills.corpus_school import WRONG, Issued, School
from credentials.formats import badge_picture, baked
from credentials.proofs import pades

COPY = {"file": "unknown"}
BROKEN_SEAL = {"file": "invalid"}
NOTHING = {"readable": "unknown"}


def samples(school: School, dice: random.Random) -> Iterator[Sample]:
    for state in ("good", "revoked"):
        for one in school.of(state):
            yield from _copies(one, dice)
    yield from _spoilt(school)
    yield from _pictures(school)


def _copies(one: Issued, dice: random.Random) -> Iterator[Sample]:
    """What people do with a certificate: print it, save it again, photograph it, take a screenshot."""
    wrong, place = COPY | WRONG[one.state], f"{one.state}-{one.language}"
    sealed = one.forms["pdf"]
    yield Sample(kind="copy", name=f"saved-again-{place}.pdf", data=saved(sealed, unsealed), wrong=wrong)
    yield Sample(kind="copy", name=f"printed-{place}.pdf", data=saved(sealed, bare), wrong=wrong)
    page = Image.open(BytesIO(one.page)).convert("L")
    turned = page.rotate(dice.uniform(-8, 8), expand=True, fillcolor=90).resize((900, 1250))
    yield Sample(kind="copy", name=f"photograph-{place}.jpeg", data=_written(turned, "JPEG"), wrong=wrong)
    kind = dice.choice(["PNG", "JPEG", "WEBP"])
    shot = _written(_code(one.address), kind)
    yield Sample(kind="copy", name=f"screenshot-{place}.{kind.lower()}", data=shot, wrong=wrong)


def _spoilt(school: School) -> Iterator[Sample]:
    """A PDF that was changed, sealed by somebody else, or carries more than one thing."""
    sealed, others = school.good.forms["pdf"], school.other.forms["pdf"]
    neighbour = school.others_seal.seal
    again = pades.sign(saved(sealed, unsealed), seal=neighbour, at=school.at)
    badge, printed = school.good.forms["badge"], saved(sealed, bare)
    renamed = badge.replace(b"Esimerkki", b"Esimerkky")
    files = {
        "more-behind": (sealed + b"\n% more\n", BROKEN_SEAL),
        "saved-with-its-seal": (saved(sealed, lambda one: None), BROKEN_SEAL),
        "sealed-by-neighbour": (again, BROKEN_SEAL),
        "two-attachments": (saved(sealed, _with("other.json", badge)), UNREADABLE),
        "the-same-twice": (saved(printed, _with("a.json", badge), _with("b.json", badge)), UNREADABLE),
        "other-badge": (saved(printed, _with("credential.json", renamed)), COPY | FORGED),
        "cut": (sealed[: len(sealed) // 2], UNREADABLE),
        "locked": (_locked(sealed), NOTHING),
        "of-another-kind": (saved(others, bare, _without_code), NOTHING),
    }  # fmt: skip
    for name, (data, wrong) in files.items():
        yield Sample(kind="spoilt PDF", name=f"{name}.pdf", data=data, wrong=wrong)


def _pictures(school: School) -> Iterator[Sample]:
    """Codes that lead nowhere or elsewhere, and pictures without one."""
    one, host = school.good, settings.BASE_URL
    unknown = COPY | {"register": "invalid"}
    both = Image.new("L", (900, 450), 255)
    for place, issued in enumerate((one, school.other)):
        both.paste(_code(issued.address).resize((400, 400)), (450 * place, 20))
    small = Image.open(BytesIO(one.forms["png"])).convert("RGBA").resize((200, 200))
    old = baked.png(badge_picture.png(one.credential.facts), credential="x")
    files = {
        "wrong-code.png": (_written(_code(f"{host}/fi/verify/AAAA-BBBB-CCCC/"), "PNG"), unknown),
        "pay-here.png": (_written(_code("https://elsewhere.example/pay"), "PNG"), NOTHING),
        "script.png": (_written(_code("javascript:alert(1)"), "PNG"), NOTHING),
        "share.png": (_written(_code(f"{host}/s/" + "a" * 43), "PNG"), NOTHING),
        "two-codes.png": (_written(both, "PNG"), UNREADABLE),
        "holiday.jpeg": (_written(Image.radial_gradient("L").resize((800, 600)), "JPEG"), NOTHING),
        "badge-resized.png": (_written(small, "PNG"), NOTHING),
        "screenshot-cut.png": (_written(_code(one.address).crop((0, 0, 90, 90)), "PNG"), NOTHING),
        "old-badge.png": (_renamed(old), UNREADABLE),
        "two-badges.png": (_twice(one.forms["png"]), UNREADABLE),
        "wide.png": (_wide(), UNREADABLE),
    }  # fmt: skip
    for name, (data, wrong) in files.items():
        yield Sample(kind="picture", name=name, data=data, wrong=wrong)


def saved(data: bytes, *changes: Callable[[pikepdf.Pdf], None]) -> bytes:
    """The PDF as another program saves it."""
    written = BytesIO()
    with pikepdf.open(BytesIO(data)) as opened:
        for change in changes:
            change(opened)
        opened.save(written, deterministic_id=True)
    return written.getvalue()


def unsealed(opened: pikepdf.Pdf) -> None:
    for name in ("/AcroForm", "/Perms"):
        if name in opened.Root:
            del opened.Root[name]
    for page in opened.pages:
        if "/Annots" in page:
            del page.Annots


def bare(opened: pikepdf.Pdf) -> None:
    """What a printer for PDF keeps."""
    unsealed(opened)
    del opened.Root.Names, opened.Root.AF


def _without_code(opened: pikepdf.Pdf) -> None:
    for page in opened.pages:
        page.Contents = opened.make_stream(b"")


def _with(name: str, content: bytes) -> Callable[[pikepdf.Pdf], None]:
    def attach(opened: pikepdf.Pdf) -> None:
        unsealed(opened)
        opened.attachments[name] = content

    return attach


def _locked(data: bytes) -> bytes:
    written = BytesIO()
    with pikepdf.open(BytesIO(data)) as opened:
        opened.save(written, encryption=pikepdf.Encryption(owner="a", user="b"))
    return written.getvalue()


def _code(text: str) -> Image.Image:
    drawn = BytesIO()
    segno.make(text, error="m").save(drawn, kind="png", scale=5, border=4)
    return Image.open(drawn).convert("L")


def _written(picture: Image.Image, kind: str) -> bytes:
    written = BytesIO()
    picture.convert("RGB").save(written, kind)
    return written.getvalue()


def _wide() -> bytes:
    """64 million pixels in a few kilobytes."""
    written = BytesIO()
    Image.new("1", (8_000, 8_001)).save(written, "PNG")
    return written.getvalue()


def _renamed(picture: bytes) -> bytes:
    """As bakers of Open Badges 2 name their chunk."""
    chunks = list(baked.chunks(picture))
    old = [(kind, body.replace(baked.KEYWORD, baked.OLD_KEYWORD, 1)) for kind, body in chunks]
    return baked.PNG + b"".join(baked.chunk(*one) for one in old)


def _twice(picture: bytes) -> bytes:
    chunks = list(baked.chunks(picture))
    chunks.insert(-1, next(one for one in chunks if one[0] == b"iTXt"))
    return baked.PNG + b"".join(baked.chunk(*one) for one in chunks)
