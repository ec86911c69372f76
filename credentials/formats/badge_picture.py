"""The picture of a badge, drawn from its award: a seal with the institution's letters, title, size and level.

As PNG by Pillow and as SVG, from one layout. Nobody's name is on it: pictures get around.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from math import cos, pi, sin
from pathlib import Path
from xml.sax.saxutils import escape

from PIL import Image, ImageDraw, ImageFont

from credentials.facts import Award
from credentials.formats import narrative, wording
from credentials.formats.alignments import body_name
from credentials.formats.completeness import credits_of, refuse_incomplete, there

SIDE = 1000
SEA, BIRCH, AMBER, INK, GREY = "#083c53", "#f6f3ec", "#f2b544", "#10233a", "#4a5a6b"
BAND, CENTRE, RADIUS, RING, DOTS = 300, (500, 300), 190, 160, 72
TITLE_TOP, TITLE_BOTTOM, MARGIN = 525, 790, 70
FONTS = {
    "serif": ("fontpkg_source_serif_4", "SourceSerif4[opsz,wght].ttf", "Source Serif 4, Georgia, serif", 600),
    "sans": ("fontpkg_public_sans", "PublicSans[wght].ttf", "Public Sans, system-ui, sans-serif", 500),
    "bold": ("fontpkg_public_sans", "PublicSans[wght].ttf", "Public Sans, system-ui, sans-serif", 700),
}
WEIGHTS = {500: "Medium", 600: "SemiBold", 700: "Bold"}
TITLE_SIZES = (64, 56, 48, 42, 36, 32)
SMALLER = 0.92


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of text; `middle` is the point it is centred on, `size` the height of its letters' square."""

    text: str
    middle: tuple[float, float]
    size: float
    font: str
    colour: str


def png(award: Award) -> bytes:
    """1000 × 1000. The same award gives the same picture. Raises Incomplete."""
    image = _ground().copy()
    canvas = ImageDraw.Draw(image)
    for line in _lines(award):
        canvas.text(line.middle, line.text, font=_font(line.font, line.size), fill=line.colour, anchor="mm")
    written = io.BytesIO()
    image.quantize(64, dither=Image.Dither.NONE).save(written, "PNG")
    return written.getvalue()


def svg(award: Award) -> bytes:
    """The same picture as SVG, read out by its title. Raises Incomplete."""
    title = narrative.text(award.title, award.language)
    x, y = CENTRE
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}" {_named(award.language)}>',
        f'<title id="title">{escape(f"{title} – {body_name(award.issuer, award.language)}")}</title>',
        f'<rect width="{SIDE}" height="{SIDE}" rx="60" fill="{BIRCH}"/>',
        f'<path d="M0 {BAND}V60A60 60 0 0 1 60 0H{SIDE - 60}A60 60 0 0 1 {SIDE} 60V{BAND}Z" fill="{SEA}"/>',
        f'<rect y="{BAND}" width="{SIDE}" height="8" fill="{AMBER}"/>',
        f'<circle cx="{x}" cy="{y}" r="{RADIUS}" fill="{BIRCH}" stroke="{SEA}" stroke-width="14"/>',
        *(f'<circle cx="{left:.1f}" cy="{top:.1f}" r="4" fill="{SEA}"/>' for left, top in _dots()),
        *(_svg_line(line) for line in _lines(award)),
        "</svg>",
    ]
    return "\n".join(parts).encode("utf-8")


@cache
def _ground() -> Image.Image:
    """Everything but the words; drawn twice as large, so that its edges become smooth."""
    image = Image.new("RGBA", (SIDE * 2, SIDE * 2), (0, 0, 0, 0))
    canvas = ImageDraw.Draw(image)
    whole, (x, y) = SIDE * 2, (CENTRE[0] * 2, CENTRE[1] * 2)
    canvas.rounded_rectangle((0, 0, whole - 1, whole - 1), radius=120, fill=BIRCH)
    canvas.rounded_rectangle((0, 0, whole - 1, BAND * 2), radius=120, fill=SEA)
    canvas.rectangle((0, BAND, whole - 1, BAND * 2), fill=SEA)
    canvas.rectangle((0, BAND * 2, whole - 1, BAND * 2 + 15), fill=AMBER)
    reach = RADIUS * 2 + 14
    canvas.ellipse((x - reach, y - reach, x + reach, y + reach), fill=BIRCH, outline=SEA, width=28)
    for left, top in _dots():
        canvas.ellipse((left * 2 - 8, top * 2 - 8, left * 2 + 8, top * 2 + 8), fill=SEA)
    return image.resize((SIDE, SIDE), Image.Resampling.LANCZOS)


