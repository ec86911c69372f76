"""Offerings made at random, as rows of the demo's kind, and the learners who reached them."""

from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from credentials.actions import batches, documents
from credentials.document_forms import FORMS
from credentials.drills import school
from credentials.models import Attainment, Credential, Learner
from registry.elements import checklists
from registry.models import OfferingVersion
from tests.factories.awards import FAMILY, GIVEN, PARAGRAPHS, TITLES

OIDS = ("1.2.246.562.98.59428595753", "")
LANGUAGES = ("fi", "sv", "en")


@dataclass(frozen=True, kw_only=True)
class Made:
    """An offering as it was planned, the credential of one learner of it, and that in every form."""

    row: dict
    version: OfferingVersion
    credential: Credential
    forms: dict[str, bytes]


def made(*, count: int, at: datetime) -> list[Made]:
    """Planned, complete by the checklist, published, reached, issued and fetched in every form."""
    return [_made(Random(number), number=number, at=at) for number in range(count)]


def _made(chance: Random, *, number: int, at: datetime) -> Made:
    row = _row(chance, number=number)
    version = school.offer(row=row, at=at).published
    if lacking := [str(one.text) for one in checklists.of(version=version).reasons]:
        raise AssertionError(f"{row['code']} is not complete: {lacking}")
    attainment = _attainment(chance, version=version, number=number, at=at)
    institution = version.offering.institution
    issuer = school.issuer_of(institution)
    batch = batches.start(institution=institution, attainments=[attainment], by=issuer, at=at)
    batches.run(batch.pk)
    credential = batch.items.get().credential
    forms = {
        form: documents.fetch(credential=credential, form=form, by=None, at=at).content for form in FORMS
    }
    return Made(row=row, version=version, credential=credential, forms=forms)


def _row(chance: Random, *, number: int) -> dict:
    """Texts with every kind of letter, any size below 60 credits, optional elements there or not."""
    row = deepcopy(chance.choice(school.published_rows()))
    main = chance.choice(LANGUAGES)
    ects = chance.randrange(2, 119) / 2
    row |= {
        "code": f"{row['lead']}-MC-2026-{900 + number}",
        "version": 1,
        "previous_versions": [],
        "title": {language: _title(chance, number) for language in LANGUAGES},
        "primary_language": main,
        "languages": [main] if main == "en" else [main, "en"],  # the rules of the main language
        "ects": ects,
        "workload_hours": round(ects * 1600 / 60),
        "fee_eur": 0,  # its cap goes by the size, and so does that of the credits of a project
        "rdi": {},
        "learning_outcomes": [
            {**chance.choice(row["learning_outcomes"]), **_texts(chance)}
            for _ in range(chance.randrange(1, 11))
        ],
        "grading_scale": chance.choice(("0-5", "pass_fail")),
        "summary": _texts(chance),
        "sdgs": sorted(chance.sample(range(1, 18), chance.randrange(4))),
        "target_group": chance.choice((_texts(chance), {})),
        "validity_months": chance.choice((None, 12, 36)),
        "qf_ehea_cycle": chance.choice(("first", "")),
    }
    row["assessment"] |= {"description": _texts(chance), "criteria": _texts(chance)}
    row["quality_assurance"] |= {"description": _texts(chance)}
    row["prerequisites"] = chance.choice((_texts(chance), {}))
    row["stackability"] = chance.choice(
        ({"type": "stackable", "towards": _texts(chance)}, {"type": "stand_alone"})
    )
    return row


def _texts(chance: Random) -> dict[str, str]:
    return {language: f"{language}: {chance.choice(PARAGRAPHS)}".strip() for language in LANGUAGES}


def _title(chance: Random, number: int) -> str:
    """Of the length at which it is cut, every second time."""
    title = f"{number}: {chance.choice(TITLES)}"
    return title[:120] if chance.random() < 0.5 else f"{title} {'osaaminen ' * 12}"[:119] + "."


def _attainment(chance: Random, *, version: OfferingVersion, number: int, at: datetime) -> Attainment:
    institution = version.offering.institution
    learner = Learner.objects.create(
        institution=institution,
        given_names=chance.choice(GIVEN),
        family_name=chance.choice(FAMILY),
        email=f"odd{number}@example.com",
        language=chance.choice(LANGUAGES),
        birth_date=date(1930, 1, 1) + timedelta(days=chance.randrange(30_000)),
        created_at=at,
    )
    return Attainment.objects.create(
        institution=institution,
        learner=learner,
        version=version,
        completed_on=at.date(),
        grade="HYV" if version.grading_scale == "pass_fail" else chance.choice("12345"),
        recorded_at=at,
        recorded_by=school.issuer_of(institution),
    )
