"""The dashboard, recorded values and goals, the network without names, frozen reports."""

import hashlib
import json
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from quality import dashboards, indicator_set, quartiles
from quality.actions import indicators, reports
from quality.actions.indicators import Place
from quality.models import IndicatorTarget, IndicatorValue, Report
from quality.views import figures
from registry.access import Role
from registry.errors import Invalid
from registry.models import TrailEntry
from tests.factories import AT
from tests.factories.quality import CycleFactory, FindingFactory
from tests.factories.registry import (
    InstitutionFactory,
    OfferingFactory,
    OfferingVersionFactory,
    RealisationFactory,
    UserFactory,
    member,
)

pytestmark = pytest.mark.django_db
D, TODAY, YEAR = Decimal, AT.date(), AT.year


@pytest.fixture
def house():
    return InstitutionFactory(code="OAMK")


@pytest.fixture
def client(house, time_machine):
    time_machine.move_to(AT, tick=False)
    return signed_in(member(house, Role.QUALITY))


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def alliance(house) -> None:
    """The institution offers something in the name of 3AMK."""
    offering = OfferingFactory(institution=house)
    OfferingVersionFactory(
        offering=offering, status="published", network="3AMK", awarding_bodies=[house.code]
    )


def record(house, key: str, value, *, year=YEAR, network="", theme="", whole=None) -> IndicatorValue:
    return indicators.record(
        institution=house, place=Place(key, year, network, theme), value=D(value),
        whole=whole and D(whole), source="Tilinpäätös", by=UserFactory(), at=AT,
    )  # fmt: skip


def aim(house, key: str, value, *, year=YEAR, kind="interim", network="", **more) -> None:
    said = {"highest": None, "is_percent": False, "themes": [], "source": "", **more}
    indicators.aim(
        institution=house,
        place=Place(key, year, network),
        kind=kind,
        value=D(value),
        by=UserFactory(),
        at=AT,
        **said,
    )


def told(house, key: str, *, year=YEAR, network="") -> dict:
    rows = dashboards.indicators(house, year=year, on=TODAY)
    return next(row for row in rows if (row["key"], row["network"]) == (key, network))


def test_what_nobody_measures_is_not_measured(house):
    """Issue C, 8: manual value with its source, or "ei mitattu"."""
    with translation.override("fi"):
        row = figures.row(told(house, "transitions"))

    assert (row["value"], row["state"], row["origin"]) == ("ei mitattu", "", "")


def test_part_of_a_whole_is_shown_as_a_percent(house):
    """I-01: 21 / 38 = 55 %."""
    record(house, "transitions", 21, whole=38)

    with translation.override("fi"):
        row = figures.row(told(house, "transitions"))

    assert (row["value"], row["origin"]) == ("21 / 38 = 55 %", "Tilinpäätös")


def test_agreements_tell_how_many_of_how_many(house):
    """I-12: 7 / 9."""
    record(house, "agreed_actions", 7, whole=9)

    assert figures.row(told(house, "agreed_actions"))["value"] == "7 / 9"


def test_goals_of_an_alliance_are_red_below_the_interim_goal(house):
    """I-04: 16 → 22 → 30 with actuals."""
    alliance(house)
    for year, value, kind in ((2019, 16, "baseline"), (2022, 22, "interim"), (2024, 30, "final")):
        aim(house, "offering_count", value, year=year, kind=kind, network="3AMK")
    for year, value in ((2022, 20), (2024, 31)):
        record(house, "offering_count", value, year=year, network="3AMK")

    rows = dashboards.series(house, indicator_set.read()["offering_count"], network="3AMK", on=TODAY)

    assert [
        (row["year"], row["value"], row["goal"] and row["goal"]["value"], row["state"])
        for row in rows
        if row["year"] in (2019, 2022, 2023, 2024)
    ] == [
        (2019, None, None, ""),
        (2022, "20", "22", "below"),
        (2023, None, "22", ""),
        (2024, "31", "30", "met"),
    ]


def test_one_theme_below_its_share_is_red_though_the_sum_is_reached(house):
    """I-06: 45 splits 15/15/15; 50 with 5 in one theme shows that theme red."""
    alliance(house)
    aim(house, "joint_publications", 45, year=2021, network="3AMK", themes=["a", "b", "c"])
    for theme, value in (("a", 25), ("b", 20), ("c", 5)):
        record(house, "joint_publications", value, year=2021, network="3AMK", theme=theme)

    row = told(house, "joint_publications", year=2021, network="3AMK")

    assert (row["value"], row["state"]) == ("50", "met")
    assert [(one["theme"], one["goal"]["value"], one["state"]) for one in row["themes"]] == [
        ("a", "15", "met"), ("b", "15", "met"), ("c", "15", "below"),
    ]  # fmt: skip


