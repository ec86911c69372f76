from django.db import models


class CatalogueState(models.Model):
    """One row: the number of the catalogue's newest content. Every process compares it with what it holds."""

    number = models.PositiveBigIntegerField(default=0)

    def __str__(self):
        return str(self.number)


class SearchText(models.Model):
    """The lemmatised words of one published version in one language; title words apart, so that they weigh
    more."""

    version = models.ForeignKey("registry.OfferingVersion", models.CASCADE, related_name="search_texts")
    language = models.CharField(max_length=2)
    title = models.TextField()
    outcomes = models.TextField()
    body = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "language"], name="search_text_once")]

    def __str__(self):
        return f"{self.version_id} {self.language}"


class SearchHolders(models.Model):
    """The versions that hold a word, as bits: for one word, language, place and block of version ids.

    `word` is UTF-8, so that all databases compare it alike; with `*` at its end it stands for every word that
    begins so. Bit n of `bits` (little-endian) is the version with id `block` × 4096 + n.
    """

    class Place(models.IntegerChoices):
        TITLE = 0
        OUTCOMES = 1
        BODY = 2

    word = models.BinaryField(max_length=240)
    language = models.CharField(max_length=2)
    place = models.PositiveSmallIntegerField(choices=Place.choices)
    block = models.PositiveIntegerField()
    bits = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["word", "language", "place", "block"], name="search_holders_once")
        ]

    def __str__(self):
        return f"{bytes(self.word).decode()} {self.language} {self.place} {self.block}"


class SearchWord(models.Model):
    """A word that some text of the catalogue holds or held: what somebody who mistyped may have meant."""

    word = models.CharField(max_length=60, unique=True)

    def __str__(self):
        return self.word


class SearchGram(models.Model):
    """Three letters in a row of a word; words that share many of them are spelled alike."""

    gram = models.CharField(max_length=3)
    word = models.ForeignKey(SearchWord, models.CASCADE, related_name="grams")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["gram", "word"], name="search_gram_once")]

    def __str__(self):
        return f"{self.gram} {self.word_id}"
