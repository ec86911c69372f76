"""manage.py messages: when a translation says the same as its source."""

import polib
import pytest

from registry.management.commands.messages import is_same_said

ROWS = ("%(n)s row of %(file)s", "%(n)s rows of %(file)s")
THIS = ("This row of %(file)s", "These %(n)s rows of %(file)s")


def entry(source, translation) -> polib.POEntry:
    forms = dict(enumerate(translation))
    return polib.POEntry(msgid=source[0], msgid_plural=source[1], msgstr_plural=forms)


@pytest.mark.parametrize(
    ("source", "translation", "is_same"),
    [
        (ROWS, ("%(n)s rivi: %(file)s", "%(n)s riviä: %(file)s"), True),
        (THIS, ("Tämä rivi: %(file)s", "Nämä %(n)s riviä: %(file)s"), True),
        (THIS, ("%(n)s rivi: %(file)s", "Nämä %(n)s riviä: %(file)s"), True),
        (ROWS, ("%(n)s rivi", "%(n)s riviä: %(file)s"), False),
        (ROWS, ("Rivi: %(file)s", "%(n)s riviä: %(file)s"), False),
        (ROWS, ("%(n)s rivi: %(file)s", "Rivejä: %(file)s"), False),
        (THIS, ("Tämä rivi: %(file)s", "Nämä rivit: %(file)s"), False),
        (THIS, ("Tämä rivi", "Nämä %(n)s riviä: %(file)s"), False),
        (ROWS, ("%(n)s rivi: %(file)s", "%(n)s riviä: %(nimi)s"), False),
        (("This row", "These %(n)s rows of %(file)s"), ("Tämä rivi", "Nämä %(n)s riviä: %(file)s"), False),
        (("%(n)s row", "These rows"), ("%(n)s rivi", "Nämä rivit"), False),
    ],
)
def test_plural_forms_keep_their_placeholders(source, translation, is_same):
    """Only the number may be left out, only in a singular, and only where the source does so."""
    assert is_same_said(entry(source, translation)) is is_same


def test_one_text_keeps_its_placeholders():
    said = [polib.POEntry(msgid="Hei %(name)s", msgstr=text) for text in ("Hej %(name)s", "Hej", "Hej %s")]

    assert [is_same_said(one) for one in said] == [True, False, False]
