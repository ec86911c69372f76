"""What other systems read of the demo: every page's schema.org data, the file for QDR (issue B, Shows)."""

import re
import subprocess
import sys

import pytest
from django.test import Client
from time_machine import travel

from quality.actions import demo
from tests.factories import AT

pytestmark = [pytest.mark.django_db, pytest.mark.once]  # the file says the same on every database
BLOCK = re.compile(r'<script type="application/ld\+json">.*?</script>', re.DOTALL)
ROWS = demo.read(name="example_offerings.json")
PUBLISHED = [row["code"] for row in ROWS["offerings"] if row["status"] == "published"]
PATHWAYS = [row["code"] for row in ROWS["pathways"]]
PAGES = [
    "catalogue/",
    "catalogue/SEAMK-MC-2025-004/v1/",
    *(f"catalogue/{code}/" for code in PUBLISHED),
    *(f"catalogue/pathways/{code}/" for code in PATHWAYS),
]


@pytest.fixture(scope="module")
def loaded(made_once):
    with travel(AT, tick=False), made_once(lambda: demo.load(at=AT)):
        yield


@pytest.fixture
def check(interop, tmp_path):
    """The verdict of the reference on a text: its exit status and what it said."""

    def verdict(kind: str, text: str) -> tuple[int, str]:
        file = tmp_path / ("page.html" if kind == "schemaorg" else "file.xml")
        file.write_text(text, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-W", "ignore", str(interop / "check_reference.py"), kind, str(file)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout

    return verdict


def blocks(language: str) -> list[str]:
    """The data of every page in this language, one block of each."""
    client = Client()
    found = [BLOCK.findall(client.get(f"/{language}/{page}").content.decode()) for page in PAGES]
    assert [page for page, own in zip(PAGES, found, strict=True) if len(own) != 1] == []
    return [own[0] for own in found]


@pytest.mark.usefixtures("loaded")
def test_every_page_of_the_demo_speaks_schema_org(check):
    """10 offerings, an earlier version, 4 pathways and the list in three languages; a broken copy fails."""
    found = [block for language in ("fi", "sv", "en") for block in blocks(language)]
    broken = found[-1].replace('"hasCourse"', '"courses"')

    status, said = check("schemaorg", "<html>" + "\n".join(found))

    assert (len(found), status) == (3 * 16, 0), said
    assert (broken != found[-1], check("schemaorg", "<html>" + broken)[0]) == (True, 1)


@pytest.mark.usefixtures("loaded")
def test_every_offering_of_the_demo_is_in_the_file_for_qdr(client, check):
    body = client.get("/api/v1/exports/qdr.xml").content.decode()

    assert [code for code in PUBLISHED if code not in body] == []
    assert body.count("<learningAchievementSpecification id=") == len(PUBLISHED) == 10
    assert check("loq", body)[0] == 0
    assert check("loq", body.replace("snb/isced-f/", "snb/isced/", 1))[0] == 1
