"""Every published offering of the demo, issued, loses no element of Annex I on its way (M1–M11, O1–O5)."""

import json
from datetime import UTC, date, datetime

import pytest

from credentials.actions import batches
from credentials.models import Credential
from quality.actions import demo
from registry.models import Code, Institution, OfferingVersion
from tests.annex1 import elements
from tests.factories.credentials import AttainmentFactory, LearnerFactory

pytestmark = [pytest.mark.django_db, pytest.mark.once]  # the file says the same on every database
AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
COMPLETED = date(2026, 10, 30)  # before the late Check of one of them closed it to new learners
ROWS = {row["code"]: row for row in demo.read(name="example_offerings.json")["offerings"]}
PUBLISHED = sorted(code for code, row in ROWS.items() if row["status"] == "published")


@pytest.fixture(scope="module")
def loaded(made_once):
    with made_once(lambda: demo.load(at=AT)):
        yield


def issue(code: str) -> tuple[OfferingVersion, dict]:
    """A document of the offering's newest version, in the language it is written in."""
    version = OfferingVersion.objects.get(offering__code=code, number=ROWS[code]["version"])
    institution = version.offering.institution
    learner = LearnerFactory(institution=institution, language=version.primary_language, learner_oid="")
    grade = "4" if version.grading_scale == "0-5" else "HYV"
    attainment = AttainmentFactory(
        institution=institution, learner=learner, version=version, grade=grade, completed_on=COMPLETED
    )
    issuer = institution.memberships.filter(role="issuer").earliest("pk").user
    batch = batches.start(institution=institution, attainments=[attainment], by=issuer, at=AT)
    batches.run(batch.pk)
    item = batch.items.get()
    assert item.outcome == "issued", (item.error, item.error_detail)
    return version, json.loads(bytes(Credential.objects.get(attainment=attainment).document))


def label(code_list: str, code: str, language: str) -> str:
    return Code.objects.get(list=code_list, code=code).label[language]


@pytest.mark.parametrize("code", PUBLISHED)
def test_document_of_a_demo_offering_holds_every_element(loaded, code):
    row = ROWS[code]
    version, badge = issue(code)
    found, language = elements(badge), version.primary_language

    def said(texts: dict) -> list[tuple[str, str]]:
        """In the document's language, and in English beside it."""
        return [(texts[language], texts["en"])] if texts else []

    assert found["M1 learner"]["name"].startswith("Aino Esimerkki")
    assert found["M2 title"] == (row["title"][language], said(row["title"]))
    assert found["M3 country"] == (
        "FI",
        [("FI", "http://publications.europa.eu/resource/authority/country/FIN")],
    )
    names = [Institution.objects.get(code=one).name for one in row["awarding_bodies"]]
    assert [text for text, _english in found["M4 bodies"][1]] == [name[language] for name in names]
    assert found["M5 issued"] == badge["validFrom"]
    assert found["M6 outcomes"] == [(o["kind"], o[language], o["en"]) for o in row["learning_outcomes"]]
    credits_, _aligned, hours = found["M7 workload"]
    assert (credits_, hours) == (row["ects"], str(row["workload_hours"]))
    eqf, nqf, cycle = found["M8 level"]
    assert eqf == [(str(row["eqf_level"]), f"http://data.europa.eu/snb/eqf/{row['eqf_level']}")]
    assert ([c for c, _ in nqf], [c for c, _ in cycle]) == ([str(row["nqf_level"])], [row["qf_ehea_cycle"]])
    types, description, criteria = found["M9 assessment"]
    assert sorted(c for c, _ in types) == sorted(row["assessment"]["types"])
    assert (description, criteria) == (
        said(row["assessment"]["description"]),
        said(row["assessment"]["criteria"]),
    )
    assert len(found["M10 participation"][0]) == len(row["participation"]["modes"])
    kinds, quality, _statement = found["M11 quality"]
    assert sorted(c for c, _ in kinds) == sorted(row["quality_assurance"]["types"])
    assert quality == said(row["quality_assurance"]["description"])
    assert found["O1 prerequisites"] == said(row["prerequisites"])
    assert [c for c, _ in found["O2 identity"]] == [row["identity"]["code"]]
    assert found["O3 grade"] == ["4" if row["grading_scale"] == "0-5" else "HYV"]
    stacking, towards, pathways = found["O4 stacking"]
    assert [c for c, _ in stacking] == [row["stackability"]["type"]]
    assert towards == said(row["stackability"].get("towards", {}))
    assert len(pathways) == len(row["stackability"].get("pathways", []))
    assert [c for c, _ in found["O5 further"]["SDG"]] == [str(goal) for goal in row["sdgs"]]
    assert [c for c, _ in found["O5 further"]["ISCED-F"]] == [row["isced_f"]["narrow"]]
    assert [c for c, _ in found["O5 further"]["TeachingLanguage"]] == row["languages"]


def test_document_of_every_published_demo_offering_is_looked_at():
    assert len(PUBLISHED) == 10
