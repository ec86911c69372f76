"""Whom identifiers mean: by learner OID, else by e-mail with birth date; never by name alone."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q

from credentials import learner_oid as oid
from credentials.actions import reasons
from credentials.actions.reasons import Reason
from credentials.models import Learner
from registry.models import Institution


class Match(NamedTuple):
    """The learner that identifiers mean, or None with the reasons; None without any is a new learner."""

    learner: Learner | None
    reasons: list[Reason]


class People:
    """Those learners of an institution that some identifiers may mean.

    One query for any number of identifiers; `add` makes a learner that is not saved yet findable too.
    """

    def __init__(self, *, institution: Institution, oids: Iterable[str], emails: Iterable[str]):
        self.by_oid: dict[str, Learner] = {}
        self.by_email: dict[tuple[str, date], list[Learner]] = defaultdict(list)
        asked = Q(learner_oid__in={one for one in oids if one}) | Q(email__in={one for one in emails if one})
        for learner in institution.learners.filter(asked).order_by("pk"):
            self.add(learner)

    def add(self, learner: Learner) -> None:
        if learner.learner_oid:
            self.by_oid[learner.learner_oid] = learner
        if learner.birth_date and learner not in self.by_email[learner.email, learner.birth_date]:
            self.by_email[learner.email, learner.birth_date].append(learner)

    def match(self, *, learner_oid: str, email: str, birth_date: date | None) -> Match:
        if not learner_oid and not (email and birth_date):
            return Match(None, [Reason("learner_oid", "not_identified", {})])
        if found := self.by_oid.get(learner_oid):
            if birth_date and found.birth_date and birth_date != found.birth_date:
                return Match(None, [Reason("birth_date", "birth_date_differs", {})])
            return Match(found, [])
        same = self.by_email.get((email, birth_date), [])
        if learner_oid and any(one.learner_oid for one in same):
            return Match(None, [Reason("learner_oid", "oid_differs", {})])
        if len(same) > 1:
            return Match(None, [Reason("email", "ambiguous", {})])
        return Match(same[0] if same else None, [])


def identify(*, institution: Institution, learner_oid: str, email: str, birth_date: date | None) -> Learner:
    """The institution's one learner with these identifiers. Raises Invalid when there is none, or several."""
    learner_oid, email = learner_oid.strip(), email.strip().lower()
    reasons.refuse(of_identifiers(learner_oid=learner_oid, email=email, birth_date=birth_date, today=None))
    people = People(institution=institution, oids=[learner_oid], emails=[email])
    learner, why = people.match(learner_oid=learner_oid, email=email, birth_date=birth_date)
    if learner is None:
        reasons.refuse(why or [Reason("learner_oid" if learner_oid else "email", "unknown_learner", {})])
    return learner


def of_identifiers(
    *, learner_oid: str, email: str, birth_date: date | None, today: date | None
) -> list[Reason]:
    """What is wrong with the identifiers themselves, wherever they come from."""
    found = reasons.of_texts({"learner_oid": learner_oid, "email": email})
    if learner_oid and not oid.has_shape(learner_oid):
        found.append(Reason("learner_oid", "oid_shape", {}))
    elif learner_oid and not oid.is_valid(learner_oid):
        found.append(Reason("learner_oid", "oid_check", {}))
    if email and not _is_email(email):
        found.append(Reason("email", "email_shape", {}))
    if birth_date and today and not (today.year - 120 <= birth_date.year and birth_date <= today):
        found.append(Reason("birth_date", "birth_date_range", {}))
    return found


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= 254
