"""A school with attainments to be issued, out of the demo's data; for rehearsals and measurements."""

import json
from datetime import date, datetime, timedelta
from uuid import uuid4

from credentials.models import Attainment, Learner
from registry.actions import codelists, imports
from registry.models import Institution, Offering, Statement, User

OFFERING = "OAMK-MC-2026-001"
DATA = codelists.FILE.parent


def attainments(*, count: int, at: datetime, offering: str = OFFERING) -> list[Attainment]:
    """So many learners of one institution who reached one published offering; nothing of it is issued yet."""
    row = next(one for one in published_rows() if one["code"] == offering)
    version = offer(row=row, at=at).published
    institution = version.offering.institution
    issuer = issuer_of(institution)
    before = institution.learners.count()
    learners = Learner.objects.bulk_create(
        Learner(
            institution=institution,
            given_names="Aino",
            family_name=f"Esimerkki {number}",
            email=f"learner{number}@example.com",
            birth_date=date(2000, 2, 29),
            created_at=at,
        )
        for number in range(before, before + count)
    )
    return Attainment.objects.bulk_create(
        Attainment(
            institution=institution,
            learner=learner,
            version=version,
            completed_on=at.date(),
            grade="HYV" if version.grading_scale == "pass_fail" else "3",
            recorded_at=at,
            recorded_by=issuer,
        )
        for learner in learners
    )


def issuer_of(institution: Institution) -> User:
    return User.objects.get(email=f"issuer@{institution.code.lower()}.example")


def offer(*, row: dict, at: datetime) -> Offering:
    """The offering of a row of the demo's kind, published and approved, with its institution and people."""
    if known := Offering.objects.filter(code=row["code"]).first():
        return known
    codelists.load()
    demo, people = _read("example_offerings.json"), _read("demo_people.json")["people"]
    named = {row["lead"], *row["awarding_bodies"]}
    imports.load_institutions(rows=[one for one in demo["institutions"] if one["code"] in named])
    imports.load_people(rows=[one for one in people if one["institution"] == row["lead"]])
    moved = at.date() - date.fromisoformat(demo["as_of"])
    for version in imports.load_offering(row=row, moved=moved, at=at):
        _approve(version, at=at)
    return Offering.objects.get(code=row["code"])


def published_rows() -> list[dict]:
    """Those of the demo's offerings that are published."""
    return [row for row in _read("example_offerings.json")["offerings"] if row["status"] == "published"]


def _read(name: str) -> dict:
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def _approve(version, *, at: datetime) -> None:
    Statement.objects.create(
        version=version,
        review_id=uuid4(),
        criteria_set="EU-10/1",
        decided_on=version.approved_at.date(),
        check_due_on=(at + timedelta(days=365)).date(),
        created_at=version.approved_at,
    )
