"""Word search behind one function: SQLite's FTS5 and PostgreSQL's tsvector give the same answers."""

from collections import namedtuple
from collections.abc import Sequence

from django.db import connection, transaction

from registry.catalogue import spelling, words
from registry.models import OfferingVersion, SearchText
from registry.models.texts import LANGUAGES

# Ids of versions: every word in the title; in title or outcomes; anywhere. The later hold the earlier.
# `corrected` is the question that was answered instead, where one was mistyped.
Hits = namedtuple("Hits", ["title", "outcomes", "anywhere", "corrected"], defaults=[""])

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


def hits(question: str) -> Hits:
    """The versions that hold every word of the question, or words that begin so, in one language.

    Where there are none, a second try with the mistyped words corrected.
    """
    found = _hits(question)
    if found.anywhere or not (corrected := _corrected(question)):
        return found
    return _hits(corrected)._replace(corrected=corrected)


def _corrected(question: str) -> str:
    """The question with each word that nothing holds put as the nearest known one; "" where nothing
    changes."""
    asked = words.split(question)[: words.MOST]
    better = [
        word if word in words.SMALL or _hits(word).anywhere else spelling.nearest(word) for word in asked
    ]
    return " ".join(filter(None, better)) if better != asked and any(better) else ""


def _hits(question: str) -> Hits:
    asked = words.asked(question)
    if not asked:
        return Hits(frozenset(), frozenset(), frozenset())
    find = _sqlite if connection.vendor == "sqlite" else _postgresql
    with connection.cursor() as cursor:
        # The narrower search is worth asking only where the wider one found something.
        anywhere = frozenset(find(cursor, asked, ANYWHERE))
        outcomes = frozenset(find(cursor, asked, OUTCOMES)) if anywhere else anywhere
        title = frozenset(find(cursor, asked, ("title",))) if outcomes else outcomes
    return Hits(title, outcomes, anywhere)


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


def _sqlite(cursor, asked: list[dict], columns: tuple[str, ...]) -> list[int]:
    def one_language(language: str) -> str:
        each = ("(" + " OR ".join(f'"{spelling}" *' for spelling in word[language]) + ")" for word in asked)
        return f"(language : {language} AND {{{' '.join(columns)}}} : ({' AND '.join(each)}))"

    question = " OR ".join(one_language(language) for language in LANGUAGES)
    cursor.execute(
        "SELECT DISTINCT version_id FROM registry_searchindex "
        "JOIN registry_searchtext ON registry_searchtext.id = registry_searchindex.rowid "
        "WHERE registry_searchindex MATCH %s",
        [question],
    )
    return [pk for (pk,) in cursor]


# Written out: PostgreSQL uses an index on an expression only where the question says the same expression.
TSVECTOR = {
    1: "to_tsvector('simple', title)",
    2: "to_tsvector('simple', title || ' ' || outcomes)",
    3: "to_tsvector('simple', title || ' ' || outcomes || ' ' || body)",
}


def _postgresql(cursor, asked: list[dict], columns: tuple[str, ...]) -> list[int]:
    def one_language(language: str) -> str:
        return " & ".join(f"({' | '.join(f'{spelling}:*' for spelling in word[language])})" for word in asked)

    holds = f"{TSVECTOR[len(columns)]} @@ to_tsquery('simple', %s)"
    where = " OR ".join(f"(language = '{language}' AND {holds})" for language in LANGUAGES)
    cursor.execute(
        f"SELECT DISTINCT version_id FROM registry_searchtext WHERE {where}",  # noqa: S608  all of it is ours
        [one_language(language) for language in LANGUAGES],
    )
    return [pk for (pk,) in cursor]
