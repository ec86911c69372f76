from django.db import models


class Letter(models.Model):
    """An e-mail that waits here until a worker has sent it, so that a missing broker or mail server loses
    nothing."""

    to = models.EmailField()
    language = models.CharField(max_length=2)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True, db_index=True)
    next_try_at = models.DateTimeField(db_index=True)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)

    def __str__(self):
        return f"{self.pk}: {self.subject}"
