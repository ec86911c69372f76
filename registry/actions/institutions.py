"""What an institution decides for itself."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from registry import rule_sets, trail
from registry.errors import Invalid
from registry.models import Institution, User


@transaction.atomic
def choose_rule_set(*, institution: Institution, rule_set: str, by: User, at: datetime) -> None:
    """New versions are written under it; those that are there keep the one they were written under (C-04)."""
    if rule_set not in rule_sets.read():
        raise Invalid(_("Choose a rule set."), reasons=[("rule_set", _("Choose a rule set."))])
    kept = Institution.objects.select_for_update(no_key=True).get(pk=institution.pk)
    if kept.rule_set == rule_set:
        return
    was, institution.rule_set = kept.rule_set, rule_set
    institution.save(update_fields=["rule_set"])
    trail.record(verb="rule_set_chosen", row=institution, by=by, at=at, was=was, became=rule_set)


@transaction.atomic
def choose_certificate_mode(*, institution: Institution, mode: str, by: User, at: datetime) -> None:
    """How certificates are handed over from now on (C-16); those that were sealed stay as they are."""
    if mode not in Institution.CertificateMode.values:
        text = _("Choose how certificates are handed over.")
        raise Invalid(text, reasons=[("mode", text)])
    kept = Institution.objects.select_for_update(no_key=True).get(pk=institution.pk)
    if kept.certificate_mode == mode:
        return
    was, institution.certificate_mode = kept.certificate_mode, mode
    institution.save(update_fields=["certificate_mode"])
    trail.record(verb="certificate_mode_chosen", row=institution, by=by, at=at, was=was, became=mode)


@transaction.atomic
def choose_certificate_moment(*, institution: Institution, moment: str, by: User, at: datetime) -> None:
    """When the PDFs of what is issued from now on are made; those that wait to be made are made still."""
    if moment not in Institution.CertificateMoment.values:
        text = _("Choose when certificates are made.")
        raise Invalid(text, reasons=[("moment", text)])
    kept = Institution.objects.select_for_update(no_key=True).get(pk=institution.pk)
    if kept.certificate_moment == moment:
        return
    was, institution.certificate_moment = kept.certificate_moment, moment
    institution.save(update_fields=["certificate_moment"])
    trail.record(verb="certificate_moment_chosen", row=institution, by=by, at=at, was=was, became=moment)
