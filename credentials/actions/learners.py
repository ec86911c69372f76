"""Learners: added, kept and invited by their institution's staff."""

import secrets
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from credentials.actions import identification, identity_codes, reasons, shares
from credentials.actions.reasons import Reason
from credentials.models import Claim, Learner
from registry import mail, trail
from registry.errors import Refused
from registry.models import Institution, Letter, User
from registry.models.texts import LANGUAGES

TEXTS = ("given_names", "family_name", "email", "learner_oid")
FIELDS = (*TEXTS, "language", "birth_date", "has_safety_prohibition")


def of_person(learner: Learner, *, today: date) -> list[Reason]:
    """What is wrong with a learner's values. Looks at the values alone, not at other learners."""
    found = identification.of_identifiers(
        learner_oid=learner.learner_oid, email=learner.email, birth_date=learner.birth_date, today=today
    )
    names = {"given_names": learner.given_names, "family_name": learner.family_name}
    found += reasons.of_texts(names)
    found += [Reason(name, "too_long", {"limit": 100}) for name, text in names.items() if len(text) > 100]
    is_reachable = learner.email or (learner.pk and learner.learner_oid)  # or it was erased by request
    if not (all(names.values()) and is_reachable):
        found.append(Reason("given_names", "new_incomplete", {}))
    if not learner.learner_oid and learner.birth_date is None:
        found.append(Reason("learner_oid", "not_identified", {}))
    if learner.language not in LANGUAGES:
        found.append(Reason("language", "language_unknown", {}))
    return found


@transaction.atomic
def create(
    *,
    institution: Institution,
    given_names: str,
    family_name: str,
    email: str,
    language: str,
    birth_date: date | None,
    learner_oid: str,
    has_safety_prohibition: bool = False,
    by: User | None,
    at: datetime,
) -> Learner:
    """Add a learner to the institution. Raises Invalid, naming the fields."""
    learner = Learner(
        institution=alone_in(institution),
        given_names=given_names.strip(),
        family_name=family_name.strip(),
        email=email.strip().lower(),
        language=language,
        birth_date=birth_date,
        learner_oid=learner_oid.strip(),
        has_safety_prohibition=has_safety_prohibition,
        created_at=at,
        created_by=by,
    )
    reasons.refuse([*of_person(learner, today=timezone.localdate(at)), *_of_others(learner)])
    learner.save()
    trail.record(verb="created", row=learner, by=by, at=at, learner=learner.uid)
    return learner


@transaction.atomic
def update(*, learner: Learner, changes: dict, by: User, at: datetime) -> None:
    """Change some of FIELDS. The trail names the fields, not what they held. A new e-mail ends old links.

    A new safety prohibition ends the learner's shares, which were not confirmed twice (rule 11).
    """
    alone_in(learner.institution)
    kept = Learner.objects.select_for_update().get(pk=learner.pk)
    changes = {name: value.strip() if isinstance(value, str) else value for name, value in changes.items()}
    if "email" in changes:
        changes["email"] = changes["email"].lower()
    changed = sorted(name for name in FIELDS if name in changes and changes[name] != getattr(kept, name))
    for name in changed:
        setattr(kept, name, changes[name])
    reasons.refuse([*of_person(kept, today=timezone.localdate(at)), *_of_others(kept)])
    kept.save(update_fields=changed)
    if kept.learner_oid:
        identity_codes.forget(learner=kept, by=by, at=at)  # which identified the person until now
    if "email" in changed:
        Claim.objects.filter(learner=kept, used_at=None, expires_at__gt=at).update(expires_at=at)
    if "has_safety_prohibition" in changed and kept.has_safety_prohibition and kept.user:
        shares.end_unconfirmed(user=kept.user, at=at)
    if changed:
        trail.record(verb="updated", row=kept, by=by, at=at, learner=kept.uid, reason=", ".join(changed))
    learner.refresh_from_db()


def invite(*, learner: Learner, by: User | None, at: datetime) -> Claim:
    """Send the learner a link, good once and for 14 days; earlier links end.

    Raises Refused when somebody has claimed the record, or when there is no birth date to ask for.
    """
    return invite_each(learners=[learner], by=by, at=at)[0]


@transaction.atomic
def invite_each(*, learners: list[Learner], by: User | None, at: datetime) -> list[Claim]:
    """The same for many of one institution, in the order of their keys. Refused, nobody is invited."""
    rows = Learner.objects.select_for_update(of=("self",)).prefetch_related("institution").order_by("pk")
    learners = list(rows.filter(pk__in=[learner.pk for learner in learners]))
    if any(learner.user_id is not None for learner in learners):
        raise Refused(_("The learner already has an account."), code="claimed")
    if any(learner.birth_date is None for learner in learners):
        raise Refused(
            _("Add the learner's birth date first: the learner is asked for it."), code="no_birth_date"
        )
    Claim.objects.filter(learner__in=learners, used_at=None, expires_at__gt=at).update(expires_at=at)
    secret_of = {learner.pk: secrets.token_urlsafe(32) for learner in learners}
    ends_at = at + timedelta(days=Claim.DAYS)
    claims = Claim.objects.bulk_create(
        Claim(learner_id=pk, secret_hash=Claim.digest(secret), created_at=at, expires_at=ends_at)
        for pk, secret in secret_of.items()
    )
    mail.post(_invitations(learners, secret_of, ends_at=ends_at, at=at))
    trail.record_each(verb="invited", pairs=[(learner, learner.uid) for learner in learners], by=by, at=at)
    return claims


def _invitations(
    learners: list[Learner], secret_of: dict[int, str], *, ends_at: datetime, at: datetime
) -> list[Letter]:
    """Each with its link; they are worded once in each language."""
    house = {"institution": learners[0].institution.short_name} if learners else {}
    worded = {
        language: mail.composed(
            to="",
            language=language,
            template="mail/claim.txt",
            context=house | {"url": mail.OWN, "last_day": ends_at},
            at=at,
        )
        for language in {learner.language for learner in learners}
    }
    return [
        mail.copied(
            worded[learner.language],
            to=learner.email,
            own=_address(secret=secret_of[learner.pk], language=learner.language),
        )
        for learner in learners
    ]


def alone_in(institution: Institution) -> Institution:
    """Lock the institution: one at a time adds learners and attainments, so two imports do not add one twice.

    Other rows may still be made that refer to the institution.
    """
    return Institution.objects.select_for_update(no_key=True).get(pk=institution.pk)


def _of_others(learner: Learner) -> list[Reason]:
    """Whether another learner of the institution is the same person, as far as one can tell."""
    others = Learner.objects.filter(institution=learner.institution).exclude(pk=learner.pk)
    if learner.learner_oid and others.filter(learner_oid=learner.learner_oid).exists():
        return [Reason("learner_oid", "oid_taken", {})]
    same = (
        others.filter(email=learner.email, birth_date=learner.birth_date)
        if learner.birth_date
        else others.none()
    )
    if (
        learner.learner_oid
    ):  # two people may share an e-mail and a birth date when their learner OIDs tell them apart
        same = same.filter(learner_oid="")
    return [Reason("email", "email_taken", {})] if same.exists() else []


def _address(*, secret: str, language: str) -> str:
    with translation.override(language):
        return settings.SITE_URL + reverse("claim", args=[secret])
