"""Made-up offerings in any number, always the same ones, with the spread of a real catalogue."""

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import OuterRef, Subquery, prefetch_related_objects

from registry import catalogue
from registry.actions import codelists
from registry.models import Institution, LearningOutcome, Offering, OfferingVersion, Realisation, User

AT = datetime(2026, 1, 15, 7, 0, tzinfo=UTC)
CHUNK = 1_000
INSTITUTIONS = 24
# What titles and outcomes are made of, in Finnish, Swedish and English.
TOPICS = [
    ("tekoäly", "artificiell intelligens", "artificial intelligence"),
    ("kiertotalous", "cirkulär ekonomi", "circular economy"),
    ("hoitotyö", "vårdarbete", "nursing"),
    ("robotiikka", "robotik", "robotics"),
    ("tietoturva", "informationssäkerhet", "information security"),
    ("johtaminen", "ledarskap", "leadership"),
    ("ohjelmointi", "programmering", "programming"),
    ("saavutettavuus", "tillgänglighet", "accessibility"),
    ("varhaiskasvatus", "småbarnspedagogik", "early education"),
    ("matkailu", "turism", "tourism"),
    ("rakentaminen", "byggande", "construction"),
    ("yrittäjyys", "företagsamhet", "entrepreneurship"),
    ("energia", "energi", "energy"),
    ("logistiikka", "logistik", "logistics"),
    ("palvelumuotoilu", "tjänstedesign", "service design"),
    ("viestintä", "kommunikation", "communication"),
]
ANGLES = [
    ("perusteet", "grunder", "basics"),
    ("työelämässä", "i arbetslivet", "at work"),
    ("jatko", "fortsättning", "continued"),
    ("käytäntö", "praktik", "practice"),
    ("mittaaminen", "mätning", "measuring"),
    ("kehittäminen", "utveckling", "development"),
]
LANGUAGES = ("fi", "sv", "en")
MODES = ("online", "blended", "contact", "distance", "independent")
ROLES = ("author", "reviewer", "publisher")
FUNDING = ("basic", "esf_plus", "company", "erdf")
SIZES = ("1", "2", "3", "5", "5", "5", "10", "10", "15", "30", "60")


def fill(size: int, *, institutions: int = INSTITUTIONS) -> None:
    """Institutions, published offerings with outcomes and dates, and their words for the search."""
    codelists.load()
    people = [User.objects.create(email=f"{role}@example.com", name=role) for role in ROLES]
    houses = [_institution(number) for number in range(institutions)]
    dice = random.Random(0)  # noqa: S311  the same data every time
    for start in range(0, size, CHUNK):
        numbers = range(start, min(start + CHUNK, size))
        _publish(
            [_version(number, house=dice.choice(houses), people=people, dice=dice) for number in numbers]
        )
    catalogue.forget()


def publish_one_more(number: int) -> str:
    """One more offering, newer than all; its title."""
    people = [User.objects.get(name=role) for role in ROLES]
    house = Institution.objects.get(code="AMK0")
    version = _version(number, house=house, people=people, dice=random.Random(number))  # noqa: S311
    _publish([version])
    catalogue.forget()
    return version.title["fi"]


def question(dice: random.Random) -> dict:
    """What a visitor might ask: up to three facets, words in a third of the cases, an order and a page."""
    asked: dict = {}
    if dice.random() < 1 / 3:
        asked["q"] = " ".join(dice.choice(dice.choice(TOPICS + ANGLES)) for _ in range(dice.randint(1, 2)))
    for facet in dice.sample(
        ("institution", "mode", "language", "size", "field", "level"), dice.randint(0, 3)
    ):
        options = {
            "institution": [f"AMK{number}" for number in range(INSTITUTIONS)],
            "mode": MODES,
            "language": LANGUAGES,
            "size": list(catalogue.SIZES),
            "field": [str(number) for number in range(1, 11)],
            "level": ["basic", "applied", "expert"],
        }[facet]
        asked[facet] = dice.sample(list(options), dice.randint(1, 2))
    return asked | {"sort": dice.choice(catalogue.SORTS), "page": 1 if asked else dice.randint(1, 3)}


