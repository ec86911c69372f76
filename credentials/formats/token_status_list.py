"""The same bits as a Bitstring Status List, in the form that readers of SD-JWTs ask for at the same address.

Source: draft-ietf-oauth-status-list. Its index 0 is the rightmost bit of the first byte, not the leftmost.
"""

import base64
import zlib
from datetime import datetime
from typing import Any

MEDIA_TYPE = "application/statuslist+jwt"
TYPE = "statuslist+jwt"  # the `typ` of the token around the claims
TURNED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def document(*, list_url: str, bits: bytes, issued_at: datetime, seconds: int) -> dict[str, Any]:
    """The claims of the Status List Token; `seconds` is how long a reader may keep it.

    `bits` is a list as `status_list` keeps it: a set bit is a credential that is revoked.
    """
    packed = zlib.compress(bits.translate(TURNED), 9)
    return {
        "sub": list_url,
        "iat": int(issued_at.timestamp()),
        "ttl": seconds,
        "status_list": {"bits": 1, "lst": base64.urlsafe_b64encode(packed).rstrip(b"=").decode("ascii")},
    }
