"""A learner's henkilötunnus: kept where nothing else identifies them, looked at for a reason (rule 10)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from credentials import encryption, identity_codes
from credentials.models import IdentityCode, Learner
from registry import henkilotunnus, trail
from registry.actions import words
from registry.errors import Invalid, Refused
from registry.models import User


@transaction.atomic
def keep(*, learner: Learner, code: str, why: str, by: User, at: datetime) -> None:
    """Keep it, encrypted, while the learner OID is not known. Raises Refused, Invalid."""
    kept = Learner.objects.select_for_update(of=("self",)).get(pk=learner.pk)
    if not identity_codes.are_kept():
        raise Refused(_("Personal identity codes are not kept in this registry."), code="not_kept")
    if kept.learner_oid:
        said = _("The learner OID identifies the learner: a personal identity code is not needed.")
        raise Refused(said, code="has_oid")
    code = code.strip().upper().replace("−", "-").replace("–", "-")
    if not henkilotunnus.is_valid(code):
        raise _wrong("code", _("This is not a personal identity code: check the characters."))
    if kept.birth_date is not None and henkilotunnus.birth_date(code) != kept.birth_date:
        raise _wrong("code", _("The birth date in the code differs from the one in the register."))
    why = words.needed(why, field="why", said=_("Say why it has to be kept."))
    IdentityCode.objects.filter(learner=kept).delete()
    sealed = identity_codes.seal(code, learner=kept)
    IdentityCode.objects.create(learner=kept, sealed=sealed, why=why[:200], written_at=at, written_by=by)
    _record("identity_kept", kept, by=by, at=at, reason=why)


@transaction.atomic
def look(*, learner: Learner, why: str, by: User, at: datetime) -> str:
    """The code itself; the trail and the learner are told who looked and why. Raises Refused, Invalid."""
    why = words.needed(why, field="why", said=_("Say why you have to see it."))
    kept = IdentityCode.objects.select_related("learner").filter(learner=learner).first()
    if kept is None:
        raise Refused(_("No personal identity code is kept of the learner."), code="none_kept")
    _record("identity_seen", learner, by=by, at=at, reason=why)
    try:
        return identity_codes.opened(kept)
    except (encryption.CannotOpen, encryption.WrongKey) as problem:
        said = _("The code cannot be opened right now. The service's keepers know the key.")
        raise Refused(said, code="unreadable") from problem


@transaction.atomic
def forget(*, learner: Learner, by: User | None, at: datetime) -> None:
    """Erase it, where one is kept."""
    erased, _rows = IdentityCode.objects.filter(learner=learner).delete()
    if erased:
        _record("identity_erased", learner, by=by, at=at, reason="")


@transaction.atomic
def forget_identified(*, learners: Iterable[Learner], by: User, at: datetime) -> None:
    """Erase those of learners whose learner OID has become known."""
    rows = IdentityCode.objects.filter(learner__in=[one.pk for one in learners]).select_related("learner")
    for kept in rows.order_by("pk"):
        forget(learner=kept.learner, by=by, at=at)


def _record(verb: str, learner: Learner, *, by: User | None, at: datetime, reason: str) -> None:
    trail.record(verb=verb, row=learner, by=by, at=at, learner=learner.uid, reason=reason)


def _wrong(field: str, said: str) -> Invalid:
    return Invalid(said, reasons=[(field, said)])
