"""Typing errors: the known word that is nearest to one that nobody has written; alike on every database.

Words are found by the groups of three letters they share, then ranked by how many letters must be changed.
"""

from collections.abc import Iterable

from django.db import connection
from django.db.models import Count

from registry.models import SearchGram, SearchWord

SHORTEST = 4  # of shorter words any change makes another word
CANDIDATES = 60
WORD = "INSERT INTO registry_searchword (word) VALUES (%s) ON CONFLICT DO NOTHING"
GRAM = "INSERT INTO registry_searchgram (gram, word_id) VALUES (%s, %s) ON CONFLICT DO NOTHING"


def learn(words: Iterable[str]) -> None:
    """Remember the words; those that are known already cost nothing more."""
    wanted = {word for word in words if len(word) >= SHORTEST and word.isalpha()}
    known = set(SearchWord.objects.filter(word__in=wanted).values_list("word", flat=True))
    fresh = sorted(wanted - known)
    with connection.cursor() as cursor:  # composed by the ORM these rows take five times as long
        cursor.executemany(WORD, [(word,) for word in fresh])
        known = SearchWord.objects.filter(word__in=fresh).values_list("pk", "word")
        cursor.executemany(GRAM, [(gram, pk) for pk, word in known for gram in sorted(grams(word))])


def nearest(word: str) -> str:
    """The known word with the fewest letters changed, or "" where none is near."""
    if len(word) < SHORTEST:
        return ""
    rows = (
        SearchGram.objects.filter(gram__in=grams(word))
        .values_list("word__word")
        .annotate(shared=Count("pk"))
        .order_by("-shared", "word")[:CANDIDATES]
    )
    ranked = sorted((distance(word, other), -shared, other) for other, shared in rows)
    return ranked[0][2] if ranked and ranked[0][0] <= allowed(word) else ""


def grams(word: str) -> set[str]:
    """Two blanks before and one behind: beginnings weigh more than ends."""
    padded = f"  {word} "
    return {padded[at : at + 3] for at in range(len(padded) - 2)}


def allowed(word: str) -> int:
    """How many letters may be wrong."""
    return 1 if len(word) < 6 else 2 if len(word) < 10 else 3


def distance(one: str, other: str) -> int:
    """Letters to add, leave out, change, or swap with the next one."""
    before_last: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, wanted in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, before_last[j - 2] + 1)
            row.append(cost)
        before_last, last = last, row
    return last[-1]