def test_growth_is_shown_with_its_number(house):
    """I-07: baseline 1 870, +33 % is 2 487."""
    aim(house, "learners", 1870, year=2025, kind="baseline")
    aim(house, "learners", 33, is_percent=True)

    with translation.override("fi"):
        goal = figures.row(told(house, "learners"))["goal"]

    assert (goal["text"].replace("\xa0", " "), goal["grown"]) == ("2 487", "+33 %")


def test_range_is_shown_as_a_range(house):
    """I-05."""
    aim(house, "external_rd_funding_meur", 7, year=2022, highest=D(8))
    record(house, "external_rd_funding_meur", "7.4", year=2022)

    with translation.override("fi"):
        row = figures.row(told(house, "external_rd_funding_meur", year=2022))

    assert (row["goal"]["text"], row["state"]) == ("7–8 milj. euroa", "Tavoite saavutettu")


def test_recorded_value_stands_before_the_counted_one_and_both_show(house):
    RealisationFactory(
        version=OfferingVersionFactory(offering=OfferingFactory(institution=house), status="published")
    )
    record(house, "offering_count", 3)

    row = told(house, "offering_count")

    assert (row["value"], row["counted"], row["origin"]) == ("3", "1", "recorded")


@pytest.mark.parametrize(
    ("field", "what"),
    [
        ("year", {"year": YEAR + 1}),
        ("whole", {"whole": 2}),
        ("network", {"network": "3AMK"}),
        ("indicator", {"key": "mood"}),
        ("value", {"key": "feedback_mean", "value": "7.5"}),
        ("value", {"key": "feedback_mean", "value": "0.9"}),
        ("value", {"key": "completion", "value": 150}),
        ("value", {"key": "partners", "value": -1}),
        ("whole", {"key": "partners", "whole": 9}),
    ],
)
def test_value_that_cannot_be_is_refused_at_its_field(house, field, what):
    with pytest.raises(Invalid) as refusal:
        record(house, what.pop("key", "transitions"), what.pop("value", 3), **what)

    assert [name for name, _said in refusal.value.reasons] == [field]


@pytest.mark.parametrize(
    ("field", "what"),
    [
        ("highest", {"highest": D(4)}),
        ("kind", {"kind": "baseline", "is_percent": True}),
        ("themes", {"themes": ["a", "a"]}),
        ("themes", {"themes": ["a", "b"], "is_percent": True}),
        ("value", {"key": "completion", "value": 101}),
        ("value", {"value": -33, "is_percent": True}),
        ("highest", {"key": "feedback_mean", "value": 4, "highest": D("5.5")}),
    ],
)
def test_goal_that_cannot_be_is_refused_at_its_field(house, field, what):
    with pytest.raises(Invalid) as refusal:
        aim(house, what.pop("key", "learners"), what.pop("value", 5), **what)

    assert [name for name, _said in refusal.value.reasons] == [field]


@pytest.mark.parametrize("value", [{"value": -1}, {"value": 3, "whole": 2}, {"value": 0, "whole": 0}])
def test_no_door_stores_a_value_that_cannot_be(house, value):
    facts = {"institution": house, "indicator": "partners", "year": YEAR, "source": "x", "recorded_at": AT}

    with pytest.raises(IntegrityError), transaction.atomic():
        IndicatorValue.objects.create(**facts, **value)


def test_recorded_share_of_few_people_is_hidden(house):
    """Rule 15: in the dashboard, so in reports and quartiles too."""
    record(house, "completion", 3, whole=4)
    record(house, "agreed_actions", 1, whole=2)  # not of people

    assert (told(house, "completion")["is_hidden"], told(house, "completion")["value"]) == (True, None)
    assert told(house, "agreed_actions")["part"] == 1
    assert compared(house, "completion").number == 0
    with translation.override("fi"):
        assert figures.row(told(house, "completion"))["value"] == "piilotettu: alle 5"


def test_shares_of_themes_are_not_added_up(house):
    for theme in ("a", "b"):
        record(house, "transitions", 80, theme=theme)

    row = told(house, "transitions")

    assert (row["value"], [one["value"] for one in row["themes"]]) == (None, ["80", "80"])


def test_goal_takes_the_place_of_the_earlier_one(house):
    aim(house, "learners", 45, themes=["a", "b"])
    aim(house, "learners", 50, kind="final")

    assert list(IndicatorTarget.objects.values_list("kind", "value", "theme")) == [("final", D(50), "")]


