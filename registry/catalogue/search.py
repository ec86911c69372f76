"""Word search behind one function: SQLite's FTS5 and PostgreSQL's tsvector give the same answers."""

import sys
from array import array
from collections.abc import Callable, Sequence

from django.db import connection, transaction

from registry.catalogue import spelling, words
from registry.models import OfferingVersion, SearchText
from registry.models.texts import LANGUAGES

TITLE = ("title",)
OUTCOMES = ("title", "outcomes")
ANYWHERE = ("title", "outcomes", "body")
BODY = (
    "summary",
    "target_group",
    "relevance",
    "assessment_description",
    "prerequisites",
    "stackability_towards",
)


def index(*, version: OfferingVersion) -> None:
    """Write the words of the version that the catalogue shows, instead of the offering's other versions."""
    index_all(versions=[version])


@transaction.atomic
def index_all(*, versions: Sequence[OfferingVersion]) -> None:
    """`index` for many at the cost of one; give them with their outcomes prefetched."""
    offerings = [version.offering_id for version in versions]
    SearchText.objects.filter(version__offering__in=offerings).delete()
    texts = [
        _text(version=version, outcomes=outcomes, language=language)
        for version in versions
        for outcomes in [sorted(version.outcomes.all(), key=lambda one: (one.order, one.pk))]
        for language in LANGUAGES
    ]
    SearchText.objects.bulk_create(texts, batch_size=1_000)
    spelling.learn({word for one in texts for word in f"{one.title} {one.outcomes} {one.body}".split()})


def holders(word: str) -> tuple[dict[str, Sequence[int]], ...]:
    """The ids of the versions that hold the word, or a word that begins so, by language: in the title; in
    the outcomes; anywhere. What an earlier one names, a later one need not name again."""
    spellings = words.spellings(word)
    find = _sqlite if connection.vendor == "sqlite" else _postgresql
    with connection.cursor() as cursor:
        return find(cursor, spellings)


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


def _sqlite(cursor, spellings: dict) -> tuple[dict[str, list[int]], ...]:
    anywhere = _in_columns(cursor, spellings, ANYWHERE)
    # The narrower search is worth asking only where the wider one found something.
    outcomes = _in_columns(cursor, spellings, OUTCOMES) if anywhere else {}
    title = _in_columns(cursor, spellings, TITLE) if outcomes else {}
    return title, outcomes, anywhere


def _in_columns(cursor, spellings: dict, columns: tuple[str, ...]) -> dict[str, list[int]]:
    def one_language(language: str) -> str:
        each = " OR ".join(f'"{spelling}" *' for spelling in spellings[language])
        return f"(language : {language} AND {{{' '.join(columns)}}} : ({each}))"

    cursor.execute(
        "SELECT registry_searchtext.language, version_id FROM registry_searchindex "
        "JOIN registry_searchtext ON registry_searchtext.id = registry_searchindex.rowid "
        "WHERE registry_searchindex MATCH %s",
        [" OR ".join(one_language(language) for language in LANGUAGES)],
    )
    found: dict[str, list[int]] = {}
    for language, version in cursor:
        found.setdefault(language, []).append(version)
    return found


# One walk through the index for the spellings of all languages; which column holds one of the language's own
# is then read off the texts it finds. The expression is that of the index (migration 0003).
POSTGRESQL = """
    SELECT language, place, string_agg(int8send(version_id), '') FROM (
        SELECT version_id, language, CASE
            WHEN ' ' || title LIKE ANY (spelled) THEN 0
            WHEN ' ' || outcomes LIKE ANY (spelled) THEN 1
            WHEN ' ' || body LIKE ANY (spelled) THEN 2 END AS place
        FROM registry_searchtext
        JOIN (VALUES ('fi', %s::text[]), ('sv', %s::text[]), ('en', %s::text[])) AS own (language, spelled)
        USING (language)
        WHERE to_tsvector('simple', title || ' ' || outcomes || ' ' || body) @@ to_tsquery('simple', %s)
    ) AS hit WHERE place IS NOT NULL GROUP BY language, place
"""


def _postgresql(cursor, spellings: dict) -> tuple[dict[str, array], ...]:
    own = [[f"% {spelling}%" for spelling in spellings[language]] for language in ("fi", "sv", "en")]
    every = dict.fromkeys(spelling for one in spellings.values() for spelling in one)
    with transaction.atomic():
        # To start more processes for one word takes as long as reading it, and takes the cores from others.
        cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")
        cursor.execute(POSTGRESQL, [*own, " | ".join(f"{spelling}:*" for spelling in every)])
    found: tuple[dict[str, array], ...] = ({}, {}, {})
    for language, place, versions in cursor:
        found[place][language] = _from_eights(versions)
    return found


def _from_eights(ids: bytes) -> array:
    """Numbers of eight bytes each, as networks order them: a list of them would take ten times as long."""
    numbers = array("q", ids)
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers
