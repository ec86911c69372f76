"""Every field of an offering changes after credentials were issued: none of them does, by a single byte."""

import time
from decimal import Decimal

from django.utils import timezone

from credentials.actions import batches
from credentials.drills import school
from credentials.models import Credential
from credentials.verification import verify
from registry import catalogue, differences
from registry.actions import offerings
from registry.models import (
    Code,
    CodesField,
    ForesightNote,
    Institution,
    JointInvitation,
    MeetingRecord,
    Offering,
    OfferingVersion,
    TextsField,
    User,
)

TEXTS = {"fi": "Toinen teksti", "sv": "En annan text", "en": "Another text"}
FIELDS = (*OfferingVersion.CONTENT, "outcomes")
PLAIN = {
    "ects": Decimal("2.5"),
    "eqf_level": 7,
    "nqf_level": 7,
    "validity_months": 12,
    "fee_eur": Decimal("7.50"),
    "fee_rule": "market_priced",
    "primary_language": "sv",
    "further_information_url": "https://oamk.example/further",
    "commissioner": "Paja Oy",
    "vet_partner": "OSAO",
    "network": "CampusOnline",
    "partners": ["OAMK", "LAB"],
    "locations": ["Oulu"],
    "awarding_bodies": ["OAMK", "LAB"],
    "contains_degree_part": True,
    "is_staff_only": True,
    "funding": [{"type": "basic", "share": 100}],
    "parent_courses": [{"code": "TE00", "name": TEXTS, "ects": 5}],
    "digital_pedagogy": dict.fromkeys(OfferingVersion.DIGITAL_CRITERIA, TEXTS),
    "shares": [{"institution": "OAMK", "ects": 1.5}, {"institution": "LAB", "ects": 1}],
    "rdi": {"project_name": "Hanke", "tki_ects": 0.5},
    "virta": {"laji": "2"},
}


class Failed(AssertionError):
    """A document has changed, or the difference is told wrongly."""


def run(options: dict) -> dict:
    """`items` credentials of one version, then each field of the next version changed on its own."""
    return rehearse(items=options["items"])


def rehearse(*, items: int) -> dict:
    """Figures of one rehearsal. Raises Failed."""
    if Institution.objects.exists():
        raise Failed("the rehearsal wants an empty database")
    began, now = time.monotonic(), timezone.now()
    waiting = school.attainments(count=items, at=now)
    house, issuer = waiting[0].institution, User.objects.get(email="issuer@oamk.example")
    batches.run(batches.start(institution=house, attainments=waiting, by=issuer, at=now).pk)
    issued, issued_s = _documents(), time.monotonic() - began
    if len(issued) != items:
        raise Failed(f"expected {items} credentials, found {len(issued)}")
    before = Offering.objects.get(code=school.OFFERING).published
    author = User.objects.get(email="author@oamk.example")
    after = offerings.revise(offering=before.offering, by=author, at=now)
    _agree(after, partner="LAB", by=author)
    changes = _changes(after)
    for field in FIELDS:
        _one_field(field, changes[field], before=before, after=after, by=author)
        _same(issued, what=field)
    _publish(after, changes=changes, author=author)
    _same(issued, what="the publication")
    told = {one.field for one in differences.between(before, after)}
    if told != set(FIELDS):
        raise Failed(f"the difference leaves out {sorted(set(FIELDS) - told)}")
    return {
        "credentials": len(issued),
        "fields": len(FIELDS),
        "issued_s": round(issued_s, 1),
        "changed_s": round(time.monotonic() - began - issued_s, 1),
        "verified_after": _verified(),
    }


def _agree(version: OfferingVersion, *, partner: str, by: User) -> None:
    """Another institution takes part, so that it may be named among the awarding bodies."""
    house = Institution.objects.create(
        code=partner, oppilaitosnumero="10126", name={"fi": "LAB"}, short_name="LAB", city="Lahti",
        domain="lab.example",
    )  # fmt: skip
    JointInvitation.objects.create(
        version=version, institution=house, ects=1, status="accepted", invited_at=timezone.now(),
        invited_by=by, answered_at=timezone.now(), answered_by=by,
    )  # fmt: skip