def test_correction_of_a_value_is_in_the_trail_with_what_it_was(house):
    record(house, "transitions", 20, whole=38)
    record(house, "transitions", 21, whole=38)

    entry = TrailEntry.objects.filter(verb="indicator_recorded").latest("pk")

    assert (entry.was, entry.became) == ("20.00 / 38.00", "21 / 38")
    assert entry.reason == f"transitions {YEAR}: Tilinpäätös"
    assert IndicatorValue.objects.count() == 1


def test_value_is_recorded_by_the_form_and_taken_away_again(client, house):
    said = {"indicator": "partners", "year": YEAR, "value": "62", "source": "Sopimusrekisteri"}
    page = client.post(reverse("indicator-record", args=["oamk"]), said, follow=True)
    assert "62" in page.text

    client.post(reverse("indicator-forget", args=["oamk"]), {"indicator": "partners", "year": YEAR})

    assert not IndicatorValue.objects.exists()
    assert TrailEntry.objects.filter(verb="indicator_forgotten").count() == 1


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fi", "Tämän mittarin arvo on 1–5."),
        ("sv", "Indikatorns värde är 1–5."),
        ("en", "The value of this indicator is from 1 to 5."),
    ],
)
def test_form_tells_at_the_field_what_the_scale_is(client, language, said):
    with translation.override(language):
        address = reverse("indicator-record", args=["oamk"])
    page = client.post(
        address, {"indicator": "feedback_mean", "year": YEAR, "value": "7.5" if language == "en" else "7,5",
                  "source": "x"}
    )  # fmt: skip

    assert page.context["form"].errors == {"value": [said]}


@pytest.mark.parametrize(("name", "fields"), [("indicator-record", []), ("indicator-aim", ["kind"])])
def test_form_chooses_no_indicator_by_itself(client, name, fields):
    address = reverse(name, args=["oamk"])

    page, sent = client.get(address), client.post(address, {"year": YEAR, "value": 1, "source": "x"})

    for field in ["indicator", *fields]:
        assert page.context["form"][field].field.choices[0][0] == ""
        assert field in sent.context["form"].errors


def test_form_tells_at_the_field_that_the_source_is_missing(client, house):
    page = client.post(
        reverse("indicator-record", args=["oamk"]), {"indicator": "partners", "year": YEAR, "value": "62"}
    )

    assert page.context["form"].errors["source"] == ["Kerro, mistä arvo on peräisin."]


# The page


def filled(house) -> None:
    version = OfferingVersionFactory(offering=OfferingFactory(institution=house), status="published")
    RealisationFactory(version=version)
    FindingFactory(cycle=CycleFactory(version=version, status="act"))
    record(house, "transitions", 1, year=YEAR - Report.objects.count(), whole=2)


def asked(client, address: str) -> int:
    client.get(address)
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize("name", ["dashboard", "network-comparison"])
def test_page_asks_as_much_for_three_rows_as_for_one(client, house, name):
    filled(house)
    address = reverse(name, args=["oamk"])
    one = asked(client, address)
    filled(house), filled(house)

    assert asked(client, address) == one


def test_recorded_value_shows_at_once_though_counting_waits_a_minute(client, house, time_machine):
    filled(house)
    address = reverse("dashboard", args=["oamk"])

    def seen() -> tuple[str, str]:
        rows = {row["key"]: row["value"] for row in client.get(address).context["groups"][0]["rows"]}
        return rows["offering_count"], rows["partners"]

    before = seen()
    filled(house), record(house, "partners", 62)

    assert (before, seen()) == (("1", "ei mitattu"), ("1", "62"))
    cache.clear()
    assert seen() == ("2", "62")


def test_year_to_come_is_told_to_be_empty(client, house):
    """5.8/2."""
    page = client.get(reverse("dashboard", args=["oamk"]) + f"?year={YEAR + 1}")

    assert "Vuosi ei ole vielä alkanut" in page.text
    assert "<table" not in page.text