def _dots() -> Iterator[tuple[float, float]]:
    for number in range(DOTS):
        angle = 2 * pi * number / DOTS
        yield CENTRE[0] + RING * cos(angle), CENTRE[1] + RING * sin(angle)


def _lines(award: Award) -> Iterator[Line]:
    """Every line of text in its place."""
    refuse_incomplete(award)
    language = award.language
    yield _fitting(award.issuer.code, middle=CENTRE, sizes=(110, 30), width=250, font="bold", colour=SEA)
    font, title = _drawable(narrative.text(award.title, language))
    size, titles = _title(title, font)
    step, middle = size * 1.18, (TITLE_TOP + TITLE_BOTTOM) / 2
    for number, text in enumerate(titles):
        place = (SIDE / 2, middle + (number - (len(titles) - 1) / 2) * step)
        yield Line(text=text, middle=place, size=size, font=font, colour=INK)
    name, width = body_name(award.issuer, language), SIDE - 2 * MARGIN
    yield _fitting(name, middle=(500, 845), sizes=(40, 16), width=width, font="sans", colour=GREY)
    yield _fitting(_facts(award), middle=(500, 915), sizes=(44, 16), width=width, font="bold", colour=SEA)


def _facts(award: Award) -> str:
    """5 op · EQF 6; of a badge what it is, for it has no credits."""
    if award.badge:
        return wording.BADGE[award.badge][award.language]
    ects = wording.ECTS[award.language].format(narrative.number(credits_of(award), award.language))
    return f"{ects} · EQF {there(award.eqf_level, fact='eqf_level').code}"


def _fitting(
    text: str,
    *,
    middle: tuple[float, float],
    sizes: tuple[float, float],
    width: float,
    font: str,
    colour: str,
) -> Line:
    """The line in the largest letters that fit the width, not smaller than the second size."""
    size, least = sizes
    while size > least and _font(font, size).getlength(text) > width:
        size = round(size * SMALLER, 1)
    return Line(text=text, middle=middle, size=size, font=font, colour=colour)


def _title(title: str, font: str) -> tuple[float, list[str]]:
    """The title whole, in the largest letters in which it has room; 120 characters always have."""
    for size in TITLE_SIZES:
        lines = _broken(title, _font(font, size))
        if len(lines) * size * 1.18 <= TITLE_BOTTOM - TITLE_TOP:
            break
    return size, lines


def _broken(text: str, font: ImageFont.FreeTypeFont) -> list[str]:
    """Lines that fit the width; a word that is wider than a line is divided by hyphens."""
    lines = [""]
    for word in text.split():
        if _fits(f"{lines[-1]} {word}".strip(), font):
            lines[-1] = f"{lines[-1]} {word}".strip()
            continue
        lines.append("")
        for letter in word:
            if not _fits(f"{lines[-1]}{letter}-", font):
                lines[-1] += "-"
                lines.append("")
            lines[-1] += letter
    return [line for line in lines if line]


def _fits(text: str, font: ImageFont.FreeTypeFont) -> bool:
    return font.getlength(text) <= SIDE - 2 * MARGIN


def _drawable(text: str) -> tuple[str, str]:
    """The font that has most of the letters, and the text without what it cannot draw, such as emoji."""
    font = max(("serif", "bold"), key=lambda name: sum(_has_glyph(name, letter) for letter in text))
    return font, "".join(letter for letter in text if _has_glyph(font, letter))


@lru_cache(maxsize=5_000)
def _has_glyph(name: str, letter: str) -> bool:
    font = _font(name, TITLE_SIZES[0])
    return letter.isspace() or bytes(font.getmask(letter)) != bytes(font.getmask("\uffff"))


def _named(language: str) -> str:
    """As screen readers hear of a picture: in its language, by its title."""
    return f'role="img" lang="{language}" aria-labelledby="title"'


def _svg_line(line: Line) -> str:
    _package, _file, family, weight = FONTS[line.font]
    x, y = line.middle
    width = _font(line.font, line.size).getlength(line.text)
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle" dominant-baseline="central" '
        f'font-family="{family}" font-weight="{weight}" font-size="{line.size:g}" textLength="{width:.0f}" '
        f'lengthAdjust="spacingAndGlyphs" fill="{line.colour}">{escape(line.text)}</text>'
    )


@lru_cache
def _font(name: str, size: float) -> ImageFont.FreeTypeFont:
    package, file, _family, weight = FONTS[name]
    found = find_spec(package)
    if found is None or found.origin is None:
        raise ModuleNotFoundError(package)
    font = ImageFont.truetype(Path(found.origin).parent / "files" / file, size)
    font.set_variation_by_name(WEIGHTS[weight])
    return font