def _changes(version: OfferingVersion) -> dict:
    """For each field a value that it does not have, by the kind of the field."""
    return {field: _other(version, field) for field in FIELDS}


def _other(version: OfferingVersion, field: str):
    if field == "outcomes":
        return [*_outcomes(version), {"kind": "skill", "text": TEXTS}]
    if field in PLAIN:
        return PLAIN[field]
    if field in ("meetings", "foresight"):
        return [str(_evidence(version, field).uid)]
    kind, value = OfferingVersion._meta.get_field(field), getattr(version, field)
    if isinstance(kind, TextsField):
        return TEXTS
    taken = value if isinstance(value, list) else [str(value)]
    free = Code.objects.filter(list=OfferingVersion.CODE_LISTS[field]).exclude(code__in=taken)
    code = free.order_by("order", "pk").first().code
    if isinstance(kind, CodesField):
        return [*value, code]
    return int(code) if isinstance(value, int) else code


def _evidence(version: OfferingVersion, field: str):
    house, today = version.offering.institution, timezone.localdate()
    if field == "meetings":
        return MeetingRecord.objects.create(institution=house, held_on=today, topic=TEXTS)
    return ForesightNote.objects.create(
        institution=house, text=TEXTS, source="Barometri", horizon_year=2030, noted_on=today
    )


def _one_field(field: str, value, *, before: OfferingVersion, after: OfferingVersion, by: User) -> None:
    """Change it, read the difference, put it back."""
    old = _outcomes(after) if field == "outcomes" else getattr(after, field)
    _write(after, {field: value}, by=by)
    told = [row["field"] for row in differences.rows(_between(before, after), shown=catalogue.current())]
    _write(after, {field: old}, by=by)
    if told != [field]:
        raise Failed(f"{field} was changed, the difference tells of {told}")
    if _between(before, after):
        raise Failed(f"{field} was put back, and a difference stays")


def _between(before: OfferingVersion, after: OfferingVersion) -> list[differences.Change]:
    """As the pages compare: rows read anew. The note on what is new is not copied by a revision."""
    stored = OfferingVersion.objects.in_bulk([before.pk, after.pk])
    return differences.between(stored[before.pk], stored[after.pk])


def _write(version: OfferingVersion, content: dict, *, by: User) -> None:
    outcomes = content.get("outcomes")
    plain = {field: value for field, value in content.items() if field != "outcomes"}
    offerings.save(version=version, content=plain, outcomes=outcomes, by=by, at=timezone.now())


def _outcomes(version: OfferingVersion) -> list[dict]:
    rows = version.outcomes.order_by("order")
    return [
        {"kind": one.kind, "text": one.text, "skill_keywords": one.skill_keywords, "skills": one.skills}
        for one in rows
    ]


def _publish(version: OfferingVersion, *, changes: dict, author: User) -> None:
    """All of it at once, reviewed and published."""
    now = timezone.now()
    _write(version, changes, by=author)
    reviewer, publisher = (
        User.objects.get(email=f"{role}@oamk.example") for role in ("reviewer", "publisher")
    )
    offerings.submit(version=version, by=author, at=now)
    offerings.take(version=version, by=reviewer, at=now)
    offerings.approve(version=version, by=reviewer, at=now)
    offerings.publish(version=version, by=publisher, at=now)


def _documents() -> dict:
    return {one.pk: (bytes(one.document), one.version_id) for one in Credential.objects.all()}


def _same(issued: dict, *, what: str) -> None:
    if _documents() != issued:
        raise Failed(f"{what} has changed a credential")


def _verified() -> dict[str, int]:
    """How the credentials verify now: a newer version takes nothing from them."""
    found: dict[str, int] = {}
    for one in Credential.objects.all():
        outcome = verify(document=bytes(one.document), at=timezone.now()).outcome
        found[outcome.value] = found.get(outcome.value, 0) + 1
    return found
