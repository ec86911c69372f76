"""What the public catalogue shows right now, held in memory by every process: facets as integer bitsets.

A version's id is its bit. An option of a facet is the integer whose set bits are the versions that have it:
filters are `&` and `|`, a count is `bit_count()`. `CatalogueState.number` tells a process that its copy is
old.
"""

import re
import threading
import unicodedata
from array import array
from collections import OrderedDict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from itertools import compress, islice
from math import inf
from typing import NamedTuple

from django.db import connection
from django.db.models import F

from registry.catalogue import cards, search, words
from registry.catalogue.cards import Card
from registry.models import CatalogueState, Code, Institution, OfferingVersion
from registry.models.texts import LANGUAGES

# Sizes as the facet groups them: the code says the band, the number is its lower end in ECTS credits.
SIZES = {"1-3": 1, "4-5": 4, "6-15": 6, "16-59": 16, "60": 60}
# Each facet with the code list that names its options ("" where the options name themselves).
FACETS = {
    "institution": "", "form": "education_form", "level": "competence_level", "eqf": "eqf",
    "mode": "participation_mode", "language": "teaching_language", "size": "", "field": "okm_field",
    "origin": "origin", "network": "",
}  # fmt: skip
# Networks of institutions as the facet knows them: PINKO is the project of eleven.
NETWORKS = ("pinko",)
SORTS = ("relevance", "title", "size", "largest", "price", "newest")

# Up to so many cards are kept all of them, else those used last. A row is a card as HTML or as JSON.
ALL_CARDS, KEPT_CARDS = 3_000, 1_500
ALL_ROWS, KEPT_ROWS = 4_000, 1_500
KEPT_QUESTIONS = 50
# A word takes up to nine bitsets: about a byte for every version.
KEPT_WORD_BYTES, FEWEST_WORDS, MOST_WORDS = 16_000_000, 50, 2_000
KEPT_PAGES = 500  # of some 50 kB, compressed to 7
ONES = bytes.maketrans(b"01", b"\0\1")
RARE = 300  # one match in so many ids is sorted sooner than the ids are walked through
SOME = re.compile(rb"[^\0]")
BITS = [tuple(bit for bit in range(8) if byte >> bit & 1) for byte in range(256)]
AFTER_Z = str.maketrans({"å": "{", "ä": "|", "æ": "|", "ö": "}", "ø": "}"})


@dataclass(frozen=True)
class Query:
    """One question: words, chosen options by facet, order, and the language that titles are sorted in.

    Machines also ask what has changed since a moment, in the order of change ("updated").
    """

    words: str = ""
    picks: dict[str, list[str]] = field(default_factory=dict)
    sort: str = "relevance"
    language: str = "fi"
    updated_since: datetime | None = None


class Order(NamedTuple):
    """The ids in one order, and by id its place in it (0 for an id that is not shown)."""

    pks: array
    ranks: array


class Found(Sequence):
    """The answer: cards by slice, in order. `len()` counts the offerings, `counts` the options of facets.

    `corrected` is the question that was answered where the words asked for had a typing error.
    """

    def __init__(
        self,
        *,
        shown: "Shown",
        layers: list[int],
        order: Order,
        counts: dict[str, dict[str, int]],
        corrected: str = "",
    ):
        self._shown, self._layers, self._order, self.counts = shown, layers, order, counts
        self.corrected = corrected
        self._length = sum(layer.bit_count() for layer in layers)

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, at):
        if isinstance(at, slice):
            start, stop, _step = at.indices(self._length)
            return self._shown.cards(islice(self._pks(), start, stop))
        return self[at : at + 1][0]

    def _pks(self) -> Iterator[int]:
        """One layer after the other (title hits, outcome hits, other hits), each in the order of the sort."""
        for layer in self._layers:
            yield from self._in_order(layer)

    def _in_order(self, layer: int) -> Iterable[int]:
        """Few are sorted; of many, those that a page wants come early when the order is walked through."""
        if layer.bit_count() * RARE < self._shown.width:
            return sorted(_set_bits(layer), key=self._order.ranks.__getitem__)
        flags = f"{layer:0{self._shown.width}b}".encode().translate(ONES)[::-1]
        return compress(self._order.pks, map(flags.__getitem__, self._order.pks))


