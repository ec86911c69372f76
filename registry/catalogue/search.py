"""Word search: for each word the versions that hold it, as bits in rows that every database reads alike."""

from collections.abc import Callable, Iterator, Sequence

from django.db import connection, transaction
from django.db.models import Q

from registry.catalogue import spelling, words
from registry.models import CatalogueState, OfferingVersion, SearchHolders, SearchText
from registry.models.texts import LANGUAGES

BODY = (
    "summary",
    "target_group",
    "relevance",
    "assessment_description",
    "prerequisites",
    "stackability_towards",
)
Place = SearchHolders.Place
# The columns of a text in the order of their weight: a word counts where it comes first.
PLACES = {Place.TITLE: "title", Place.OUTCOMES: "outcomes", Place.BODY: "body"}
BLOCK = 4_096  # versions of a row: one publication rewrites half a kilobyte for each of its words
# Beginnings of so few letters have rows of their own; the words with a longer one are few.
SHORT = 3
ROWS = 5_000  # read or written at a time
# Both databases read it alike; composed by the ORM it takes five times as long.
WRITE = """
    INSERT INTO registry_searchholders (word, language, place, block, bits) VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (word, language, place, block) DO UPDATE SET bits = excluded.bits
"""
Key = tuple[bytes, str, int, int]
"""Word, language, place, block: what names a row of SearchHolders."""


def index(*, version: OfferingVersion) -> None:
    """Write the words of the version that the catalogue shows, instead of the offering's other versions."""
    index_all(versions=[version])


@transaction.atomic
def index_all(*, versions: Sequence[OfferingVersion]) -> None:
    """`index` for many at the cost of one; give them with their outcomes prefetched."""
    CatalogueState.objects.get_or_create(pk=1)
    CatalogueState.objects.select_for_update().get(pk=1)  # two publications share the rows of their words
    offerings = [version.offering_id for version in versions]
    earlier = SearchText.objects.filter(version__offering__in=offerings)
    texts = [
        _text(version=version, outcomes=outcomes, language=language)
        for version in versions
        for outcomes in [sorted(version.outcomes.all(), key=lambda one: (one.order, one.pk))]
        for language in LANGUAGES
    ]
    _write(gone=_bits_by_key(list(earlier)), come=_bits_by_key(texts))
    earlier.delete()
    SearchText.objects.bulk_create(texts, batch_size=1_000)
    spelling.learn({word for one in texts for word in f"{one.title} {one.outcomes} {one.body}".split()})


def holders(word: str) -> list[dict[str, int]]:
    """The versions that hold the word, or a word that begins so, by language: in the title; in the outcomes;
    anywhere. As integers: bit n is the version with id n. What an earlier one has, a later one may lack."""
    wanted = Q()
    for language, spelled in words.spellings(word).items():
        for one in spelled:
            wanted |= Q(_begins(one), language=language)
    blocks: dict[tuple[int, str, int], int] = {}
    rows = SearchHolders.objects.filter(wanted).values_list("place", "language", "block", "bits")
    for place, language, block, bits in rows.iterator(chunk_size=ROWS):
        key = place, language, block
        blocks[key] = blocks.get(key, 0) | int.from_bytes(bits, "little")
    found = [dict.fromkeys(LANGUAGES, 0) for _place in PLACES]
    for (place, language, block), bits in blocks.items():
        found[place][language] |= bits << (block * BLOCK)
    return found


def corrected(question: str, *, is_known: Callable[[str], bool]) -> str:
    """The question with each word that nothing holds put as the nearest known one; "" where nothing
    changes."""
    asked = words.split(question)[: words.MOST]
    better = [word if word in words.SMALL or is_known(word) else spelling.nearest(word) for word in asked]
    return " ".join(filter(None, better)) if better != asked and any(better) else ""


def _text(*, version: OfferingVersion, outcomes: list, language: str) -> SearchText:
    institution = version.offering.institution
    body = [getattr(version, name).get(language, "") for name in BODY]
    # Codes and names of institutions are the same in every language's question.
    body += [
        version.offering.code,
        institution.short_name,
        institution.city,
        institution.name.get(language, ""),
    ]
    keywords = [word for outcome in outcomes for word in outcome.skill_keywords] if language == "fi" else []
    return SearchText(
        version=version,
        language=language,
        title=_joined([version.title.get(language, "")], language),
        outcomes=_joined([*(outcome.text.get(language, "") for outcome in outcomes), *keywords], language),
        body=_joined(body, language),
    )


def _joined(texts: list[str], language: str) -> str:
    """Base forms in alphabetical order, each once: search asks what a text holds, not where or how often."""
    return " ".join(sorted({word for text in texts for word in words.base_forms(text, language=language)}))


def _begins(spelling_of_it: str) -> Q:
    encoded = spelling_of_it.encode()
    if len(spelling_of_it) <= SHORT:
        return Q(word=encoded + b"*")
    return Q(word__gte=encoded, word__lt=encoded + b"\xff")  # no letter of UTF-8 begins with that


def _bits_by_key(texts: Sequence[SearchText]) -> dict[Key, int]:
    """The bits that the texts set, by the row that holds them."""
    found: dict[Key, int] = {}
    for text in texts:
        block, position = divmod(text.version_id, BLOCK)
        for word, place in _places(text):
            key = word, text.language, place, block
            found[key] = found.get(key, 0) | 1 << position
    return found


def _places(text: SearchText) -> Iterator[tuple[bytes, int]]:
    """Each word of a text, and each short beginning, with the first place that has it."""
    seen: set[bytes] = set()
    for place, column in PLACES.items():
        held = getattr(text, column).split()
        encoded = {word.encode() for word in held}
        encoded |= {word[:length].encode() + b"*" for word in held for length in range(1, SHORT + 1)}
        for word in encoded - seen:
            yield word, place
        seen |= encoded


def _write(*, gone: dict[Key, int], come: dict[Key, int]) -> None:
    """Take the bits of one out and put those of the other in. The caller holds the catalogue's lock."""
    changed = {key: (gone.get(key, 0), come.get(key, 0)) for key in gone.keys() | come.keys()}
    keys = sorted(key for key, (out, into) in changed.items() if out != into)
    for start in range(0, len(keys), ROWS):
        some = keys[start : start + ROWS]
        kept = _kept(some)
        bits = {key: kept.get(key, 0) & ~changed[key][0] | changed[key][1] for key in some}
        with connection.cursor() as cursor:
            cursor.executemany(WRITE, [(*key, _bytes(bits[key])) for key in some if bits[key] or key in kept])


def _kept(keys: Sequence[Key]) -> dict[Key, int]:
    rows = SearchHolders.objects.filter(
        word__in={key[0] for key in keys}, block__in={key[3] for key in keys}
    ).values_list("word", "language", "place", "block", "bits")
    return {(bytes(word), *rest): int.from_bytes(bits, "little") for word, *rest, bits in rows}


def _bytes(bits: int) -> bytes:
    return bits.to_bytes((bits.bit_length() + 7) // 8, "little")
