from datetime import datetime, timedelta

import pytest

from registry.actions import accessibility
from registry.models import AccessibilityFeedback, Letter
from tests.factories import AT

pytestmark = pytest.mark.django_db


def test_feedback_is_kept_and_told_to_the_one_who_answers(settings):
    """Act 306/2019: answered within 14 days. N7: no personal data in the subject."""
    settings.ACCESSIBILITY_CONTACT = "esteet@example.com"

    feedback = accessibility.give_feedback(
        text="En näe kohdistusta & <kehystä>.",
        page="/fi/verify/",
        email="aino@example.com",
        language="fi",
        at=AT,
    )

    assert AccessibilityFeedback.objects.get() == feedback
    letter = Letter.objects.get()
    assert (letter.to, letter.subject) == ("esteet@example.com", "Saavutettavuuspalautetta on saapunut")
    assert all(
        part in letter.body
        for part in (
            "En näe kohdistusta & <kehystä>.",
            "/fi/verify/",
            "aino@example.com",
            day(AT + timedelta(days=14)),
        )
    )


def test_statement_page_takes_feedback(client):
    answer = client.post(
        "/sv/accessibility/", {"text": "Länken syns inte.", "page": "", "email": ""}, follow=True
    )

    assert answer.redirect_chain == [("/sv/accessibility/sent/", 302)]
    assert list(AccessibilityFeedback.objects.values_list("text", "page", "email", "language")) == [
        ("Länken syns inte.", "", "", "sv")
    ]


def test_statement_page_takes_five_feedbacks_an_hour_from_an_address(client):
    """Nobody fills the mailbox of whoever answers for accessibility."""
    said = {"text": "Länken syns inte.", "page": "", "email": ""}

    answers = [client.post("/sv/accessibility/", said) for _time in range(6)]

    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert 3500 < int(answers[-1]["Retry-After"]) <= 3600
    assert AccessibilityFeedback.objects.count() == Letter.objects.count() == 5


@pytest.mark.parametrize("text", ["", "linja\x07"])
def test_statement_page_names_what_is_wrong(client, text):
    answer = client.post("/fi/accessibility/", {"text": text})

    assert list(answer.context["form"].errors) == ["text"]
    assert 'href="#id_text"' in answer.text
    assert not AccessibilityFeedback.objects.exists()


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/fi/accessibility/", ["Saavutettavuusseloste", "306/2019", "Traficom", "14 päivän kuluessa"]),
        ("/sv/accessibility/", ["Tillgänglighetsutlåtande", "306/2019", "Traficom", "inom 14 dagar"]),
        ("/en/accessibility/", ["Accessibility statement", "306/2019", "Traficom", "within 14 days"]),
        (
            "/fi/privacy/",
            [
                "Tietosuojaseloste",
                "Rekisterinpitäjä",
                "Tietosuojavaltuutetun toimisto",
                "lompakon julkinen avain",
            ],
        ),
        (
            "/sv/privacy/",
            [
                "Dataskyddsbeskrivning",
                "Personuppgiftsansvarig",
                "Dataombudsmannens byrå",
                "plånbokens öppna nyckel",
            ],
        ),
        (
            "/en/privacy/",
            ["Privacy notice", "Controller", "Data Protection Ombudsman", "the wallet's public key"],
        ),
    ],
)
def test_statements_are_written_in_each_language(client, address, words):
    text = client.get(address).text

    assert [word for word in words if word not in text] == []
    assert f'<html lang="{address[1:3]}">' in text


def day(moment: datetime) -> str:
    return f"{moment.day}.{moment.month}.{moment.year}"
