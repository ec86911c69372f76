"""Many rows at once, by COPY on PostgreSQL: the same rows as one by one (decision 209)."""

from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from credentials.models import Credential
from registry import storing
from registry.models import Letter, TrailEntry
from tests.factories import AT
from tests.factories.issuing import issued
from tests.factories.registry import UserFactory

pytestmark = pytest.mark.django_db
ODD = 'Ŋuorra "\\N" \t\\.\n; 🎓'  # to COPY in its written form some of it means something


def _line(about: str, **more) -> TrailEntry:
    return TrailEntry(at=AT, verb="issued", about=about, **more)


def test_insert_stores_texts_keys_and_nothing_as_they_are():
    by, learner = UserFactory(), UUID(int=7)

    storing.insert(
        [_line(ODD, by=by, learner=learner, became=Credential.Status.VALID), _line("", reason=ODD)]
    )

    found = TrailEntry.objects.order_by("pk").values_list("at", "by", "about", "learner", "became", "reason")
    assert list(found) == [(AT, by.pk, ODD, learner, "valid", ""), (AT, None, "", None, "", ODD)]


def test_insert_stores_bytes_json_and_own_keys_as_bulk_create_does():
    first, *others = (issued() for _ in range(2))
    copies = [
        Credential(**_values(one) | {"id": UUID(int=number), "human_code": f"C{number}", "status": "replaced",
                                     "status_index": number})
        for number, one in enumerate([first, *others])
    ]  # fmt: skip

    storing.insert(copies)

    assert [_values(Credential.objects.get(pk=one.pk)) for one in copies] == [_values(one) for one in copies]
    assert [one._state.adding for one in copies] == [False, False]


def _values(row: Credential) -> dict:
    said = {field.attname: getattr(row, field.attname) for field in Credential._meta.concrete_fields}
    return said | {"document": bytes(row.document)}


def test_insert_refuses_as_the_database_does_and_stores_none():
    """A rule of the table, a text that is too long: the others go with it."""
    letter = {"to": "a@example.com", "language": "fi", "subject": "x", "body": "x", "created_at": AT}
    one = issued()

    with pytest.raises(IntegrityError), transaction.atomic():
        storing.insert([Credential(**_values(one) | {"id": UUID(int=1), "status": "replaced"})])
    if connection.vendor == "postgresql":  # SQLite looks at no length
        with pytest.raises(DatabaseError), transaction.atomic():
            storing.insert(
                [Letter(**letter, next_try_at=AT), Letter(**letter | {"language": "fin"}, next_try_at=AT)]
            )

    assert list(Credential.objects.values_list("pk", flat=True)) == [one.pk]
    assert Letter.objects.filter(to="a@example.com").count() == 0


def test_insert_takes_no_moment_for_json():
    """On either database: PostgreSQL's way writes what the other refuses no more than the other does."""
    one = issued()
    copy = Credential(**_values(one) | {"id": UUID(int=1), "human_code": "C1", "award": {"day": AT}})

    with pytest.raises(TypeError), transaction.atomic():
        storing.insert([copy])

    assert list(Credential.objects.values_list("pk", flat=True)) == [one.pk]


def test_insert_of_nothing_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        storing.insert([])