def _institution(number: int) -> Institution:
    name = dict.fromkeys(LANGUAGES, f"Esimerkki {number}")
    return Institution.objects.create(
        code=f"AMK{number}", oppilaitosnumero=f"{10000 + number}", name=name,
        short_name=f"Esimerkki {number}", city="Oulu", domain=f"amk{number}.example",
    )  # fmt: skip


def _version(number: int, *, house: Institution, people: list[User], dice: random.Random) -> OfferingVersion:
    topic, angle = dice.choice(TOPICS), dice.choice(ANGLES)
    author, reviewer, publisher = people
    at = AT + timedelta(minutes=number)
    languages = dice.sample(LANGUAGES, dice.randint(1, 2))

    def texts(form: str) -> dict[str, str]:
        return {
            language: form.format(topic=topic[at], angle=angle[at]).capitalize()
            for at, language in enumerate(LANGUAGES)
        }

    return OfferingVersion(
        offering=Offering(
            institution=house, code=f"{house.code}-MC-2026-{number:06}", created_at=at, created_by=author
        ),
        number=1, status=OfferingVersion.Status.PUBLISHED, rule_set="eu-2022/1",
        title=texts(f"{{topic}}: {{angle}} {number}"),
        summary=texts("{topic}, {angle}: made-up summary of an offering."),
        target_group=texts("{topic}"), relevance=texts("{angle}"), awarding_bodies=[house.code],
        ects=Decimal(dice.choice(SIZES)), eqf_level=dice.choice([6, 6, 6, 7]), nqf_level=6,
        ehea_cycle="first", competence_level=dice.choice(["basic", "applied", "expert"]),
        education_form=dice.choice(["avoin_amk", "avoin_amk", "taydennyskoulutus", "erikoistumiskoulutus"]),
        assessment_types=["project"], assessment_description=texts("{angle}"),
        assessment_criteria=texts("{angle}"),
        grading_scale="0-5", identity_verification="supervised_online_id",
        participation_modes=dice.sample(MODES, dice.randint(1, 2)), teaching_times=["any_time"],
        teaching_languages=languages, assessment_languages=languages, stackability="stand_alone",
        quality_assurance_types=["internal_review"], okm_field=str(dice.randint(1, 10)), isced_f="061",
        fee_eur=Decimal(dice.choice(["0", "75", "290"])), fee_rule="free",
        funding=[{"type": FUNDING[number % len(FUNDING)]}], rdi={"tki_ects": 1} if number % 7 == 0 else {},
        created_at=at, updated_at=at, submitted_at=at, submitted_by=author, approved_at=at,
        approved_by=reviewer, published_at=at, published_by=publisher,
    )  # fmt: skip


@transaction.atomic
def _publish(versions: list[OfferingVersion]) -> None:
    """Write many at once; the search words go the same way as in a real publication."""
    Offering.objects.bulk_create([version.offering for version in versions])
    OfferingVersion.objects.bulk_create(versions)
    show = OfferingVersion.objects.filter(offering=OuterRef("pk")).values("pk")
    Offering.objects.filter(versions__in=versions).update(published=Subquery(show))
    kinds = LearningOutcome.Kind
    LearningOutcome.objects.bulk_create(
        LearningOutcome(
            version=version, order=order, kind=kind, text=version.title, skill_keywords=[TOPICS[order][0]]
        )
        for version in versions
        for order, kind in enumerate(kinds)
    )
    Realisation.objects.bulk_create(
        Realisation(
            version=version,
            key="R1",
            starts_on=AT.date() + timedelta(days=400),
            ends_on=AT.date() + timedelta(days=500),
        )
        for version in versions
    )
    prefetch_related_objects(versions, "outcomes")
    catalogue.index_all(versions=versions)
