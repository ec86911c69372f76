"""Issuers elsewhere whom the keeper of this service has listed: their keys and status lists, when needed.

Nothing else is ever fetched, whatever a file names: a DID that is not in KNOWN_ISSUERS is not looked up, and
a status list only on the same host as its issuer's DID.
"""

import hashlib
import time
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.core.cache import cache

from credentials.formats import did as did_
from credentials.formats import status_list
from credentials.proofs import canonical
from credentials.proofs.keys import Public
from credentials.verification.register import NotNow

SECONDS = 4  # for an answer, and again for all of it
MOST_BYTES = 1_000_000
FRESH, FAILED = 3600, 60  # seconds for which an answer is kept, and the lack of one


def is_listed(did: str) -> bool:
    return did in settings.KNOWN_ISSUERS


def key(method: str) -> Public | None:
    """The key that a listed issuer publishes for signing credentials, or None. Raises NotNow."""
    did = method.partition("#")[0]
    if not is_listed(did):
        return None
    try:
        return did_.methods(_fetched(did_.address_of(did)), did).get(method)
    except did_.BadDid as fault:
        raise NotNow(str(fault)) from fault


def listed_status(url: str, *, issuer: str) -> dict:
    """The status list credential of a listed issuer, its proof unchecked. Raises NotNow."""
    if not is_listed(issuer) or _host(url) != _host(did_.address_of(issuer)):
        raise NotNow("not on the issuer's own host")
    return _fetched(url)


def bit(credential: dict, *, url: str, issuer: str, purpose: object, index: int) -> bool:
    """Whether a place in it is set. Raises NotNow where it is not the list that was named."""
    try:
        found = status_list.read(credential)
        named = credential.get("issuer")
        named = named.get("id") if isinstance(named, dict) else named
        if (credential.get("id"), named, found.purpose) != (url, issuer, purpose):
            raise NotNow("another list")
        return found.bit(index)
    except status_list.BadList as fault:
        raise NotNow(str(fault)) from fault


def _fetched(url: str) -> dict:
    kept = cache.get(_place(url))
    if kept is None:
        try:
            kept = _asked(url)
        except (requests.RequestException, canonical.NotCanonical, ValueError) as fault:
            kept = str(fault)[:200] or "no answer"
        cache.set(_place(url), kept, FRESH if isinstance(kept, dict) else FAILED)
    if isinstance(kept, str):
        raise NotNow(kept)
    return kept


def _asked(url: str) -> dict:
    """Only by https, without following anybody elsewhere, and no longer than it takes to read a page."""
    if urlsplit(url).scheme != "https":
        raise ValueError("not https")
    ends, data = time.monotonic() + SECONDS, b""
    headers = {"Accept": "application/json, application/did+json, application/vc"}
    with requests.get(url, headers=headers, timeout=SECONDS, allow_redirects=False, stream=True) as answer:
        if answer.status_code != 200:
            raise ValueError(f"status {answer.status_code}")
        for part in answer.iter_content(65_536):
            data += part
            if len(data) > MOST_BYTES or time.monotonic() > ends:
                raise ValueError("too large or too slow")
    return canonical.read(data)


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower()


def _place(url: str) -> str:
    return "foreign:" + hashlib.sha256(url.encode("utf-8", "replace")).hexdigest()
