"""Results of surveys made elsewhere: a dry run tells every fault, what is good is kept once."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from quality.actions import feedback_results
from quality.models import FeedbackResult
from registry.access import Role
from registry.models import TrailEntry
from registry.spreadsheets import FileRefused, csv_bytes, xlsx_bytes
from tests.factories import AT
from tests.factories.feedback import ended
from tests.factories.registry import InstitutionFactory, OfferingVersionFactory, UserFactory, member

pytestmark = pytest.mark.django_db
TODAY = AT.date()
HEADER = [names[0] for names in feedback_results.COLUMNS.values()]


@pytest.fixture
def house():
    return InstitutionFactory(code="OAMK")


@pytest.fixture
def run(house):
    version = OfferingVersionFactory(offering__institution=house, status="published")
    return ended(version, on=date(2026, 10, 1))


def line(run, **cells) -> list[str]:
    facts = {
        "offering": run.version.offering.code, "version": "1", "realisation": "R1", "kind": "oppija",
        "source": "Spark 2026", "answers": "12", "mean": "4,25", "scale": "5", "collected_on": "15.10.2026",
    }  # fmt: skip
    return list((facts | cells).values())


def table(*rows) -> bytes:
    return csv_bytes(header=HEADER, rows=rows)


def judged(house, data: bytes):
    return feedback_results.dry_run(institution=house, data=data, today=TODAY)


@pytest.mark.parametrize("written", [csv_bytes, xlsx_bytes])
def test_table_is_read_from_csv_and_excel(house, run, written):
    [row] = judged(house, written(header=HEADER, rows=[line(run)]))

    assert row.is_good
    assert (row.values["realisation"], row.values["kind"], str(row.values["mean"])) == (
        run,
        "learner",
        "4.25",
    )


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"realisation": "R9"}, "ei ole toteutusta R9"),
        ({"offering": "LAB-MC-1"}, "ei ole toteutusta"),
        ({"kind": "muu"}, "Kysely on jokin näistä"),
        ({"source": ""}, "Nimeä tuloksen lähde"),
        ({"answers": "0"}, "kokonaisluku"),
        ({"answers": "monta"}, "kokonaisluku"),
        ({"mean": "4,255"}, "enintään kaksi desimaalia"),
        ({"mean": "NaN"}, "enintään kaksi desimaalia"),
        ({"mean": "5,5"}, "1:n ja asteikon yläpään välissä"),
        ({"scale": "1"}, "2–100"),
        ({"collected_on": "eilen"}, "Anna päivä muodossa"),
        ({"collected_on": "1.12.2026"}, "tulevaisuudessa"),
        ({"source": "Kysyjä 131052-308T"}, "henkilötunnu"),
    ],
)
def test_fault_of_a_line_is_told(house, run, cells, said):
    [row] = judged(house, table(line(run, **cells)))

    assert not row.is_good
    assert any(said in problem for problem in row.problems), row.problems


@pytest.mark.parametrize("data", [b"", b"tarjonta;versio\n", csv_bytes(header=HEADER, rows=[])])
def test_file_that_is_no_table_of_results_is_refused(house, data):
    with pytest.raises(FileRefused):
        judged(house, data)


def test_good_lines_are_kept_once(house, run):
    by, data = UserFactory(), table(line(run), line(run, source="Spark 2025"), line(run, mean="9"))

    first = feedback_results.take_in(institution=house, data=data, by=by, at=AT)
    second = feedback_results.take_in(institution=house, data=data, by=by, at=AT)

    assert (first, second, FeedbackResult.objects.count()) == (2, 0, 2)
    assert TrailEntry.objects.filter(verb="results_added").count() == 1


def test_realisation_of_another_institution_is_not_known(run):
    other = InstitutionFactory(code="LAB")

    [row] = judged(other, table(line(run)))

    assert not row.is_good


def test_page_shows_the_dry_run_and_keeps_its_good_lines(client, house, run):
    client.force_login(member(house, Role.PUBLISHER))
    address = reverse("feedback-result-import", args=["oamk"])
    file = SimpleUploadedFile("tulokset.csv", table(line(run), line(run, kind="x")))

    shown = client.post(address, {"file": file})
    before = FeedbackResult.objects.count()
    client.post(address, {"table": shown.context["take_form"].initial["table"]})

    assert "Kysely on jokin näistä" in shown.content.decode()
    assert (before, FeedbackResult.objects.count()) == (0, 1)
    assert "Valitse tiedosto." in client.post(address, {}).content.decode()
