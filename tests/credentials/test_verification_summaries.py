"""What a whole report is called and what to do next (domain 5.5; issue D, Build 6): plain, no database."""

import pytest

from credentials.verification import summaries
from credentials.verification.report import Check, Outcome

pytestmark = pytest.mark.once
VALID, WARNING, UNKNOWN, INVALID = Outcome.VALID, Outcome.WARNING, Outcome.UNKNOWN, Outcome.INVALID


def titled(standing: str = "", **lines: Outcome) -> str:
    checks = [Check(name=name, outcome=outcome, message="") for name, outcome in lines.items()]
    return summaries.summary(checks, status=standing)[0].text


@pytest.mark.parametrize(
    ("status", "lines", "title"),
    [
        ("valid", {"readable": VALID, "status": VALID}, "The credential is valid"),
        ("", {"readable": VALID, "issuer": WARNING}, summaries.SUMMARIES[WARNING][0].text),
        ("", {"readable": VALID, "proof": UNKNOWN}, "The credential could not be checked wholly"),
        ("", {"readable": INVALID}, "No credential could be read from this"),
        ("", {"register": UNKNOWN}, "No credential was found with this code"),
        ("", {"readable": VALID, "register": UNKNOWN}, "No credential was found with this code"),
        ("", {"proof": UNKNOWN, "register": UNKNOWN}, "The credential could not be checked wholly"),
        ("valid", {"file": INVALID, "proof": VALID}, summaries.CHANGED[0].text),
        ("revoked", {"file": INVALID, "status": INVALID}, "The credential is not valid"),
        ("valid", {"proof": VALID, "validity": INVALID}, summaries.EXPIRED[0].text),
        ("revoked", {"status": INVALID}, "The credential has been revoked"),
        ("revoked", {"status": INVALID, "validity": INVALID}, "The credential has been revoked"),
        ("suspended", {"status": INVALID}, "The credential is suspended for now"),
        ("replaced", {"status": INVALID}, "The credential has been replaced by another"),
        ("", {"status": INVALID}, "The credential is genuine, but it does not count now"),
        (
            "valid",
            {"proof": INVALID, "register": INVALID},
            "The credential has been changed after it was issued",
        ),
        ("revoked", {"proof": INVALID, "status": INVALID}, summaries.UNPROVEN[0].text),
        ("", {"proof": INVALID, "issuer": WARNING}, summaries.UNPROVEN[0].text),
    ],
)
def test_summary_tells_a_wrong_file_from_a_false_credential_and_one_end_from_another(status, lines, title):
    assert titled(status, **lines) == title


@pytest.mark.parametrize(
    ("why", "summary"),
    [
        ("no-code", summaries.UNSEEN),
        ("other-code", summaries.UNSEEN),
        ("locked", summaries.UNREADABLE),
        ("unknown-context", summaries.SUMMARIES[UNKNOWN]),
    ],
)
def test_picture_that_shows_no_code_is_no_credential_to_ask_an_issuer_about(why, summary):
    line = Check(name="readable", outcome=UNKNOWN, message="", why=why)

    assert summaries.summary([line]) == summary


def test_a_line_in_between_never_makes_a_bad_report_good():
    """Whatever else is in order: one wrong line, and nobody is told to rely on it."""
    for name in ("file", "proof", "issuer", "register", "status", "validity"):
        for status in ("", "valid", "expired", "suspended", "revoked", "replaced"):
            assert titled(status, readable=VALID, **{name: INVALID}) != "The credential is valid"
