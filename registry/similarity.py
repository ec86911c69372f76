"""Near-duplicates: offerings whose title and outcomes say nearly the same, in any order and inflection.

Texts are compared by their base forms, rare words weighing more (tf-idf, cosine), language by language.
"""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Q

from registry.catalogue.words import base_forms
from registry.models import Institution, LearningOutcome, OfferingVersion
from registry.models.texts import LANGUAGES

NEAR = 0.68  # from here on two texts are likely the same offering; measured in the tests
MOST = 5
TITLE_WEIGHS = 2
FEWEST = 6  # words; below that there is too little to compare
# Words of every outcome, which tell nothing of its subject.
COMMON = {
    "opiskelija", "oppija", "osata", "ja", "sekä", "tai", "den", "studerande", "kunna", "och", "eller",
    "the", "learner", "student", "can", "and", "or", "a", "an", "of", "in", "to", "i", "av", "en", "ett",
    "for", "för",
}  # fmt: skip
Status = OfferingVersion.Status
Vector = dict[str, float]


@dataclass(frozen=True)
class Text:
    """What is compared: words and their counts, by language."""

    key: str
    words: tuple[tuple[str, tuple[tuple[str, int], ...]], ...]

    def counts(self, language: str) -> dict[str, int]:
        return dict(dict(self.words).get(language, ()))


@dataclass(frozen=True)
class Near:
    """Another offering, and how near it is: 1 is the same."""

    version: OfferingVersion
    score: float


def near(*, version: OfferingVersion, institution: Institution) -> list[Near]:
    """The nearest other offerings: own ones in any living state, others' published ones; best first."""
    others = {f"{one.pk}": one for one in _others(version, institution)}
    mine, *texts = _texts([version, *others.values()])
    scores = scored(mine, texts)
    best = sorted(((score, key) for key, score in scores.items() if score >= NEAR), reverse=True)[:MOST]
    return [Near(version=others[key], score=score) for score, key in best]


def text_of(*, key: str, title: dict, outcomes: Iterable[dict]) -> Text:
    """The words of a title and of outcomes, each given by language."""
    rows = list(outcomes)
    return Text(
        key=key,
        words=tuple(
            (
                language,
                _counted(title.get(language, ""), tuple(row.get(language, "") for row in rows), language),
            )
            for language in LANGUAGES
        ),
    )


def scored(mine: Text, others: list[Text]) -> dict[str, float]:
    """How near each of the others is, by key: the best of the languages that both have."""
    found: dict[str, float] = {}
    for language in LANGUAGES:
        own = mine.counts(language)
        if sum(own.values()) < FEWEST:
            continue
        counts = {one.key: one.counts(language) for one in others}
        weights = _weights([own, *counts.values()])
        vector = _vector(own, weights)
        for key, words in counts.items():
            if sum(words.values()) >= FEWEST:
                found[key] = max(found.get(key, 0), _cosine(vector, _vector(words, weights)))
    return found


def _others(version: OfferingVersion, institution: Institution):
    """Versions to compare with, each offering once."""
    living = institution.offerings.newest_versions().exclude(
        status__in=[Status.SUPERSEDED, Status.RETIRED, Status.REJECTED]
    )
    shown = OfferingVersion.objects.filter(shown_by__isnull=False).exclude(offering__institution=institution)
    return (
        OfferingVersion.objects.filter(Q(pk__in=living) | Q(pk__in=shown))
        .exclude(offering=version.offering_id)
        .select_related("offering__institution")
        .only(
            "pk", "title", "number", "status", "primary_language", "offering__code", "offering__institution"
        )
        .order_by("pk")
    )


def _texts(versions: list[OfferingVersion]) -> list[Text]:
    outcomes: dict[int, list[dict]] = {one.pk: [] for one in versions}
    rows = LearningOutcome.objects.filter(version__in=list(outcomes)).order_by("version", "order")
    for pk, text in rows.values_list("version", "text"):
        outcomes[pk].append(text)
    return [text_of(key=f"{one.pk}", title=one.title, outcomes=outcomes[one.pk]) for one in versions]


@lru_cache(maxsize=20_000)
def _counted(title: str, outcomes: tuple[str, ...], language: str) -> tuple[tuple[str, int], ...]:
    words = Counter(_words(" ".join(outcomes), language))
    for word in _words(title, language):
        words[word] += TITLE_WEIGHS
    return tuple(sorted(words.items()))


def _words(text: str, language: str) -> list[str]:
    return [word for word in base_forms(text, language=language) if word not in COMMON]


def _weights(documents: list[dict[str, int]]) -> Vector:
    """Rare words weigh more; a word that stands in every text weighs little."""
    seen = Counter(word for words in documents for word in words)
    return {word: math.log(1 + len(documents) / number) for word, number in seen.items()}


def _vector(words: dict[str, int], weights: Vector) -> Vector:
    return {word: (1 + math.log(number)) * weights[word] for word, number in words.items()}


def _cosine(one: Vector, other: Vector) -> float:
    dot = sum(weight * other[word] for word, weight in one.items() if word in other)
    length = math.sqrt(sum(w * w for w in one.values()) * sum(w * w for w in other.values()))
    return dot / length if length else 0.0
