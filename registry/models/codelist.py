from django.db import models

from registry.models.texts import TextsField


class Code(models.Model):
    """One code of one code list, with its label and the EU or national identifier it stands for.

    Rows come from registry/data/codelists.json (command load_codelists). Content stores the code, documents
    carry the URI.
    """

    list = models.CharField(max_length=40)
    code = models.CharField(max_length=60)
    uri = models.CharField(max_length=200, blank=True)
    national_code = models.CharField(max_length=40, blank=True)
    label = TextsField(blank=False)
    description = TextsField()
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["list", "code"], name="code_once_per_list")]

    def __str__(self):
        return f"{self.list}:{self.code}"
