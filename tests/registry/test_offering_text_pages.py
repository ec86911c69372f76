"""From text to draft, files and defaults on staff pages (issue B item 6)."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from registry.access import Role
from registry.actions import codelists, offerings
from registry.drills.tables import HEADER, table, with_faults
from registry.models import OfferingVersion
from registry.spreadsheets import csv_bytes
from tests.factories import AT
from tests.factories.registry import InstitutionFactory, OfferingFactory, OfferingVersionFactory, member
from tests.registry.test_reading import FINNISH

pytestmark = pytest.mark.django_db
ENGLISH = """Introduction to circular economy, 3 credits
Learning outcomes
The student can
- explain the principles of circular economy
- calculate the carbon footprint of a product
- assess the sustainability of a business model

Content
Basics of circular economy.
Assessment: Project and online exam.
Assessment criteria
Pass: every task is done.
Prerequisites: No prerequisites.
"""


@pytest.fixture
def house():
    codelists.load()
    return InstitutionFactory(code="OAMK")


@pytest.fixture
def author(house, client):
    person = member(house, Role.AUTHOR)
    client.force_login(person)
    return person


def url(name, *args):
    return reverse(name, args=["oamk", *args])


def test_pasted_text_is_shown_before_anything_is_saved(client, author):
    page = client.post(url("offering-from-text"), {"text_fi": FINNISH}).content.decode()

    assert [word in page for word in ("Johdatus kiertotalouteen", "hiilijalanjäljen", "käsikirja 2024")] == [
        True
    ] * 3
    assert OfferingVersion.objects.count() == 0


def test_pasted_text_becomes_a_draft_in_four_interactions(client, author):
    """Two texts pasted, "Read the text", "Make the draft": most of what review needs is there."""
    texts = {"text_fi": FINNISH, "text_en": ENGLISH}
    taken = ["ects", "summary", "assessment_description", "assessment_criteria", "prerequisites",
             "grading_scale", "teaching_languages", "outcome-0", "outcome-1", "outcome-2"]  # fmt: skip
    kinds = {"kind-0": "knowledge", "kind-1": "skill", "kind-2": "competence"}
    title = {"title_fi": "Johdatus kiertotalouteen", "title_en": "Introduction to circular economy"}

    answer = client.post(
        url("offering-from-text"), {**texts, **title, **kinds, "taken": taken, "create": "1"}
    )

    version = OfferingVersion.objects.get()
    assert answer.url == url("version-edit", version.offering.code, 1, "assessment")  # what is missing first
    assert [(row.kind, sorted(row.text)) for row in version.outcomes.order_by("order")] == [
        ("knowledge", ["en", "fi"]),
        ("skill", ["en", "fi"]),
        ("competence", ["en", "fi"]),
    ]
    assert (version.ects, sorted(version.title), version.assessment_criteria["en"]) == (
        3, ["en", "fi"], "Pass: every task is done.",
    )  # fmt: skip
    assert "Kiertotalouden käsikirja 2024" in version.source_text.rest
    assert "Kiertotalouden käsikirja 2024" in client.get(answer.url).content.decode()


def test_gaps_of_the_english_are_filled_on_the_preview(client, author):
    """Rule 16: review asks for the main language and English, so the preview offers both."""
    data = {"text_fi": FINNISH, "title_fi": "Nimi tässä", "more-summary-en": "Basics.",
            "more-outcome-1-en": "Calculates a footprint", "more-outcome-0-en": "Explains",
            "more-prerequisites-en": "None.", "kind-0": "skill", "kind-1": "skill", "kind-2": "skill",
            "taken": ["summary", "outcome-1", "prerequisites"], "create": "1"}  # fmt: skip

    preview = client.post(url("offering-from-text"), {"text_fi": FINNISH}).content.decode()
    client.post(url("offering-from-text"), data)

    assert 'name="more-summary-en"' in preview
    assert 'name="more-summary-sv"' not in preview
    version = OfferingVersion.objects.get()
    assert version.summary == {"fi": "Kiertotalouden perusteet ja elinkaarianalyysi.", "en": "Basics."}
    assert [row.text["en"] for row in version.outcomes.all()] == ["Calculates a footprint"]
    assert "Explains" in version.source_text.rest  # of an outcome that was not taken


def test_what_is_not_taken_is_kept_beside_the_draft(client, author):
    client.post(
        url("offering-from-text"),
        {"text_fi": FINNISH, "title_fi": "Nimi tässä", "kind-0": "skill", "kind-1": "skill",
         "kind-2": "skill",
         "taken": ["outcome-1"], "create": "1"},
    )  # fmt: skip

    version = OfferingVersion.objects.get()
    assert [row.text["fi"] for row in version.outcomes.all()] == [
        "Opiskelija osaa laskea tuotteen hiilijalanjäljen"
    ]
    assert version.ects is None
    assert "Projektityö ja verkkotentti." in version.source_text.rest


@pytest.mark.parametrize("data", [{}, {"text_fi": "\x00"}, {"text_fi": "a" * 50_001}])
def test_text_that_cannot_be_read_is_told(client, author, data):
    page = client.post(url("offering-from-text"), data)

    assert "data-focus" in page.content.decode()
    assert OfferingVersion.objects.count() == 0


def test_file_is_read_shown_and_imported(client, author):
    rows, _planted = with_faults(table(6), count=2)
    upload = SimpleUploadedFile("tarjonta.csv", csv_bytes(header=HEADER, rows=rows))

    answer = client.post(url("offering-file-new"), {"file": upload})
    page = client.get(answer.url).content.decode()
    client.post(f"{answer.url}import/")
    client.post(f"{answer.url}import/")

    assert page.count('role="rowheader"') == 6
    rejected = [client.get(f"{answer.url}rejected/{form}/") for form in ("csv", "xlsx", "json")]
    assert [one.status_code for one in rejected] == [200, 200, 404]
    assert "hylkäyksen syy" in rejected[0].content.decode("utf-8-sig")
    assert OfferingVersion.objects.count() == 4
    assert "OAMK-MC-" in client.get(answer.url).content.decode()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"outo;sarake\n1;2\n", "outo, sarake"),
        (b"", "Lähetetty tiedosto on tyhjä."),
        (b"x" * 20 * 1024 * 1024, "Tiedosto on suurempi kuin 10 Mt. Jaa se pienempiin tiedostoihin."),
    ],
    ids=["columns", "empty", "20 MB"],
)
def test_unreadable_file_is_told_at_the_field(client, author, data, said):
    page = client.post(url("offering-file-new"), {"file": SimpleUploadedFile("a.csv", data)})

    assert said in page.content.decode()


def test_anothers_file_is_not_found(client, author):
    other = InstitutionFactory(code="LAB")
    file = other.offering_files.create(name="x", sha256="0" * 64, uploaded_at=AT, uploaded_by=author)

    assert client.get(url("offering-file", file.uid)).status_code == 404
    assert client.post(url("offering-file-import", file.uid)).status_code == 404


def test_template_and_exports_can_be_downloaded(client, house, author):
    version = OfferingVersionFactory(offering=OfferingFactory(institution=house))

    answers = [client.get(url("offering-export", form)) for form in ("csv", "xlsx", "json")]

    assert [answer["Content-Type"] for answer in answers] == [
        "text/csv; charset=utf-8",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/json",
    ]
    assert [one["code"] for one in json.loads(answers[2].content)["offerings"]] == [version.offering.code]
    assert client.get(url("offering-export", "pdf")).status_code == 404
    assert client.get(url("offering-file-template", "xlsx")).content[:2] == b"PK"


def test_export_costs_as_many_queries_for_three_offerings_as_for_one(client, house, author):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(url("offering-export", "csv"))
        return len(asked)

    OfferingVersionFactory(offering=OfferingFactory(institution=house))
    queries()  # what is read once per process
    for_one = queries()
    for _number in range(2):
        OfferingVersionFactory(offering=OfferingFactory(institution=house))

    assert queries() == for_one


def test_defaults_are_saved_and_begin_the_next_draft(client, house, author):
    data = {"country": "FI", "grading_scale": "0-5", "guidance_fi": "Ohjaus", "teaching_languages": ["fi"]}

    answer = client.post(url("offering-defaults"), data)
    version = offerings.create(
        institution=house, title={"fi": "Nimi tässä"}, primary_language="fi", by=author, at=AT
    )

    assert answer.url == url("offering-defaults")
    assert (version.guidance, version.grading_scale, version.teaching_languages) == (
        {"fi": "Ohjaus"}, "0-5", ["fi"],
    )  # fmt: skip
    assert "Ohjaus" in client.get(url("offering-defaults")).content.decode()


def test_nearly_the_same_are_shown_with_links(client, house, author):
    title = {"fi": "Vastuullinen tekoäly työssä hoitoalan ammattilaisille"}
    one, two = (
        OfferingVersionFactory(offering=OfferingFactory(institution=house), title=title)
        for _number in range(2)
    )

    page = client.get(url("version-similar", one.offering.code, 1)).content.decode()

    assert url("version-detail", two.offering.code, 1) in page
