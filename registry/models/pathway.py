from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registry.models.institution import Institution
from registry.models.texts import TextsField


class PathwayQuerySet(models.QuerySet):
    def published(self):
        return self.filter(status=Pathway.Status.PUBLISHED)


class Pathway(models.Model):
    """A way of stacking offerings, of one institution or several, kept by one of them.

    `rule` is read by registry.stacking; `offerings` are those it names. A published pathway is changed only
    after it has been taken back, so that nobody's goal moves unseen.
    """

    class Model(models.TextChoices):
        PAKETTI = "paketti", _("Package")
        SALKKU = "salkku", _("Portfolio")
        SUPPILO = "suppilo", _("Funnel")

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")

    NEXT = {Status.DRAFT: {Status.PUBLISHED}, Status.PUBLISHED: {Status.DRAFT}}

    code = models.CharField(_("Code"), max_length=40, unique=True)
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="pathways")
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    model = models.CharField(_("Model"), max_length=20, choices=Model)
    name = TextsField(_("Name"), blank=False)
    is_composite = models.BooleanField(_("A composite credential is awarded"), default=False)
    is_diploma = models.BooleanField(_("It is called a higher education diploma"), default=False)
    is_ordered = models.BooleanField(_("Taken in order"), default=False)
    total_ects = models.DecimalField(
        _("Size in ECTS credits"), max_digits=4, decimal_places=1, null=True, blank=True
    )
    rule = models.JSONField(default=dict)
    counts_towards = TextsField(_("Can count towards"))
    offerings = models.ManyToManyField("registry.Offering", related_name="pathways")
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = PathwayQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(published_at__isnull=True, published_by__isnull=True)
                | Q(published_at__isnull=False, published_by__isnull=False),
                name="pathway_published_pair",
            ),
            models.CheckConstraint(
                condition=Q(is_diploma=False) | Q(is_composite=True), name="pathway_diploma_is_composite"
            ),
        ]

    def __str__(self):
        return self.code

    @property
    def awarding_body(self) -> Institution | None:
        """Who awards the composite credential; nobody where there is none."""
        return self.institution if self.is_composite else None
