from datetime import date, timedelta

import pytest
import time_machine

from credentials.actions import attainment_csv, attainment_files, credentials
from credentials.models import Attainment, AttainmentFile, Learner
from registry import trail
from registry.models import OfferingVersion, Realisation
from tests.factories import AT
from tests.factories.credentials import AttainmentFactory, LearnerFactory
from tests.factories.issuing import issued
from tests.factories.registry import InstitutionFactory, OfferingVersionFactory, UserFactory

pytestmark = pytest.mark.django_db
TODAY = AT.date()  # the day on which the factory's versions are published
LATER = AT + timedelta(days=7)
OID, OTHER_OID = "1.2.246.562.98.59428595753", "1.2.246.562.98.37957422885"
FINNISH = (
    "oppijanumero;sähköposti;syntymäaika;etunimet;sukunimi;kieli;tarjonnan koodi;versio;toteutus;"
    "suorituspäivä;arvosana"
)


class Desk:
    """One institution with one published offering and one learner, and what a clerk does there with files."""

    def __init__(self, scale: str = "0-5"):
        self.institution, self.clerk = InstitutionFactory(), UserFactory()
        self.version = OfferingVersionFactory(
            status=OfferingVersion.Status.PUBLISHED,
            offering__institution=self.institution,
            grading_scale=scale,
        )
        self.code = self.version.offering.code
        self.learner = LearnerFactory(
            institution=self.institution,
            learner_oid=OID,
            email="aino@example.com",
            birth_date=date(2000, 2, 29),
        )

    def row(self, **cells) -> str:
        values = {
            "learner_oid": OID, "email": "", "birth_date": "", "given_names": "", "family_name": "",
            "language": "", "offering": self.code, "version": "", "realisation": "",
            "completed_on": "22.11.2026", "grade": "4",
        } | cells  # fmt: skip
        return ";".join(values.values())

    def new(self, **cells) -> str:
        """A row of somebody who is not in the register."""
        person = {
            "learner_oid": "", "email": "uusi@example.com", "birth_date": "1.5.1990", "given_names": "Uuno",
            "family_name": "Uusi",
        }  # fmt: skip
        return self.row(**person | cells)

    def read(self, *rows: str) -> AttainmentFile:
        data = "\ufeff" + "\r\n".join([FINNISH, *rows]) + "\r\n"
        return attainment_files.read(
            institution=self.institution, name="a.csv", data=data.encode(), by=self.clerk, at=LATER
        )

    def take_in(self, file: AttainmentFile) -> AttainmentFile:
        return attainment_files.import_accepted(file=file, by=self.clerk, at=LATER)

    def attainment(self, **values) -> Attainment:
        return AttainmentFactory(
            institution=self.institution, learner=self.learner, version=self.version, **values
        )

    def revoked(self, **values) -> Attainment:
        attainment = self.attainment(**values)
        credential = issued(attainment)
        credentials.revoke(credential=credential, reason="assessment_error", note="", by=self.clerk, at=AT)
        return attainment


def outcomes(file) -> list[str]:
    return [row["outcome"] for row in file.rows]


def codes(file) -> list[list[tuple]]:
    return [[(field, code) for field, code, _params in row["reasons"]] for row in file.rows]


def test_accepted_rows_are_imported_and_written_into_the_trail():
    desk = Desk()
    file = desk.read(desk.row())

    imported = desk.take_in(file)

    attainment = Attainment.objects.get()
    assert (attainment.learner, attainment.version, attainment.grade) == (desk.learner, desk.version, "4")
    assert (attainment.completed_on, attainment.recorded_by) == (TODAY, desk.clerk)
    assert [(one.verb, one.learner) for one in trail.of(row=attainment)] == [("recorded", desk.learner.uid)]
    assert (imported.imported_by, imported.counts) == (desk.clerk, {"accept": 1, "new": 0})


def test_dry_run_changes_nothing_in_the_register():
    desk = Desk()

    desk.read(desk.row(), desk.new())

    assert (Attainment.objects.count(), Learner.objects.count()) == (0, 1)


def test_same_file_twice_adds_nothing():
    """Bad input of issue A: idempotent, new learners too."""
    desk = Desk()
    rows = [desk.row(), desk.new(), desk.new(completed_on="23.11.2026", grade="0")]
    desk.take_in(desk.read(*rows))

    again = desk.read(*rows)
    desk.take_in(again)

    assert outcomes(again) == ["known", "known", "known"]
    assert (Attainment.objects.count(), Learner.objects.count()) == (3, 2)


