"""Erasure: of an institution's record as far as the law lets it, and of an account at once (GDPR 17 §).

The study register is kept by law: attainments and credentials, and what identifies whose they are.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import PROTECT
from django.utils.translation import gettext as _

from credentials.actions import identity_codes, wallet_offers
from credentials.models import DataRequest, Enrolment, Learner, WalletOffer
from registry import trail
from registry.errors import Refused, StateChanged
from registry.models import Letter, User

OPEN = (Enrolment.Status.RECEIVED, Enrolment.Status.ENROLLED, Enrolment.Status.QUEUED)


@dataclass(frozen=True)
class Plan:
    """What an erasure would do to a record: all of it, or the parts that no law keeps."""

    is_whole: bool
    takes_email: bool
    has_open_enrolments: bool


def plan(learner: Learner) -> Plan:
    is_whole = not _has_studies(learner)
    return Plan(
        is_whole=is_whole,
        takes_email=is_whole or bool(learner.learner_oid),
        has_open_enrolments=learner.enrolments.filter(status__in=OPEN).exists(),
    )


@transaction.atomic
def erase(*, learner: Learner, by: User, at: datetime) -> bool:
    """Erase the record wholly, where it holds no studies, else what no law keeps. Returns whether wholly."""
    kept = Learner.objects.select_for_update(of=("self",)).get(pk=learner.pk)
    intended = plan(kept)
    if intended.has_open_enrolments:
        raise Refused(_("The learner has a place or a request for one. Cancel it first."), code="enrolled")
    asked = kept.data_requests.filter(status=DataRequest.Status.ASKED)
    if intended.is_whole and asked.exists():
        raise Refused(_("The learner has asked something else too. Answer that first."), code="asked")
    trail.record(verb="data_erased", row=kept, by=by, at=at, learner=kept.uid)
    Letter.objects.filter(to__iexact=kept.email).delete()
    kept.claims.all().delete()
    identity_codes.forget(learner=kept, by=by, at=at)
    kept.enrolments.filter(attainment=None).delete()
    if intended.is_whole:
        kept.data_requests.update(text="")
        kept.delete()
    elif intended.takes_email:
        kept.email = ""
        kept.save(update_fields=["email"])
    return intended.is_whole


@transaction.atomic
def close_account(*, user: User, at: datetime) -> None:
    """Erase the account, its links and letters. The institutions' records stay and belong to no account.

    The row stays without name and address, for the trail and the credentials name it. Raises Refused for
    who has a role in an institution. The account is locked last: whoever hands a credential to a wallet or
    withdraws a link holds that first, and then writes who did it. StateChanged where an institution's record
    has come into the account meanwhile: it is not seen among those that are let go.
    """
    records = list(Learner.objects.select_for_update(of=("self",)).filter(user=user).order_by("pk"))
    user.shares.all().delete()
    wallet_offers.cancel_open(WalletOffer.objects.filter(credential__learner__in=records), at=at)
    kept = User.objects.select_for_update().get(pk=user.pk)
    if kept.memberships.exists():
        raise Refused(
            _(
                "You have a role in an institution. Its admin takes it away first, then you can close the"
                " account."
            ),
            code="has_role",
        )
    if kept.learner_records.exclude(pk__in=[one.pk for one in records]).exists():
        raise StateChanged(
            _(
                "A record has just come into your account from an institution. Look at it, then close the"
                " account."
            )
        )
    pairs = [(one, one.uid) for one in records]
    trail.record_each(verb="account_closed", pairs=pairs, by=kept, at=at, role=trail.LEARNER)
    Learner.objects.filter(pk__in=[one.pk for one in records]).update(user=None)
    Letter.objects.filter(to__iexact=kept.email).delete()
    kept.emailaddress_set.all().delete()
    kept.authenticator_set.all().delete()
    kept.name, kept.email = "", f"closed-{kept.pk}@account.invalid"
    kept.is_active, kept.is_superuser, kept.is_staff, kept.last_login = False, False, False, None
    kept.set_unusable_password()  # which ends every session too
    kept.save()


def _has_studies(learner: Learner) -> bool:
    """Whether anything but enrolments, which an erasure takes, holds on to the record."""
    kept = [one for one in Learner._meta.related_objects if one.on_delete is PROTECT]
    names = [one.get_accessor_name() for one in kept if one.related_model is not Enrolment]
    return any(getattr(learner, name).exists() for name in names)
