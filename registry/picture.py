"""The picture of an offering that is shown where its address is shared: 1200 × 630 PNG, drawn by Pillow."""

import io
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT, MARGIN = 1200, 630, 72
SEA, AMBER, WHITE, PALE = "#083c53", "#f2b544", "#ffffff", "#dcebf2"
LINES = 4  # of the title
FONTS = {
    "serif": ("fontpkg_source_serif_4", "SourceSerif4[opsz,wght].ttf"),
    "sans": ("fontpkg_public_sans", "PublicSans[wght].ttf"),
}


def draw(*, title: str, institution: str, facts: str, register: str) -> bytes:
    """Title in at most four lines, below it who offers and the facts in brief ("5 op · EQF 6")."""
    image = Image.new("RGB", (WIDTH, HEIGHT), SEA)
    canvas = ImageDraw.Draw(image)
    canvas.rectangle((0, 0, 16, HEIGHT), fill=AMBER)
    canvas.text((MARGIN, MARGIN), register, font=_font("sans", 32), fill=PALE)
    font, lines = _fitting(title)
    step = round(font.size * 1.2)
    for number, line in enumerate(lines):
        canvas.text((MARGIN, 150 + number * step), line, font=font, fill=WHITE)
    canvas.text(
        (MARGIN, HEIGHT - 160), _cut(institution, _font("sans", 40)), font=_font("sans", 40), fill=PALE
    )
    canvas.text((MARGIN, HEIGHT - 100), _cut(facts, _font("sans", 40)), font=_font("sans", 40), fill=AMBER)
    written = io.BytesIO()
    image.save(written, "PNG", optimize=True)
    return written.getvalue()


def _fitting(title: str) -> tuple[ImageFont.FreeTypeFont, list[str]]:
    """The largest letters in which the title has room; what is too long even so ends in dots."""
    for points in (72, 60, 50):
        font = _font("serif", points)
        lines = _broken(title, font)
        if len(lines) <= LINES and len(lines) * points * 1.2 <= HEIGHT - 330:
            return font, lines
    return font, [*lines[: LINES - 1], _cut(" ".join(lines[LINES - 1 :]), font)]


def _broken(text: str, font: ImageFont.FreeTypeFont) -> list[str]:
    """Lines that fit the width; a word that is wider than a line is cut into pieces."""
    lines = [""]
    for word in text.split():
        if _fits(f"{lines[-1]} {word}".strip(), font):
            lines[-1] = f"{lines[-1]} {word}".strip()
            continue
        lines.append("")
        for letter in word:
            if not _fits(lines[-1] + letter, font):
                lines.append("")
            lines[-1] += letter
    return [line for line in lines if line]


def _cut(text: str, font: ImageFont.FreeTypeFont) -> str:
    if _fits(text, font):
        return text
    while text and not _fits(f"{text}…", font):
        text = text[:-1]
    return f"{text.rstrip()}…"


def _fits(text: str, font: ImageFont.FreeTypeFont) -> bool:
    return font.getlength(text) <= WIDTH - 2 * MARGIN


@lru_cache
def _font(name: str, points: int) -> ImageFont.FreeTypeFont:
    package, file = FONTS[name]
    font = ImageFont.truetype(str(Path(find_spec(package).origin).parent / "files" / file), points)
    font.set_variation_by_name("SemiBold" if name == "serif" else "Medium")
    return font
