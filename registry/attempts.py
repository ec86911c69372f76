"""What one network address may do only so often, each time remembered for an hour; then it has to wait."""

import ipaddress
import time

from django.core.cache import cache
from django.utils.crypto import salted_hmac

# Wrong codes, links and names; letters asked for; lists of codes.
LIMITS = {"code": 10, "share": 10, "name": 10, "feedback": 5, "account": 5, "list": 20}
HOUR = 3600  # seconds


def wait(*, kind: str, address: str) -> int:
    """Seconds until the address may try again; 0 when it may now."""
    now = time.time()
    ends = [end for end in cache.get_many(_places(kind, address)).values() if end > now]
    return max(1, int(min(ends) - now)) if len(ends) >= LIMITS[kind] else 0


def add(*, kind: str, address: str) -> None:
    """Each try takes a free place of its own: `add` is atomic, where counting up is not on every cache."""
    end = time.time() + HOUR
    for place in _places(kind, address):
        if cache.add(place, end, HOUR):
            return


def _places(kind: str, address: str) -> list[str]:
    digest = salted_hmac("registry.attempts", f"{kind} {_network(address)}", algorithm="sha256").hexdigest()
    return [f"attempts:{digest}:{number}" for number in range(LIMITS[kind])]


def _network(address: str) -> str:
    """One household has a whole IPv6 /64."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else str(parsed)
