"""A large file of offerings: the dry run finds the planted faults, the mended file makes each draft once,
though its import is killed half-way and the file is sent twice."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from django.db import connection
from django.utils import timezone

from registry.actions import codelists, offering_files
from registry.drills.tables import HEADER, table, with_faults
from registry.models import Institution, Offering, OfferingFile, User
from registry.spreadsheets import xlsx_bytes

FAULTS = 37
# The import dies right after the first row of each has been written.
KILLED_AT = (
    "registry_offering",
    "registry_offeringversion",
    "registry_learningoutcome",
    "registry_trailentry",
)
ROOT = Path(__file__).resolve().parents[2]


class Failed(AssertionError):
    """What must hold after the import does not."""


def run(options: dict) -> dict:
    """`items` rows in an Excel workbook, 37 of them with a fault; mended, killed four times, sent twice."""
    return rehearse(items=options["items"], killed_at=KILLED_AT)


def rehearse(*, items: int, killed_at: tuple[str, ...] = ()) -> dict:
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
    for place in killed_at:
        _kill(mended, place)
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
        "killed": len(killed_at),
        "dry_run_s": round(read_s, 1),
        "import_s": round(import_s, 1),
        "offerings": Offering.objects.count(),
    }


def import_and_die(*, uid: str, place: str) -> None:
    """What the process that is killed runs: the import, up to the first rows of one table."""

    def deadly(execute, sql, params, many, context):
        answer = execute(sql, params, many, context)
        if sql.startswith(f'INSERT INTO "{place}"'):
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    file = OfferingFile.objects.get(uid=uid)
    with connection.execute_wrapper(deadly):
        _import(file, file.uploaded_by)


def _kill(file: OfferingFile, place: str) -> None:
    code = f"from {__name__} import import_and_die; import_and_die(uid='{file.uid}', place='{place}')"
    ended = subprocess.run([sys.executable, "manage.py", "shell", "-v0", "-c", code], cwd=ROOT, check=False)
    if ended.returncode != -signal.SIGKILL:
        raise Failed(f"the import was not killed at {place}: {ended.returncode}")
    if Offering.objects.exists():
        raise Failed(f"killed at {place}, the import left {Offering.objects.count()} offerings")


def _read(house: Institution, person: User, rows: list[list[str]]) -> OfferingFile:
    data = xlsx_bytes(header=HEADER, rows=rows)
    return offering_files.read(
        institution=house, name="offerings.xlsx", data=data, by=person, at=timezone.now()
    )


def _import(file: OfferingFile, person: User) -> None:
    offering_files.import_accepted(file=file, by=person, at=timezone.now())
