import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.models.offering import Offering
from registry.models.texts import TextsField


class Contact(models.Model):
    """A named person of an offering; outside the frozen versions: changed without review, in the trail."""

    class Function(models.TextChoices):
        STUDY_AFFAIRS = "study_affairs", _("Study affairs")
        TEACHING = "teaching", _("Teaching")
        RDI = "rdi", _("RDI")
        GUIDANCE = "guidance", _("Guidance")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    offering = models.ForeignKey(Offering, models.CASCADE, related_name="contacts")
    function = models.CharField(_("Function"), max_length=20, choices=Function)
    name = models.CharField(_("Name"), max_length=120)
    email = models.EmailField(_("E-mail"))
    phone = models.CharField(_("Phone"), max_length=40, blank=True)

    def __str__(self):
        return f"{self.offering_id} {self.function}"


class Link(models.Model):
    """An address about an offering (its own page, Peppi …); outside the frozen versions, as contacts are."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    offering = models.ForeignKey(Offering, models.CASCADE, related_name="links")
    label = TextsField(_("What it is"), blank=False)
    url = models.URLField(_("Address"))

    def __str__(self):
        return self.url