@pytest.mark.parametrize("name", ["findings", "rounds", "forms", "funding"])
def test_chart_is_an_image_that_runs_nothing(client, house, name):
    filled(house)

    answer = client.get(reverse("dashboard-chart", args=["oamk", name]))

    assert (answer["Content-Type"], b"<script" in answer.content) == ("image/svg+xml", False)
    assert answer["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def test_chart_of_an_indicator_has_its_years(client, house):
    aim(house, "learners", 22, year=2022)

    answer = client.get(reverse("indicator-chart", args=["oamk", "learners"]))

    assert b"2022" in answer.content
    assert client.get(reverse("indicator-chart", args=["oamk", "mood"])).status_code == 404
    assert (
        client.get(reverse("indicator-detail", args=["oamk", "learners"]) + "?network=3AMK").status_code
        == 404
    )


# The network


def network_of(number: int, *, key="transitions") -> list:
    houses = [InstitutionFactory() for _ in range(number)]
    for place, one in enumerate(houses, 1):
        record(one, key, 10 * place, whole=100 if key == "completion" else None)
    return houses


def compared(house, key: str):
    return next(one for one in quartiles.of(house, year=YEAR, on=TODAY) if one.indicator.key == key)


def test_quartiles_are_of_all_institutions_with_a_value():
    """P-20."""
    [first, *_others] = network_of(5, key="completion")

    found = compared(first, "completion")

    assert (found.least, found.lower, found.median, found.upper, found.most) == (10, 20, 30, 40, 50)
    assert (found.own.value, found.is_hidden) == (D(10), False)


def test_quartiles_of_fewer_than_five_are_hidden(client, house):
    """P-20: with four values somebody could be guessed; the own value stays."""
    network_of(3, key="completion")
    record(house, "completion", 99, whole=100)

    found = compared(house, "completion")
    page = client.get(reverse("network-comparison", args=["oamk"]))

    assert (found.number, found.is_hidden, found.least, found.most) == (4, True, None, None)
    [row] = [row for row in page.context["rows"] if row["own"].startswith("99")]
    assert set(row) == {"name", "own", "is_hidden", "number"}


def test_comparison_names_no_other_institution(client, house):
    houses = network_of(6, key="completion")

    page = client.get(reverse("network-comparison", args=["oamk"])).text

    assert [one.short_name for one in houses if one.short_name in page or one.code in page] == []


def test_partner_reader_sees_the_own_bar_and_the_range_only(house, time_machine):
    """P-20."""
    time_machine.move_to(AT, tick=False)
    network_of(5, key="completion")
    record(house, "completion", 25, whole=100)

    page = signed_in(member(house, Role.PARTNER)).get(reverse("partner-comparison", args=["oamk"]))

    [row] = [row for row in page.context["rows"] if not row["is_hidden"]]
    assert set(row) == {"name", "own", "is_hidden", "least", "most", "bar"}
    assert (row["bar"]["least"], row["bar"]["own"][:2], row["bar"]["most"]) == (
        "10.000000",
        "25",
        "50.000000",
    )


# Frozen reports


def frozen(house) -> Report:
    return reports.freeze(institution=house, title="Vuosi", year=YEAR, by=UserFactory(name="Laatu"), at=AT)


def test_report_keeps_figures_day_author_and_hash(house):
    record(house, "transitions", 21, whole=38)

    report = frozen(house)

    content = report.content
    assert (content["made_by"], content["made_at"], content["ends_on"]) == (
        "Laatu",
        AT.isoformat(),
        str(TODAY),
    )
    assert content["figures"] == dashboards.figures(house, year=YEAR, on=TODAY)
    assert TrailEntry.objects.get(verb="report_frozen").content_hash == report.sha256


def test_report_cannot_be_changed(house):
    report = frozen(house)

    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(title="Toinen")


def test_downloaded_json_has_the_hash_that_is_shown(client, house):
    report = frozen(house)

    answer = client.get(reverse("report-file", args=["oamk", report.uid, "json"]))

    assert hashlib.sha256(answer.content).hexdigest() == report.sha256
    assert json.loads(answer.content) == report.content
    assert report.sha256 in client.get(reverse("report-detail", args=["oamk", report.uid])).text


def test_report_stays_as_it_was_when_the_numbers_change(client, house):
    record(house, "partners", 60)
    report = frozen(house)
    record(house, "partners", 62)

    page = client.get(reverse("report-detail", args=["oamk", report.uid]))

    [row] = [row for row in page.context["rows"] if row["key"] == "partners"]
    assert (row["value"], row["now"]) == ("60", "62")
    assert reports.is_untouched(Report.objects.get())


def test_downloaded_csv_has_values_goals_and_the_hash(client, house):
    record(house, "partners", 60)
    report = frozen(house)

    text = client.get(reverse("report-file", args=["oamk", report.uid, "csv"])).content.decode("utf-8-sig")

    assert any(";partners;;;60;" in line for line in text.splitlines())
    assert report.sha256 in text.splitlines()[-1]


def test_list_of_reports_asks_as_much_for_three_as_for_one(client, house):
    frozen(house)
    address = reverse("report-list", args=["oamk"])
    one = asked(client, address)
    frozen(house), frozen(house)

    assert asked(client, address) == one


def test_report_of_a_year_to_come_is_refused(house):
    with pytest.raises(Invalid) as refusal:
        reports.freeze(institution=house, title="x", year=YEAR + 1, by=UserFactory(), at=AT)

    assert [field for field, _said in refusal.value.reasons] == ["year"]
