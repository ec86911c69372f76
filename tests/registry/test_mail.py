"""Mail waits in a table (docs/decisions/0005)."""

from datetime import timedelta

import pytest
from django.core import mail as post

from registry import mail
from registry.models import Letter
from tests.factories import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> Letter:
    return Letter.objects.create(
        to="aino@example.com",
        language="fi",
        subject="Otsikko",
        body="Salaisuus\n",
        created_at=AT,
        next_try_at=AT,
    )


def test_letter_outlives_a_night_without_a_mail_server(letter, monkeypatch, time_machine):
    def refuse(*_):
        raise ConnectionRefusedError

    with monkeypatch.context() as outage:
        outage.setattr(post.EmailMessage, "send", refuse)
        for minutes in range(0, 24 * 60, 5):
            time_machine.move_to(AT + timedelta(minutes=minutes))
            mail.deliver()
    time_machine.move_to(AT + timedelta(days=2))

    assert mail.deliver() == 1
    assert [one.body for one in post.outbox] == ["Salaisuus\n"]


def test_sent_letter_keeps_no_text(letter, time_machine):
    time_machine.move_to(AT, tick=False)

    mail.deliver()

    letter.refresh_from_db()
    assert (letter.body, letter.sent_at) == ("", AT)