def test_second_click_is_harmless():
    desk = Desk()
    file = desk.read(desk.row())

    first, second = desk.take_in(file), desk.take_in(file)

    assert (Attainment.objects.count(), first.imported_at == second.imported_at) == (1, True)


def test_two_dry_runs_of_one_file_import_it_once():
    desk = Desk()
    first, second = desk.read(desk.row(), desk.new()), desk.read(desk.row(), desk.new())

    desk.take_in(first)
    second = desk.take_in(second)

    assert (second.counts, Attainment.objects.count(), Learner.objects.count()) == (
        {"known": 2, "new": 0},
        2,
        2,
    )


def test_rejected_row_waits_and_the_rest_goes_in():
    desk = Desk()
    file = desk.read(desk.row(grade="7"), desk.row(grade="5"))

    imported = desk.take_in(file)

    assert (outcomes(file), imported.counts) == (["reject", "accept"], {"accept": 1, "reject": 1, "new": 0})
    assert Attainment.objects.get().grade == "5"


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"learner_oid": ""}, ("learner_oid", "not_identified")),
        ({"learner_oid": "", "email": "aino@example.com"}, ("learner_oid", "not_identified")),
        ({"learner_oid": "", "given_names": "Aino", "family_name": "E"}, ("learner_oid", "not_identified")),
        ({"learner_oid": OTHER_OID}, ("given_names", "new_incomplete")),
        ({"learner_oid": OID[:-1] + "4"}, ("learner_oid", "oid_check")),
        ({"learner_oid": "123"}, ("learner_oid", "oid_shape")),
        ({"birth_date": "1.1.1999"}, ("birth_date", "birth_date_differs")),
        ({"birth_date": "31.2.1999"}, ("birth_date", "date_shape")),
        ({"email": "aino"}, ("email", "email_shape")),
        ({"grade": "6"}, ("grade", "grade_scale")),
        ({"grade": "4,5"}, ("grade", "grade_scale")),
        ({"grade": "HYL"}, ("grade", "grade_scale")),
        ({"grade": ""}, ("grade", "grade_missing")),
        ({"completed_on": "21.11.2026"}, ("completed_on", "day_before_publication")),
        ({"completed_on": "30.11.2026"}, ("completed_on", "day_future")),
        ({"completed_on": "22.11.2026", "realisation": "R2"}, ("completed_on", "day_before_start")),
        ({"completed_on": "22/11/2026"}, ("completed_on", "date_shape")),
        ({"completed_on": ""}, ("completed_on", "day_missing")),
        ({"offering": "NONE-MC-2026-001"}, ("offering", "unknown_offering")),
        ({"version": "2"}, ("version", "unknown_version")),
        ({"realisation": "R9"}, ("realisation", "unknown_realisation")),
        ({"given_names": "Ai\x07no"}, ("given_names", "control")),
        ({"offering": "131052-308T"}, ("offering", "henkilotunnus")),
        ({"grade": "4;x"}, ("", "cells")),
    ],
)  # fmt: skip
def test_row_is_rejected_with_its_reason(cells, reason):
    """domain 5.1/6, rule 10."""
    desk = Desk()
    Realisation.objects.create(
        version=desk.version, key="R2", starts_on=TODAY + timedelta(days=1), ends_on=TODAY + timedelta(days=2)
    )

    file = desk.read(desk.row(**cells))

    assert (outcomes(file), codes(file)) == (["reject"], [[reason]])


def test_new_learner_is_told_apart_and_added_with_the_import():
    desk = Desk()
    file = desk.read(desk.new(language="ruotsi"), desk.new(completed_on="23.11.2026"))

    desk.take_in(file)

    learner = Learner.objects.get(email="uusi@example.com")
    assert [row["is_new"] for row in file.rows] == [True, False]
    assert (learner.name, learner.birth_date, learner.language) == ("Uuno Uusi", date(1990, 5, 1), "sv")
    assert (learner.created_by, learner.attainments.count()) == (desk.clerk, 2)
    assert [one.verb for one in trail.of(row=learner)] == ["created"]


def test_new_learner_of_a_rejected_row_is_not_added():
    desk = Desk()

    file = desk.take_in(desk.read(desk.new(grade="9")))

    assert (file.counts, Learner.objects.count()) == ({"reject": 1, "new": 0}, 1)


def test_learner_is_never_found_by_name_alone():
    desk = Desk()

    file = desk.read(
        desk.row(learner_oid="", given_names=desk.learner.given_names, family_name=desk.learner.family_name)
    )

    assert outcomes(file) == ["reject"]


