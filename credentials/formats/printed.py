"""The codes that can be seen on a picture or a PDF: QR codes, and the verification code in printed letters.

Other people's programs take strangers' files apart here, in C and C++. So this runs as a program of its own
(`python printed.py < file`), without our settings, secrets or database, and with little memory and time.
What it writes is {"seen": ["…", …]} or {"refused": "too-large" | "damaged" | "locked"}.
"""

import json
import re
import sys
from collections.abc import Iterator
from io import BytesIO
from typing import Any

MAX_PIXELS = 40_000_000  # a telephone takes 12 to 24 million, some 50, which they send as fewer
MAX_SIDE = 2_400  # pixels in which a picture is looked at
MAX_PAGES = 6
MAX_LETTERS = 20_000  # of a page
MAX_SEEN = 20
MEMORY = 1_500_000_000  # bytes of addresses, most of them never used
SECONDS = 6  # of a processor
PICTURES = ("PNG", "JPEG", "WEBP")
CODE = re.compile(r"(?<![\w-])[2-9A-HJ-NP-Z]{4}(?:-[2-9A-HJ-NP-Z]{4}){2}(?![\w-])")


class CannotSee(ValueError):
    """The file is not looked at: too-large, damaged or locked."""


def seen(data: bytes) -> list[str]:
    """What the QR codes say, and codes in print, each once. Raises CannotSee."""
    found = _in_pdf(data) if b"%PDF-" in data[:1024] else _in_picture(data)
    return list(dict.fromkeys(found))[:MAX_SEEN]


def _in_picture(data: bytes) -> Iterator[str]:
    from PIL import Image, ImageOps, UnidentifiedImageError  # noqa: PLC0415  only where there is a picture

    try:
        picture: Any = Image.open(BytesIO(data), formats=PICTURES)
        if picture.width * picture.height > MAX_PIXELS:
            raise CannotSee("too-large")
        picture.draft("L", (MAX_SIDE, MAX_SIDE))
        if "A" in picture.getbands() or "transparency" in picture.info:  # what shows through is paper
            picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture.convert("RGBA"))
        whole = ImageOps.exif_transpose(picture).convert("L")
    except CannotSee:
        raise
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as fault:
        raise CannotSee("damaged") from fault
    smaller = whole.copy()
    smaller.thumbnail((MAX_SIDE, MAX_SIDE))
    found = list(_qr(smaller))
    yield from found or (_qr(whole) if smaller.size != whole.size else ())


def _in_pdf(data: bytes) -> Iterator[str]:
    import pypdfium2  # noqa: PLC0415  a tenth of a second, only where there is a PDF

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as fault:
        raise CannotSee("locked" if "password" in str(fault).lower() else "damaged") from fault
    for number in range(min(len(document), MAX_PAGES)):
        try:
            page = document[number]
            text = page.get_textpage()
            letters = min(text.count_chars(), MAX_LETTERS)
            words = text.get_text_range(0, letters) if letters else ""
            scale = min(3.0, MAX_SIDE / max(*page.get_size(), 1.0))
            picture = page.render(scale=scale, grayscale=True).to_pil()
        except (pypdfium2.PdfiumError, ValueError) as fault:
            raise CannotSee("damaged") from fault
        yield from CODE.findall(words)
        yield from _qr(picture)


def _qr(picture: Any) -> Iterator[str]:
    import zxingcpp  # noqa: PLC0415  only where there is something to see

    kind: Any = zxingcpp.BarcodeFormat.QRCode
    for code in zxingcpp.read_barcodes(picture, formats=kind):
        if code.valid and code.text:
            yield code.text[:2_000]


def _limit() -> None:
    """Takes from itself what a bomb would use. Only systems that have such limits set them."""
    try:
        import resource  # noqa: PLC0415  not on Windows
    except ImportError:
        return
    for kind, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS)):
        resource.setrlimit(kind, (most, most))


def main() -> None:
    _limit()
    try:
        answer: dict[str, object] = {"seen": seen(sys.stdin.buffer.read())}
    except CannotSee as refusal:
        answer = {"refused": str(refusal)}
    except MemoryError:
        answer = {"refused": "too-large"}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