class Kept:
    """The values used last, at most so many; safe between the threads of a process."""

    def __init__(self, *, most: int):
        self._most, self._values, self._lock = most, OrderedDict(), threading.Lock()

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: Hashable):
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def update(self, values: dict) -> None:
        with self._lock:
            self._values |= values
            while len(self._values) > self._most:
                self._values.popitem(last=False)


class Shown:
    """One state of the catalogue, worked out when it is made; cards that are too many to keep are fetched as
    pages need them."""

    def __init__(self, *, number: int):
        self.number = number
        self.labels, self.descriptions = _code_texts()
        self.institutions = {one.code: one for one in Institution.objects.order_by("short_name", "pk")}
        self._pathways = cards.pathways_by_version()
        partners = {one.code for one in self.institutions.values() if one.is_pinko_partner}
        columns = _Columns(_rows(), partners=partners)
        self._pks, self._updated = columns.pks, columns.updated
        self.everything = _bits(self._pks)
        self.width = self.everything.bit_length()
        self.options = columns.options()
        self._orders = columns.orders()
        keeps_all = len(self._pks) <= ALL_CARDS
        self._cards = Kept(most=ALL_CARDS if keeps_all else KEPT_CARDS)
        if keeps_all:  # in one go they cost a fifth of what page after page would
            self._cards.update(self._loaded(self._pks))
        # What views have made of this state: whole pages, and rows of them.
        self.pages, self.rows = Kept(most=KEPT_PAGES), Kept(most=ALL_ROWS if keeps_all else KEPT_ROWS)
        most = max(FEWEST_WORDS, min(MOST_WORDS, KEPT_WORD_BYTES // (self.width + 1)))
        self._holders = lru_cache(maxsize=most)(self._bits_by_word)
        self._hits = lru_cache(maxsize=KEPT_QUESTIONS)(self._found_by_words)

    def choices(self, facet: str) -> list[str]:
        """Every code that the facet understands, used or not."""
        if facet == "institution":
            return list(self.institutions)
        if facet == "network":
            return list(NETWORKS)
        return list(SIZES) if facet == "size" else list(self.labels.get(FACETS[facet], {}))

    def find(self, query: Query) -> Found:
        """Or within a facet, and between facets; each facet is counted as if nothing were chosen in it."""
        layers, corrected = (
            self._hits(query.words.strip()) if query.words.strip() else ([self.everything], "")
        )
        matching = layers[0] | layers[1] | layers[2] if len(layers) > 1 else layers[0]
        if query.updated_since:
            matching &= self._since(query.updated_since)
        chosen = {facet: self._any_of(facet, codes) for facet, codes in query.picks.items() if codes}
        within = matching
        for bits in chosen.values():
            within &= bits
        counts = {}
        for facet, options in self.options.items():
            base = within
            if facet in chosen:
                base = matching
                for other, bits in chosen.items():
                    base = base if other == facet else base & bits
            counts[facet] = {code: (bits & base).bit_count() for code, bits in options.items()}
        layers = [layer & within for layer in layers]
        if query.sort != "relevance":
            layers = [within]
        return Found(shown=self, layers=layers, order=self._order(query), counts=counts, corrected=corrected)

    def nearest(self, query: Query) -> Found:
        """For a question without an answer: what fits its words, else its chosen options, else anything."""
        words, picks = replace(query, picks={}), replace(query, words="")
        tries = (self.find(one) for one in (words, picks, replace(picks, picks={}, sort="newest")))
        return next((found for found in tries if len(found)), self.find(replace(query, words="", picks={})))

    def cards(self, pks: Iterable[int]) -> list[Card]:
        """The cards of the versions; those that were shown lately cost no query."""
        pks = list(pks)
        have = {pk: card for pk in pks if (card := self._cards.get(pk))}
        if missing := [pk for pk in pks if pk not in have]:
            fresh = self._loaded(missing)
            have |= fresh
            self._cards.update(fresh)
        return [have[pk] for pk in pks if pk in have]

    def _loaded(self, pks: Iterable[int]) -> dict[int, Card]:
        return cards.load(pks, institutions=self.institutions, pathways=self._pathways)

    def _any_of(self, facet: str, codes: Iterable[str]) -> int:
        bits = 0
        for code in codes:
            bits |= self.options[facet].get(code, 0)
        return bits

    def _order(self, query: Query) -> Order:
        key = query.sort if query.sort in self._orders else f"title-{query.language}"
        return self._orders[key]

    def _found_by_words(self, question: str) -> tuple[list[int], str]:
        """Three disjoint bitsets: hits in the title, else in the outcomes, else anywhere. And the question
        that was answered, where it was corrected."""
        title, outcomes, anywhere = self._layers(question)
        corrected = "" if anywhere else search.corrected(question, is_known=self._is_known)
        if corrected:
            title, outcomes, anywhere = self._layers(corrected)
        return [title, outcomes & ~title, anywhere & ~outcomes & ~title], corrected

    def _layers(self, question: str) -> list[int]:
        """Versions that hold every word of the question in one language: in the title; in title or outcomes;
        anywhere."""
        holders = [self._holders(word) for word in words.asked(question)]
        return [self._hold_all([one[layer] for one in holders]) for layer in range(3)]

    def _hold_all(self, holders: list[dict[str, int]]) -> int:
        found = 0
        for language in LANGUAGES if holders else ():
            bits = self.everything
            for one in holders:
                bits &= one[language]
            found |= bits
        return found

    def _bits_by_word(self, word: str) -> list[dict[str, int]]:
        held, layers = dict.fromkeys(LANGUAGES, 0), []
        for found in search.holders(word):
            # The same integer where a layer adds nothing: at 100,000 versions each is 12 kB.
            held = {
                language: bits | found[language] & self.everything if found[language] else bits
                for language, bits in held.items()
            }
            layers.append(held)
        return layers

    def _is_known(self, word: str) -> bool:
        return bool(self._layers(word)[-1])

    def _since(self, moment: datetime) -> int:
        since = moment.timestamp()
        return _bits(pk for pk, at in zip(self._pks, self._updated, strict=True) if at >= since)


class _Texts:
    """Short texts in one block of memory, where as many strings would leave holes in the process's."""

    def __init__(self):
        self._block, self._ends = bytearray(), array("I", [0])

    def append(self, text: str) -> None:
        self._block += text.encode()
        self._ends.append(len(self._block))

    def __getitem__(self, position: int) -> bytes:
        """UTF-8, which stands in the same order as the text."""
        return bytes(self._block[self._ends[position] : self._ends[position + 1]])


class _Columns:
    """The rows of a state read once, one after the other: what facets and orders need, in little memory."""

    def __init__(self, rows: Iterable[dict], *, partners: set[str]):
        self.pks, self.updated = array("q"), array("d")
        self._sizes, self._prices, self._published = array("d"), array("d"), array("d")
        self._titles = {language: _Texts() for language in LANGUAGES}
        self._options: dict[str, dict[str, array]] = {facet: {} for facet in FACETS}
        for row in rows:
            self.pks.append(row["pk"])
            self.updated.append(row["updated_at"].timestamp())
            self._sizes.append(row["ects"] or 0)
            self._prices.append(inf if row["fee_eur"] is None else row["fee_eur"])
            self._published.append(row["published_at"].timestamp())
            for language, titles in self._titles.items():
                titles.append(_title_key(row, language))
            for facet, codes in _options(row, partners=partners).items():
                for code in codes:
                    self._options[facet].setdefault(code, array("I")).append(row["pk"])

    def options(self) -> dict[str, dict[str, int]]:
        return {
            facet: {code: _bits(pks) for code, pks in options.items()}
            for facet, options in self._options.items()
        }

    def orders(self) -> dict[str, Order]:
        """Ids in each order; what is equal stays in the order of the title, then of id."""
        every = range(len(self.pks))
        orders = {f"title-{language}": _sorted(every, titles) for language, titles in self._titles.items()}
        by_title = orders["title-fi"]
        orders |= {
            "size": _sorted(by_title, self._sizes),
            "largest": _sorted(by_title, self._sizes, reverse=True),
            "price": _sorted(by_title, self._prices),
            "newest": _sorted(by_title, self._published, reverse=True),
            "updated": _sorted(every, self.updated),
        }
        return {
            sort: _ranked(array("I", map(self.pks.__getitem__, positions)))
            for sort, positions in orders.items()
        }


def _sorted(positions: Iterable[int], keys: Sequence | _Texts, *, reverse: bool = False) -> array:
    return array("I", sorted(positions, key=keys.__getitem__, reverse=reverse))


def _ranked(pks: array) -> Order:
    ranks = array("I", bytes(4 * (max(pks, default=-1) + 1)))
    for rank, pk in enumerate(pks):
        ranks[pk] = rank
    return Order(pks=pks, ranks=ranks)


def _set_bits(bits: int) -> Iterator[int]:
    """The ids whose bits are set."""
    data = bits.to_bytes((bits.bit_length() + 7) // 8, "little")
    for found in SOME.finditer(data):
        for bit in BITS[data[found.start()]]:
            yield 8 * found.start() + bit


def _bits(pks: Iterable[int]) -> int:
    """The integer whose set bits are the ids."""
    flags = bytearray()
    for pk in pks:
        if (at := pk >> 3) >= len(flags):
            flags.extend(bytes(at + 1 - len(flags)))
        flags[at] |= 1 << (pk & 7)
    return int.from_bytes(flags, "little")


def _title_key(row: dict, language: str) -> str:
    texts, wanted = row["title"], (language, row["primary_language"], *LANGUAGES)
    return sort_key(next((texts[one] for one in wanted if texts.get(one)), ""))


def sort_key(text: str) -> str:
    """Finnish and Swedish alphabet without ICU: å, ä and ö stand after z, other accents do not count."""
    kept = text.casefold().translate(AFTER_Z)
    if kept.isascii():
        return kept
    return "".join(mark for mark in unicodedata.normalize("NFKD", kept) if not unicodedata.combining(mark))


def size_band(ects) -> str:
    return max(
        (code for code, low in SIZES.items() if ects is not None and ects >= low), key=SIZES.get, default=""
    )


_current: Shown | None = None
_renewing = threading.Lock()


def current() -> Shown:
    """The newest state; call it once per request. One small query tells whether anything was published."""
    global _current  # noqa: PLW0603  the process's one copy
    number = _number()
    if _current is None or _current.number != number:
        with _renewing:
            if _current is None or _current.number != number:
                _current = Shown(number=number)
    return _current


def _number() -> int:
    """Written out, for every request asks it: composing the query would cost four times as much."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM registry_cataloguestate WHERE id = 1")
        row = cursor.fetchone()
    return row[0] if row else 0


def forget() -> None:
    """Every process's next answer shows what the catalogue holds now.

    The number is part of the caller's transaction if there is one: both become visible together.
    """
    CatalogueState.objects.get_or_create(pk=1)
    CatalogueState.objects.filter(pk=1).update(number=F("number") + 1)


def drop() -> None:
    """Let this process forget its copy: tests roll the number back."""
    global _current  # noqa: PLW0603
    _current = None


def _code_texts() -> tuple[dict[str, dict[str, dict]], dict[tuple[str, str], dict]]:
    """Labels of all lists in order, {"participation_mode": {"online": {"fi": …}}}; descriptions by code."""
    labels: dict[str, dict[str, dict]] = {}
    descriptions = {}
    for row in Code.objects.order_by("list", "order", "pk"):
        labels.setdefault(row.list, {})[row.code] = row.label
        descriptions[row.list, row.code] = row.description
    return labels, descriptions


def _rows() -> Iterable[dict]:
    columns = (
        "pk", "title", "primary_language", "ects", "eqf_level", "competence_level", "education_form",
        "okm_field", "participation_modes", "teaching_languages", "awarding_bodies", "origins",
        "fee_eur", "published_at", "updated_at",
    )  # fmt: skip
    # C-39: what is for the staff only has its page and its credentials, but nobody comes across it.
    versions = OfferingVersion.objects.filter(shown_by__isnull=False, is_staff_only=False).order_by("pk")
    return versions.values(*columns, institution=F("offering__institution__code")).iterator(chunk_size=2_000)


def _options(row: dict, *, partners: set[str]) -> dict[str, Iterable[str]]:
    """The options of each facet that one version has. `partners` are the institutions of PINKO."""
    houses = {row["institution"], *row["awarding_bodies"]}
    return {
        "institution": houses,
        "form": filter(None, [row["education_form"]]),
        "level": filter(None, [row["competence_level"]]),
        "eqf": [str(row["eqf_level"])] if row["eqf_level"] else [],
        "mode": set(row["participation_modes"]),
        "language": set(row["teaching_languages"]),
        "size": filter(None, [size_band(row["ects"])]),
        "field": filter(None, [row["okm_field"]]),
        "origin": set(row["origins"]),
        "network": ["pinko"] if houses & partners else [],
    }
