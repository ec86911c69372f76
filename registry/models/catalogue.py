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
