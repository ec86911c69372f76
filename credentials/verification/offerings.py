"""Lines about the offering that a credential was earned in."""

import re
from collections.abc import Iterator
from datetime import date, datetime

from django.utils.timezone import localtime

from credentials.models import Credential, Rectification
from credentials.proofs import moments
from credentials.verification.register import Looked
from credentials.verification.report import Check, Outcome
from credentials.verification.saying import Texts
from credentials.verification.saying import day as written
from credentials.verification.saying import said as _
from registry.models import Institution, OfferingVersion, Statement


def lines(
    *,
    kept: Credential | None,
    issuer: Institution | None,
    document: dict,
    at: datetime,
    is_proven: bool,
    looked: Looked,
) -> Iterator[Check]:
    """The version of the offering it was earned in, and that version's quality then and now. Of a composite
    credential: its pathway and its parts, each of which says that of itself."""
    if kept and kept.pathway and is_proven:
        yield _composite(kept)
        return
    if issuer and not is_proven:
        return  # what the document says of its offering is worth nothing, and no news beside that
    version = _version(document, kept) if issuer else None
    if version is None:
        text = _("The offering is not in this register, so nothing can be said of its quality here.")
        yield Check(name="offering", outcome=Outcome.WARNING, message=text)
        return
    text = _("%(title)s (%(code)s, version %(number)s): %(status)s.") % {
        "title": Texts(version.title, version.primary_language),
        "code": version.offering.code,
        "number": version.number,
        "status": str(version.get_status_display()),
    }
    yield Check(name="offering", outcome=Outcome.VALID, message=text)
    yield _quality_at_issue(version, kept=kept, issued=moments.parse(document.get("validFrom")))
    yield _quality_today(version, at=at)
    if kept and Rectification.objects.open().filter(attainment=kept.attainment_id).exists():
        text = _(
            "The learner has asked that the assessment is looked at again. Until then this one is valid."
        )
        yield Check(name="rectification", outcome=Outcome.WARNING, message=text)


def _composite(kept: Credential) -> Check:
    states = list(kept.parts.values_list("status", flat=True))
    text = _("%(title)s (%(code)s): made of %(number)s credentials, of which %(valid)s are in force.") % {
        "title": Texts(kept.award["title"], kept.language),
        "code": kept.award["offering_code"],
        "number": len(states),
        "valid": states.count(Credential.Status.VALID),
    }
    is_whole = states.count(Credential.Status.VALID) == len(states)
    return Check(name="offering", outcome=Outcome.VALID if is_whole else Outcome.WARNING, message=text)


def _version(document: dict, kept: Credential | None) -> OfferingVersion | None:
    if kept:
        return kept.version
    achievement = _first(_first(document.get("credentialSubject")).get("achievement"))
    code, number = achievement.get("humanCode"), str(achievement.get("version"))
    if not isinstance(code, str) or not re.fullmatch(r"[0-9]{1,4}", number):
        return None
    published = OfferingVersion.objects.filter(published_at__isnull=False).select_related("offering")
    return published.filter(offering__code=code, number=int(number)).first()


def _quality_at_issue(version: OfferingVersion, *, kept: Credential | None, issued: datetime | None) -> Check:
    day = localtime(issued).date() if issued else None
    statement = kept.statement if kept else _newest(version, day=day)
    if statement and day and statement.decided_on <= day and not _has_ended(statement, day=day):
        text = _("Quality assured on the day of issue: yes (decided on %(day)s, criteria %(criteria)s).") % {
            "day": written(statement.decided_on),
            "criteria": statement.criteria_set,
        }
        return Check(name="quality_at_issue", outcome=Outcome.VALID, message=text)
    text = _("Quality assured on the day of issue: no decision in force was found.")
    return Check(name="quality_at_issue", outcome=Outcome.WARNING, message=text)


def _quality_today(version: OfferingVersion, *, at: datetime) -> Check:
    today = localtime(at).date()
    statement = _newest(version, day=today)
    outcome = Outcome.WARNING
    if statement is None:
        text = _("Today: no quality decision in force.")
    elif statement.suspended_at:
        text = _("Today: the offering is suspended for its quality since %(day)s.") % {
            "day": written(statement.suspended_at)
        }
    elif _has_ended(statement, day=today):
        text = _("Today: the quality approval ended on %(day)s.") % {"day": written(statement.approved_until)}
    elif statement.is_check_late(today=today):
        text = _("Today: the quality check due on %(day)s is late.") % {
            "day": written(statement.check_due_on)
        }
    else:
        outcome, text = Outcome.VALID, _("Today: quality assured.")
    return Check(name="quality_today", outcome=outcome, message=text)


def _newest(version: OfferingVersion, *, day: date | None) -> Statement | None:
    found = version.statements.filter(decided_on__lte=day) if day else version.statements.none()
    return found.order_by("-created_at", "-pk").first()


def _has_ended(statement: Statement, *, day: date) -> bool:
    return statement.approved_until is not None and statement.approved_until < day


def _first(value: object) -> dict:
    value = value[0] if isinstance(value, list) and value else value
    return value if isinstance(value, dict) else {}
