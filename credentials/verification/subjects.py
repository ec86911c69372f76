"""What a document says of itself to people: of what it is, whose, by whom.

Plain, for it stands in continuity packs too. Nothing of it is proven here.
"""

from dataclasses import dataclass
from typing import Any

from credentials.proofs import data_integrity

MOST = 300  # characters of one of them


@dataclass(frozen=True, kw_only=True)
class Subject:
    """In the document's own words; "" where it says nothing. `language` is that of the title, where it says
    so; `id` and `issuer_id` are for programs."""

    title: str
    language: str
    person: str
    issuer: str
    id: str
    issuer_id: str


def read(document: dict[str, Any]) -> Subject:
    """Of the members of a Verifiable Credential, whatever is in them."""
    subject = _first(document.get("credentialSubject"))
    achievement, issuer = _first(subject.get("achievement")), _first(document.get("issuer"))
    names = [
        _text(entry.get("identityHash"))
        for entry in _many(subject.get("identifier"))
        if isinstance(entry, dict) and entry.get("identityType") == "name"
    ]
    return Subject(
        title=_text(document.get("name")) or _text(achievement.get("name")),
        language=_text(achievement.get("inLanguage")),
        person=", ".join(filter(None, names)),
        issuer=_text(issuer.get("name")),
        id=_text(document.get("id")),
        issuer_id=_text(data_integrity.issuer_of(document)),
    )


def _text(value: object) -> str:
    return value[:MOST] if isinstance(value, str) else ""


def _many(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _first(value: object) -> dict[str, Any]:
    found = next(iter(_many(value)), None)
    return found if isinstance(found, dict) else {}
