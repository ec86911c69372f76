"""The trail as an institution's admin and quality coordinator read it (N6)."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.urls import reverse
from django.utils import translation

from registry import trail
from registry.access import Role
from tests.factories import AT
from tests.factories.registry import (
    InstitutionFactory,
    MembershipFactory,
    OfferingFactory,
    UserFactory,
    member,
)
from tests.factories.shares import own

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    return InstitutionFactory(code="OAMK")


@pytest.fixture
def page(client, house):
    """The address in English, whichever language an earlier test has left behind."""
    client.force_login(member(house, Role.ADMIN))
    with translation.override("en"):
        return reverse("trail-list", args=["oamk"])


def shown(client, page, **asked) -> list[tuple]:
    with translation.override("en"):
        rows = client.post(page, asked, follow=True).context["rows"]
        return [(str(row["verb"]), str(row["about"])) for row in rows]


def test_trail_shows_the_institutions_own_deeds_newest_first(client, page, house):
    one, two = OfferingFactory(institution=house), OfferingFactory(institution=house)
    trail.record(verb="created", row=one, by=UserFactory(), at=AT)
    trail.record(verb="looked_at", row=two, by=UserFactory(), at=AT + timedelta(minutes=1))
    trail.record(verb="created", row=OfferingFactory(), by=UserFactory(), at=AT)

    assert shown(client, page) == [("Looked at", two.code), ("Created", one.code)]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"about": "mc-1"}, ["A"]),
        ({"person": "ähtäri"}, ["B"]),
        ({"person": "aino@"}, ["A"]),
        ({"verb": "looked_at"}, ["B"]),
        ({"verb": "looked_at", "about": "mc-1"}, []),
        ({"verb": "nonsense"}, ["B", "A"]),
    ],
)
def test_trail_is_filtered(client, page, house, asked, found):
    one = OfferingFactory(institution=house, code="A-MC-1")
    two = OfferingFactory(institution=house, code="B-MC-2")
    trail.record(verb="created", row=one, by=UserFactory(email="aino@oamk.example"), at=AT)
    trail.record(verb="looked_at", row=two, by=UserFactory(name="Åke Ähtäri"), at=AT)

    assert [about[0] for _verb, about in shown(client, page, **asked)] == found


def test_search_leaves_no_name_in_an_address_and_can_be_taken_back(client, page, house):
    """Rule 10: addresses stand in logs and in the browser's history."""
    trail.record(verb="created", row=OfferingFactory(institution=house, code="A-MC-1"), by=None, at=AT)

    found = client.post(page, {"person": "aino"}, follow=True)

    assert (found.redirect_chain, found.context["rows"]) == ([(page, 302)], [])
    assert shown(client, page, person="aino", all="1") == [("Created", "A-MC-1")]


@pytest.mark.parametrize(
    ("verb", "reason", "said"),
    [
        ("suspended", "identity", "The learner's identity is being examined"),
        ("suspended", f"part: {UUID(int=1)}", "A part of the whole is suspended"),
        ("valid", f"part: {UUID(int=1)}", "A part of the whole is in force again"),
        ("valid", "identity: we have seen the passport", "identity: we have seen the passport"),
    ],
)
def test_trail_says_why_a_credential_moved(client, page, house, verb, reason, said):
    """In words for a code of ours; what somebody wrote stays as they wrote it."""
    credential = own(institution=house)
    trail.record(verb=verb, row=credential, by=UserFactory(), at=AT + timedelta(days=1), reason=reason)

    with translation.override("en"):
        row = client.get(page).context["rows"][0]

    assert (str(row["reason"]), row["credential"]["code"]) == (said, credential.grouped_code)


def test_trail_names_the_person_whose_role_changed(client, page, house):
    membership = MembershipFactory(institution=house, user=UserFactory(name="Aino Koe"), role=Role.ISSUER)
    trail.record(verb="role_given", row=membership, by=UserFactory(), at=AT, became=Role.ISSUER)

    with translation.override("en"):
        [row] = client.get(page).context["rows"]
        said = (str(row["about"]), row["change"], str(row["kind"]))

    assert said == ("Aino Koe", "Issuer", "Person")


def test_trail_costs_as_many_queries_for_three_rows_as_for_one(
    client, page, house, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def deed():
        trail.record(verb="created", row=OfferingFactory(institution=house), by=UserFactory(), at=AT)
        trail.record(verb="shared", row=own(institution=house), by=UserFactory(), at=AT)

    deed()
    with CaptureQueriesContext(connection) as one:
        client.get(page)
    deed()
    deed()

    with django_assert_num_queries(len(one)):
        client.get(page)


def test_every_word_written_by_actions_is_known_to_the_page():
    """A verb in the code without its words in VERBS would be shown raw."""
    import re
    from pathlib import Path

    from django.apps import apps

    root = Path(trail.__file__).parents[1]
    sources = [
        path for name in ("registry", "credentials", "quality") for path in (root / name).rglob("*.py")
    ]
    said = {
        verb for path in sources for verb in re.findall(r'verb="(\w+)"', path.read_text(encoding="utf-8"))
    }
    for model in apps.get_models():
        if hasattr(model, "NEXT"):
            said |= {str(after) for following in model.NEXT.values() for after in following}

    assert said - set(trail.VERBS) == set()


def test_trail_does_not_name_learners(client, page, house):
    """N6, rule 11: who reads the trail has no right to learners' data by that."""
    learner = UserFactory(name="Aino Oppija", email="aino@home.example")
    trail.record(verb="shared", row=OfferingFactory(institution=house), by=learner, at=AT)

    everything, asked = client.get(page), client.post(page, {"person": "aino"}, follow=True)

    assert len(everything.context["rows"]) == 1
    assert "Aino Oppija" not in everything.content.decode()
    assert asked.context["rows"] == []
