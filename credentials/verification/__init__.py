"""Is a credential genuine and in force? Every question gets its own line.

Nothing that a file names is fetched, but of issuers whom the keeper of the service has listed (foreign.py).
"""

from credentials.verification.carriers import MAX_BYTES
from credentials.verification.report import NAMES, Check, Outcome, Report
from credentials.verification.typed import code as typed_code
from credentials.verification.typed import grouped as grouped_code
from credentials.verification.typed import plain as plain_code
from credentials.verification.typed import secret as typed_secret
from credentials.verification.verifying import by_code, read_at_most, state, verify

__all__ = [
    "MAX_BYTES",
    "NAMES",
    "Check",
    "Outcome",
    "Report",
    "by_code",
    "grouped_code",
    "plain_code",
    "read_at_most",
    "state",
    "typed_code",
    "typed_secret",
    "verify",
]
