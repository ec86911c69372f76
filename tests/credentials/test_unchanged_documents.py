import pytest
from django.urls import reverse

from credentials.drills import revising
from registry.models import Offering, User

pytestmark = pytest.mark.django_db


def test_no_field_of_the_next_version_changes_an_issued_credential(client):
    """Rule 2 and issue B: the drill of docs/drills.md with fewer credentials; the page lists each field."""
    figures = revising.rehearse(items=5)

    assert (figures["credentials"], figures["fields"]) == (5, len(revising.FIELDS))
    assert figures["verified_after"] == {"valid": 5}
    offering = Offering.objects.get()
    client.force_login(User.objects.get(email="author@oamk.example"))
    page = client.get(reverse("version-difference", args=["oamk", offering.code, 1, 2]))
    assert {row["field"] for row in page.context["rows"]} == set(revising.FIELDS)
