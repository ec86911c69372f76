from django.db import models


class AccessibilityFeedback(models.Model):
    """What somebody could not use; answered within 14 days (Act 306/2019)."""

    created_at = models.DateTimeField()
    language = models.CharField(max_length=2)
    page = models.CharField(max_length=300, blank=True)
    text = models.TextField()
    email = models.EmailField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    def __str__(self):
        return f"{self.created_at:%Y-%m-%d} {self.page}"
