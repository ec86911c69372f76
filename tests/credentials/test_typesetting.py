"""How words become PDF: what is shown of odd letters (decision 101)."""

from datetime import UTC, datetime

import pytest

from credentials.formats import typesetting

pytestmark = pytest.mark.once

AT = datetime(2026, 11, 22, 10, tzinfo=UTC)
PAGE = b"""
#set document(title: "?", date: datetime(year: 2026, month: 11, day: 22))
#set text(font: ("Public Sans", "Source Serif 4", "Libertinus Serif"), lang: "fi")
#sys.inputs.text
"""


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('#panic("x") *ei* _merkkausta_ $x$ <a> @b', '#panic("x") *ei* _merkkausta_ $x$ <a> @b'),
        ("Häh – “näin”…\n\tŠvéd → ≥ Ω Я", "Häh – “näin”…\n\tŠvéd → ≥ Ω Я"),
        ("ǩǥŋđž Ǯ", "ǩǥŋđž Ǯ"),
        ("A\u030astro\u0308m", "Åström"),
        ("Hymiö 😀", "Hymiö [U+1F600]"),
        ("perhe 👩\u200d👩", "perhe [U+1F469][U+1F469]"),
        ("漢", "[U+6F22]"),
        ("oma\ue000 merkki\u200b", "oma[U+E000] merkki"),
    ],
)
def test_text_is_never_markup_and_letters_without_a_look_are_numbers(text, shown):
    assert typesetting.shown(text) == shown
    assert typesetting.compiled(PAGE, inputs={"text": shown}, at=AT).startswith(b"%PDF-1.7")


def test_quoted_text_is_never_markup_and_does_not_end_early():
    """What stands in the template instead of the inputs comes out as it went in, or Typst says it is not."""
    text = '\\" + panic("x") #panic("y")\n{\\u{41}} \\\\'
    same = f"#assert.eq({typesetting.quoted(text)}, sys.inputs.text)\n".encode()

    assert typesetting.compiled(PAGE + same, inputs={"text": text}, at=AT).startswith(b"%PDF-1.7")


def test_marks_that_no_font_joins_are_numbers_in_the_second_try():
    """Each letter has a look alone, yet together they have none: the document is made all the same."""
    tried = []

    def make(shown) -> bytes:
        tried.append(shown("Ω"))
        if len(tried) == 1:
            raise typesetting.typst.TypstError("the text could not be displayed")
        return b"made"

    assert typesetting.in_letters(make) == b"made"
    assert tried == ["Ω", "[U+03A9]"]
