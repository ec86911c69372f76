"""A large file of offerings: the dry run finds the planted faults, the mended file makes each draft once."""

import time

from django.utils import timezone

from registry.actions import codelists, offering_files
from registry.drills.tables import HEADER, table, with_faults
from registry.models import Institution, Offering, OfferingFile, User
from registry.spreadsheets import xlsx_bytes

FAULTS = 37


class Failed(AssertionError):
    """What must hold after the import does not."""


def run(options: dict) -> dict:
    """`items` rows in an Excel workbook, 37 of them with a fault; mended, sent twice."""
    return rehearse(items=options["items"])


def rehearse(*, items: int) -> dict:
    if Institution.objects.exists():
        raise Failed("the rehearsal wants an empty database")
    codelists.load()
    house = Institution.objects.create(
        code="OAMK", oppilaitosnumero="10000", name={"fi": "Oamk"}, short_name="Oamk", city="Oulu",
        domain="oamk.example",
    )  # fmt: skip
    person = User.objects.create(email="author@oamk.example", name="Author")
    rows, planted = with_faults(table(items), count=FAULTS)
    began = time.monotonic()
    file = _read(house, person, rows)
    read_s = time.monotonic() - began
    found = [(row["row"], reason[0], reason[1]) for row in file.rows for reason in row["reasons"]]
    if found != planted:
        raise Failed(f"planted {planted}, found {found}")
    mended = _read(house, person, table(items))
    began = time.monotonic()
    _import(mended, person)
    import_s = time.monotonic() - began
    _import(mended, person)
    _import(_read(house, person, table(items)), person)
    if Offering.objects.count() != items:
        raise Failed(f"expected {items} offerings, found {Offering.objects.count()}")
    return {
        "rows": items,
        "faults_planted": FAULTS,
        "faults_found": len(found),
        "dry_run_s": round(read_s, 1),
        "import_s": round(import_s, 1),
        "offerings": Offering.objects.count(),
    }


def _read(house: Institution, person: User, rows: list[list[str]]) -> OfferingFile:
    data = xlsx_bytes(header=HEADER, rows=rows)
    return offering_files.read(
        institution=house, name="offerings.xlsx", data=data, by=person, at=timezone.now()
    )


def _import(file: OfferingFile, person: User) -> None:
    offering_files.import_accepted(file=file, by=person, at=timezone.now())