def test_learner_is_found_by_email_and_birth_date_whatever_the_case():
    desk = Desk()

    desk.take_in(desk.read(desk.row(learner_oid="", email="AINO@example.com", birth_date="29.2.2000")))

    assert Attainment.objects.get().learner == desk.learner


def test_another_institutions_learner_is_not_found():
    desk = Desk()
    LearnerFactory(learner_oid=OTHER_OID)

    assert outcomes(desk.read(desk.row(learner_oid=OTHER_OID))) == ["reject"]


def test_learner_oid_that_the_register_lacks_is_added():
    desk = Desk()
    Learner.objects.update(learner_oid="")
    file = desk.read(desk.row(learner_oid=OTHER_OID, email="aino@example.com", birth_date="2000-02-29"))

    desk.take_in(file)

    desk.learner.refresh_from_db()
    assert (codes(file), desk.learner.learner_oid) == ([[("learner_oid", "oid_added")]], OTHER_OID)
    assert trail.of(row=desk.learner).get().reason == "learner_oid"


def test_other_name_is_noted_and_the_register_keeps_its_own():
    desk = Desk()
    file = desk.read(desk.row(given_names="Eeva"))

    desk.take_in(file)

    desk.learner.refresh_from_db()
    assert (outcomes(file), codes(file)) == (["accept"], [[("given_names", "name_differs")]])
    assert desk.learner.given_names == "Aino"


def test_same_attainment_twice_in_a_file_is_rejected_with_the_line():
    desk = Desk()

    file = desk.read(desk.row(), desk.row(grade="5"))

    assert outcomes(file) == ["accept", "reject"]
    assert file.rows[1]["reasons"] == [["", "same_line", {"line": 2}]]


def test_attainment_in_the_register_with_another_grade_is_rejected():
    desk = Desk()
    desk.attainment(grade="2")

    assert codes(desk.read(desk.row(grade="3"))) == [[("grade", "differs")]]


def test_attainment_with_a_live_credential_is_rejected_when_it_differs():
    desk = Desk()
    issued(desk.attainment(grade="2"))

    assert codes(desk.read(desk.row(grade="3"))) == [[("grade", "issued")]]
    assert outcomes(desk.read(desk.row(grade="2"))) == ["known"]


@pytest.mark.parametrize("cells", [{"grade": "3"}, {"completed_on": "23.11.2026"}])
def test_row_corrects_an_attainment_whose_credential_was_revoked(cells):
    """Issue A item 7: after a revocation a corrected attainment can be issued again."""
    desk = Desk()
    attainment = desk.revoked(grade="2")
    file = desk.read(desk.row(**{"grade": "2"} | cells))

    desk.take_in(file)
    again = desk.read(desk.row(**{"grade": "2"} | cells))

    attainment.refresh_from_db()
    assert (outcomes(file), outcomes(again)) == (["correction"], ["known"])
    assert attainment.grade == cells.get("grade", "2")
    assert trail.of(row=attainment).first().was == "2026-11-22 2"
    assert list(Attainment.objects.not_issued()) == [attainment]


def test_row_of_another_day_is_new_when_the_file_names_the_revoked_one_too():
    desk = Desk()
    desk.revoked(grade="2")

    file = desk.read(desk.row(grade="2"), desk.row(completed_on="23.11.2026"))

    assert outcomes(file) == ["known", "accept"]


def test_better_grade_on_another_day_is_an_attainment_of_its_own():
    desk = Desk()
    desk.attainment(grade="0")

    assert outcomes(desk.read(desk.row(completed_on="23.11.2026", grade="3"))) == ["accept"]


def test_failed_grade_is_imported_and_not_issued():
    desk = Desk(scale="pass_fail")

    desk.take_in(desk.read(desk.row(grade="hylätty")))

    assert (Attainment.objects.get().grade, Attainment.objects.not_issued().count()) == ("HYL", 0)


@pytest.mark.parametrize(
    ("text", "kept"), [("4,0", "4"), ("4.0", "4"), (" 4 ", "4"), ("hyväksytty", "HYV"), ("godkänd", "HYV")]
)
def test_grade_is_read_as_finnish_excel_writes_it(text, kept):
    """N10: decimal comma."""
    desk = Desk()

    desk.take_in(desk.read(desk.row(grade=text)))

    assert Attainment.objects.get().grade == kept


