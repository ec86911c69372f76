"""Filters of lists."""

import re

import django_filters
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from credentials.models import Credential

STATUSES = [*Credential.Status.choices, ("expired", _("Expired"))]
STATUS_WORDS = dict(STATUSES)


class CredentialFilter(django_filters.FilterSet):
    """`q`: words of the learner's name, an e-mail, a learner OID, a code; `status`: as of now."""

    q = django_filters.CharFilter(method="search", label=_("Search"))
    status = django_filters.ChoiceFilter(
        method="of_status", choices=STATUSES, label=_("Status"), empty_label=_("All")
    )

    class Meta:
        model = Credential
        fields = []

    def search(self, rows, _name, value):
        for word in value.split():
            part = re.escape(word)  # SQLite's icontains takes ä and Ä for different letters
            rows = rows.filter(
                Q(learner__given_names__iregex=part)
                | Q(learner__family_name__iregex=part)
                | Q(learner__email__iexact=word)
                | Q(learner__learner_oid=word)
                | Q(version__offering__code__iexact=word)
                | Q(pathway__code__iexact=word)
                | Q(human_code=word.replace("-", "").upper())
            )
        return rows

    def of_status(self, rows, _name, value):
        return rows.with_status(value, at=timezone.now())
