import pytest
from django.template import Context, Template
from django.utils import translation

from registry.templatetags.texts import plain_text

pytestmark = pytest.mark.once


def shown(value, extra=""):
    return (
        Template("{% load texts %}{% texts value " + extra + " %}").render(Context({"value": value})).strip()
    )


@pytest.mark.parametrize(
    ("language", "value", "html"),
    [
        ("fi", {"fi": "Nimi & tieto", "en": "Name"}, "Nimi &amp; tieto"),
        (
            "sv",
            {"fi": "Nimi"},
            '<span lang="fi">Nimi</span> <span class="only-in">Finns bara på finska</span>',
        ),
        (
            "fi",
            {"sv": "Namn"},
            '<span lang="sv">Namn</span> <span class="only-in">Saatavilla vain ruotsiksi</span>',
        ),
        (
            "en",
            {"fi": "Nimi", "sv": "Namn", "en": ""},
            '<span lang="fi">Nimi</span> <span class="only-in">Available only in Finnish and Swedish</span>',
        ),
        ("fi", {}, ""),
        ("fi", None, ""),
    ],
)
def test_text_in_another_language_says_so(language, value, html):
    """Rule 16: no silent fallback; the right lang attribute."""
    with translation.override(language):
        assert shown(value) == html


def test_main_language_goes_before_the_others():
    with translation.override("en"):
        assert shown({"fi": "Nimi", "sv": "Namn"}, '"sv" note=False') == '<span lang="sv">Namn</span>'


def test_plain_text_is_the_text_alone():
    with translation.override("en"):
        assert plain_text({"sv": "Namn"}) == "Namn"
