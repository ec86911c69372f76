"""What must not be written: addresses that open something, and what people typed into them (rule 10)."""

import pytest

from registry.config import logs

UUID = "0b6f2f0c-6f0e-4d57-9c56-0d9b7a3f3d11"


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("GET /fi/s/SECRET/", "GET /fi/s/…/"),
        ("GET /fi/claim/SECRET/?a=1", "GET /fi/claim/…/?…"),
        ("GET /institutions/oamk/wallet/offer/SECRET", "GET /institutions/oamk/wallet/offer/…"),
        ("GET /fi/accounts/confirm-email/MQ:SECRET/", "GET /fi/accounts/confirm-email/…/"),
        ("GET /fi/staff/oamk/enrolments/7/", "GET /fi/staff/oamk/enrolments/7/"),
        ("GET /fi/enrolments/SECRET/cancel/", "GET /fi/enrolments/…/cancel/"),
        ("GET /fi/verify/ABCD-EFGH-JKLM/", "GET /fi/verify/…/"),
        (f"GET /credentials/{UUID}", "GET /credentials/…"),
        (f"GET /institutions/oamk/log/{'ab' * 32}.json", "GET /institutions/oamk/log/….json"),
        ("GET /fi/staff/oamk/credentials/?q=Aino+Koe&page=2", "GET /fi/staff/oamk/credentials/?…"),
        ("GET /fi/staff/oamk/learners/?q=O'Brien&page=2", "GET /fi/staff/oamk/learners/?…"),
        ("Why? Because.", "Why? Because."),
    ],
)
def test_line_hides_keys_and_questions(said, written):
    assert logs.without_keys(None, "info", {"request": said, "code": 200}) == {
        "request": written,
        "code": 200,
    }


def test_report_of_an_error_hides_them_wherever_they_stand():
    event = {
        "request": {
            "url": "https://registry.example.fi/fi/s/SECRET/",
            "query_string": "q=Aino",
            "headers": {"Referer": "https://registry.example.fi/fi/staff/oamk/trail/?person=Aino"},
        },
        "breadcrumbs": {"values": [{"message": "{'request': 'GET /fi/claim/SECRET/'}"}]},
    }

    assert logs.without_keys_for_sentry(event, {}) == {
        "request": {
            "url": "https://registry.example.fi/fi/s/…/",
            "headers": {"Referer": "https://registry.example.fi/fi/staff/oamk/trail/?…"},
        },
        "breadcrumbs": {"values": [{"message": "{'request': 'GET /fi/claim/…/'}"}]},
    }
