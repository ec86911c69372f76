"""Words as search sees them: base forms, the same when a text is saved and when somebody asks."""

import re
import shutil
import tempfile
from functools import lru_cache
from pathlib import Path

import simplemma
from django.conf import settings
from marisa_trie import BytesTrie
from simplemma.strategies import DefaultStrategy, DictionaryLookupStrategy, TrieDictionaryFactory
from simplemma.strategies.dictionaries.trie_dictionary_factory import TrieWrapDict

from registry.models.texts import LANGUAGES

WORD = re.compile(r"[^\W_]+")
LONGEST = 60  # characters of one word; nobody searches for more
MOST = 12  # words of one question
# Too common to narrow a search; kept in texts, left out of questions of several words.
SMALL = {"ja", "tai", "sekä", "och", "eller", "samt", "i", "på", "av", "för", "med", "and", "or", "the", "of"}
# Compounds: letters of the beginning and of the end; a longer end may change within (alojen, ala).
SHORTEST_HEAD, SHORTEST_END, LONG_END = 4, 3, 4
MENDED = {("työ", "fi"): "työ"}  # the dictionary takes it for a dialect's "you"


def split(text: str) -> list[str]:
    """Lower-case words of letters and digits; both databases see exactly these."""
    return [word[:LONGEST] for word in WORD.findall(text.lower())]


def base_forms(text: str, *, language: str) -> list[str]:
    """The words of a text in their base forms: "terveydenhuollossa" becomes "terveydenhuolto"."""
    return [_base_form(word, language) for word in split(text)]


def asked(text: str) -> list[str]:
    """The words of a question that a text must hold."""
    words = list(dict.fromkeys(split(text)))[:MOST]
    return [word for word in words if word not in SMALL] or words


def spellings(word: str) -> dict[str, tuple[str, ...]]:
    """What to look for in texts of each language: the base form, and the word as it was typed."""
    return {language: tuple(dict.fromkeys((_base_form(word, language), word))) for language in LANGUAGES}


def warm() -> None:
    """Make the dictionaries on disk: about 10 s, once per release of simplemma. For demo and deploy."""
    for language in LANGUAGES:
        _base_form("sana", language)


@lru_cache(maxsize=50_000)
def _base_form(word: str, language: str) -> str:
    base = MENDED.get((word, language)) or _base_of_compound(word, language)
    # A dictionary may answer with several words or a hyphen; stored is what the split of a question gives.
    return "".join(split(base or _lemmatizer().lemmatize(word, lang=language))) or word


def _base_of_compound(word: str, language: str) -> str:
    """A Finnish compound that is in no dictionary, of two words that are: its end alone is inflected.

    The lemmatiser takes a short end for an inflection: without this "monimuoto" would become "moni".
    """
    if language != "fi" or _known(word, language):
        return ""
    for at in range(SHORTEST_HEAD, len(word) - SHORTEST_END + 1):
        end = word[at:]
        base = MENDED.get((end, language)) or _known(end, language)
        if base and (len(end) > LONG_END or base[:3] == end[:3]) and _is_beginning(word[:at], language):
            return word[:at] + base
    return ""


def _is_beginning(word: str, language: str) -> bool:
    """A word, or the form that words in -nen have before another: "osaamis" of "osaaminen"."""
    return bool(_known(word, language) or (word.endswith("s") and _known(f"{word[:-1]}nen", language)))


def _known(word: str, language: str) -> str:
    """The base form that the dictionary gives; "" where the word is not in it."""
    return DictionaryLookupStrategy(_dictionaries()).get_lemma(word, language) or ""


@lru_cache
def _lemmatizer() -> simplemma.Lemmatizer:
    return simplemma.Lemmatizer(lemmatization_strategy=DefaultStrategy(dictionary_factory=_dictionaries()))


@lru_cache
def _dictionaries() -> TrieDictionaryFactory:
    folder = Path(settings.LEMMA_DIR) / simplemma.__version__
    if not all((folder / f"{language}.dic").exists() for language in LANGUAGES):
        _make_dictionaries(folder)
    return MappedDictionaries(disk_cache_dir=str(folder))


class MappedDictionaries(TrieDictionaryFactory):
    """Dictionaries that stay on disk: the processes share their pages instead of reading 23 MB each."""

    __slots__ = ()

    def _get_dictionary_uncached(self, lang: str) -> TrieWrapDict:
        return TrieWrapDict(BytesTrie().mmap(str(self._cache_dir / f"{lang}.dic")))


def _make_dictionaries(folder: Path) -> None:
    """Whole files only: several processes may start at once, and one may be stopped in the middle."""
    folder.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=folder.parent))
    factory = TrieDictionaryFactory(disk_cache_dir=str(draft))
    for language in LANGUAGES:
        factory.get_dictionary(language)
        (draft / f"{language}.dic").replace(folder / f"{language}.dic")
    shutil.rmtree(draft)
