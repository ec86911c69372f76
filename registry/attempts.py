"""What one network address may do only so often, each time remembered for an hour; then it has to wait."""

import ipaddress
import time

from django.core.cache import cache
from django.utils.crypto import salted_hmac

# Wrong codes, links and names; letters asked for; lists of codes, and downloads read back.
LIMITS = {"code": 10, "share": 10, "name": 10, "feedback": 5, "account": 5, "list": 20}
HOUR = 3600  # seconds
SECOND, MOST = 1.0, 10_000  # how long, and of how many, a process knows without asking that they may try
_free: dict[tuple[str, str], float] = {}


def wait(*, kind: str, address: str) -> int:
    """Seconds until the address may try again; 0 when it may now."""
    now, network = time.time(), _network(address)
    if _free.get((kind, network), 0) > now:
        return 0
    places = _places(kind, network)
    if cache.get(places[-1]) is None:  # they are taken in their order
        _remember_free(kind, network, until=now + SECOND)
        return 0
    ends = [end for end in cache.get_many(places).values() if end > now]
    return max(1, int(min(ends) - now)) if len(ends) >= LIMITS[kind] else 0


def add(*, kind: str, address: str) -> None:
    """Each try takes a free place of its own: `add` is atomic, where counting up is not on every cache."""
    end, network = time.time() + HOUR, _network(address)
    for place in _places(kind, network):
        if cache.add(place, end, HOUR):
            break
    _free.pop((kind, network), None)


def _remember_free(kind: str, network: str, *, until: float) -> None:
    """In this process. Who tries is forgotten at once, so each process lets at most one try too many pass."""
    if len(_free) >= MOST:
        _free.clear()
    _free[kind, network] = until


def _places(kind: str, network: str) -> list[str]:
    digest = salted_hmac("registry.attempts", f"{kind} {network}", algorithm="sha256").hexdigest()
    return [f"attempts:{digest}:{number}" for number in range(LIMITS[kind])]


def _network(address: str) -> str:
    """One household has a whole IPv6 /64."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else str(parsed)
