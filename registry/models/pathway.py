from django.db import models

from registry.models.institution import Institution
from registry.models.texts import TextsField


class Pathway(models.Model):
    """A way of stacking offerings: paketti (all of them), salkku (a sum of credits) or suppilo (a route,
    nothing awarded).

    `rule` holds one of {"all_of": [codes]}, {"min_ects": n, "from": [codes]}, {"any_of": [codes]}.
    """

    code = models.CharField(max_length=40, unique=True)
    model = models.CharField(max_length=20)
    name = TextsField(blank=False)
    awarding_body = models.ForeignKey(
        Institution, models.PROTECT, null=True, blank=True, related_name="pathways"
    )
    is_composite = models.BooleanField(default=False)
    is_ordered = models.BooleanField(default=False)
    total_ects = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    rule = models.JSONField(default=dict)
    counts_towards = TextsField()
    offerings = models.ManyToManyField("registry.Offering", related_name="pathways")

    def __str__(self):
        return self.code