def test_version_column_names_an_older_version():
    desk = Desk()
    second = OfferingVersionFactory(
        offering=desk.version.offering, number=2, status=OfferingVersion.Status.SUPERSEDED
    )

    desk.take_in(desk.read(desk.row(version="v2"), desk.row(version="")))

    assert set(Attainment.objects.values_list("version", flat=True)) == {second.pk, desk.version.pk}


def test_offering_that_the_institution_awards_is_known():
    desk = Desk()
    others = OfferingVersionFactory(
        status=OfferingVersion.Status.PUBLISHED, awarding_bodies=["X", desk.institution.code]
    )
    foreign = OfferingVersionFactory(status=OfferingVersion.Status.PUBLISHED)

    file = desk.read(desk.row(offering=others.offering.code), desk.row(offering=foreign.offering.code))

    assert (outcomes(file), codes(file)[1]) == (["accept", "reject"], [("offering", "unknown_offering")])


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_header_is_read_in_three_languages_and_any_order(language):
    desk = Desk()
    names = list(reversed(attainment_csv.header(language)))
    cells = list(reversed(desk.row().split(";")))
    data = f"{';'.join(names).upper()}\n{';'.join(cells)}\n".encode()

    file = attainment_files.read(
        institution=desk.institution, name="a.csv", data=data, by=desk.clerk, at=LATER
    )

    assert outcomes(file) == ["accept"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("oppijanumero;sähköposti\n1;2".encode("cp1252"), "Windows-1252"),
        (("\ufeff" + FINNISH).encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04...", "ei ole CSV-tiedosto"),
        (b"\0\0\0\0", "ei ole CSV-tiedosto"),
        (b"", "Ensimmäisen rivin"),
        (FINNISH.replace(";", ",").encode(), "Ensimmäisen rivin"),
        (f"{FINNISH};henkilötunnus\n".encode(), "henkilötunnus"),
        ("oppijanumero;tarjonnan koodi;suorituspäivä\n1;2;3".encode(), "puuttuvat sarakkeet: arvosana"),
        ("sähköposti;tarjonnan koodi;suorituspäivä;arvosana\n1;2;3;4".encode(), "oppijanumero"),
        (f"{FINNISH};kieli\n".encode(), "sama sarake kahdesti: kieli"),
        (FINNISH.encode(), "ei muita rivejä"),
        (f'{FINNISH}\n"1;2;3'.encode(), "lainausmerkki"),
        (f"{FINNISH}\n".encode() + b"x" * (5 * 1024 * 1024), "5 Mt"),
        ((f"{FINNISH}\n" + "1;2\n" * 10_001).encode(), "10 000"),
    ],
)
def test_file_that_cannot_be_read_is_refused_with_what_to_do(data, message):
    desk = Desk()

    with pytest.raises(attainment_csv.FileRefused) as refusal:
        attainment_files.read(institution=desk.institution, name="a", data=data, by=desk.clerk, at=LATER)

    assert message in str(refusal.value.message)
    assert AttainmentFile.objects.count() == 0


def test_henkilotunnus_of_a_rejected_row_is_not_kept():
    """Rule 10."""
    desk = Desk()

    file = desk.read(desk.row(given_names="Aino 131052-308T"))

    assert "131052" not in str(file.rows)


def test_rows_say_nothing_of_people_after_the_import():
    desk = Desk()

    file = desk.take_in(desk.read(desk.new(), desk.row(grade="9")))

    assert [(row["line"], row["outcome"], row["values"]) for row in file.rows] == [
        (2, "accept", {}),
        (3, "reject", {}),
    ]


def test_rows_are_forgotten_after_30_days():
    desk = Desk()
    file = desk.read(desk.row())

    for days in (30, 31):
        with time_machine.travel(LATER + timedelta(days=days), tick=False):
            attainment_files.forget_rows()
        file.refresh_from_db()
        assert file.rows == [] or days == 30

    assert (file.rows, file.counts) == ([], {"accept": 1, "new": 0})


def test_dry_run_and_import_cost_as_many_queries_for_30_rows_as_for_1(django_assert_max_num_queries):
    """Both writes are in bulk: a file of 10,000 rows is read and imported in one request."""
    desk = Desk()
    one = [desk.new()]
    many = [desk.new(email=f"uusi{number}@example.com") for number in range(30)]

    for rows in (one, many):
        with django_assert_max_num_queries(10):
            file = desk.read(*rows)
        with django_assert_max_num_queries(18):
            desk.take_in(file)

    assert Attainment.objects.count() == 31
