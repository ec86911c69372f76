"""What came of checking the proof of a document, of whichever kind."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Verification:
    """What came of checking a document's proofs.

    `code` is "verified", or why not: no-proof, too-many-proofs, bad-proof (not one we can read), unsupported
    (another kind of proof), wrong-purpose, wrong-controller, unknown-key, expired-proof, early-proof,
    contradiction (the envelope says something else than what is in it), bad-binding (the holder's part does
    not hold), bad-signature, or a code of NotCanonical. `detail` is English; `method` and `created` are of
    the first proof, as it claims.
    """

    code: str
    detail: str = ""
    method: str | None = None
    created: datetime | None = None

    @property
    def is_verified(self) -> bool:
        return self.code == "verified"


class Rejected(Exception):
    """A proof does not hold; `code` is one of Verification's."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}")
        self.code, self.detail = code, detail
