"""The short way to the canonical form gives what the long way gives, or gives way to it (issue D, speed)."""

import json
from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credentials.formats import open_badge
from credentials.proofs import canonical, contexts, plain
from credentials.proofs.canonical import NotCanonical
from credentials.proofs.plain import NotPlain, Shared
from tests.factories.awards import award, badge, odd_awards

pytestmark = pytest.mark.once

CONTEXTS = contexts.known()
SMALL = {
    "@context": [contexts.VC2, contexts.OB303],
    "id": "urn:uuid:0b6f2f0c-6f0e-4d57-9c56-0d9b7a3f3d11",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "name": "Koe",
    "issuer": {
        "id": "did:web:a.example",
        "type": ["Profile"],
        "name": "A",
        "address": {"type": ["Address"], "addressCountryCode": "FI", "postalCode": "1"},
    },
    "validFrom": "2026-10-01T21:30:00Z",
    "credentialSubject": {
        "id": "urn:uuid:6d4dbd1c-1e4c-4f8e-a4a4-bb5f0a4a8e22",
        "type": ["AchievementSubject"],
        "creditsEarned": 7.5,
        "identifier": [
            {"type": "IdentityObject", "hashed": False, "identityHash": "Aino", "identityType": "name"}
        ],
        "achievement": {
            "id": "https://a.example/1",
            "type": ["Achievement"],
            "name": "B",
            "criteria": {"narrative": "C"},
            "tag": ["x", "y"],
            "creditsAvailable": 5,
            "resultDescription": [
                {
                    "id": "https://a.example/1#g",
                    "type": ["ResultDescription"],
                    "name": "G",
                    "resultType": "Result",
                    "allowedValue": ["HYL", "HYV"],
                }
            ],
        },
    },
}
# What a value may be that looks like another, or that JSON-LD makes something else of.
ODD = [
    "@id", "@type", "@none", "@x", "_:b0", "_:c14n0", "urn:a:b c", "urn:a:\u00a0", "urn:a:<b>", "http:",
    "x:y", "relative:a", "relative://base/a", "https://a.example/ä", "https://a.example/\u2003",
    "did:web:a.example\n", "", " ", "x", "y", "name", "id", "Result", "Profile", "Achievement",
    "xsd:string", "schema:name", "obi:name", "1", "1.0", "true", 'q"q\\n', "a\tb\rc\nd", "\x07", "\ud800",
    "🌻", "\u0085\u2028", 0, 1, -0.0, 1.0, 1e0, 7.5, 1e-7, 1e15, 2**53, 2**53 - 1, float("nan"), True, False,
    None, [], {}, [[]], ["x"], ["x", "x"], [1, 1.0], [True, "true"], [None], ["x", {"id": "urn:x:y"}],
    {"id": "urn:x:y"}, {"id": "_:b0"}, {"id": ""}, {"id": ["urn:x:y"]}, {"type": "Profile"}, {"type": []},
    {"type": ["Profile", "Profile"]}, {"type": ["Profile", 1]}, {"type": "urn:x:type"}, {"type": "Unknown"},
    {"@value": "x"}, {"@value": "x", "@language": "fi"}, {"@id": "urn:x:y"}, {"@list": ["x"]},
    {"name": "x"}, {"name": "x", "id": "urn:x:y"}, {"name": "x", "type": "Profile"},
    {"id": "https://a.example/1", "name": "B"}, {"id": "https://a.example/1", "name": "Z"},
    {"https://schema.org/name": "x"}, {"schema:name": "x"}, {"@context": contexts.OB303, "name": "x"},
    {"@context": [], "name": "x"}, {"narrative": "C"},
]  # fmt: skip
NAMES = [
    "name", "id", "type", "@id", "@type", "@graph", "@included", "@context", "proof", "allowedValue",
    "alignment", "identifier", "image", "address", "achievement", "issuer", "url", "tag", "creditsEarned",
    "hashed", "relatedResource", "renderMethod", "credentialSchema", "validUntil", "verifiableCredential",
    "holder", "nope", "endorsement", "endorsementJwt", "narrative", "achievementType", "resultDescription",
    "status", "evidence", "@vocab", "https://schema.org/name", "schema:name", "extensions", "@reverse",
    "@nest", "digestSRI",
]  # fmt: skip


def places(value, path=()):
    """Every object and list in it, by its path."""
    if isinstance(value, dict | list):
        yield path
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for name, item in items:
            yield from places(item, (*path, name))


PLACES = list(places(SMALL))


@st.composite
def altered(draw):
    """The small badge with one to three members or items set to something odd, added or taken away."""
    document = deepcopy(SMALL)
    for _ in range(draw(st.integers(1, 3))):
        holder = document
        for step in draw(st.sampled_from(PLACES)):
            try:
                holder = holder[step]
            except (KeyError, IndexError, TypeError):
                break
        value = deepcopy(draw(st.sampled_from(ODD)))
        if isinstance(holder, list):
            holder.insert(draw(st.integers(0, len(holder))), value)
        elif isinstance(holder, dict):
            name = draw(st.sampled_from([*holder, *NAMES]))
            holder[name] = value
    return document


def agree(document):
    """Whether the short way was taken; where it was, it gives the bytes of the long one."""
    try:
        found = plain.nquads(document, CONTEXTS)
    except NotPlain:
        return False
    assert found == canonical.whole(document, CONTEXTS)
    return True


def test_plain_is_the_whole_for_odd_awards():
    documents = [open_badge.document(one) for one in odd_awards(40)]
    documents += [open_badge.document(badge(kind)) for kind in ("competence_badge", "participation_badge")]

    assert [agree(document) for document in documents] == [True] * len(documents)
    assert [agree(document) for document in documents] == [True] * len(documents)  # met before


@settings(max_examples=400, deadline=None)
@given(altered())
def test_plain_gives_way_or_agrees(document):
    agree(document)
    agree(document)


@pytest.mark.parametrize("odd", ODD, ids=lambda value: ascii(value)[:30])
@pytest.mark.parametrize("name", ["name", "id", "tag", "allowedValue"])
def test_plain_agrees_on_each_odd_value(name, odd):
    document = deepcopy(SMALL)
    achievement = document["credentialSubject"]["achievement"]
    holder = achievement["resultDescription"][0] if name == "allowedValue" else achievement
    holder[name] = odd

    agree(document)


@pytest.mark.parametrize(
    ("first", "second"),
    [(1, True), (1, "1"), (1, 1.5), ("true", True), (["x"], ["x", "x"]), ({"id": "urn:x:y"}, "urn:x:y")],
)
def test_shared_node_is_known_by_its_whole_content(first, second):
    """An achievement that was met lends its form to no other that compares equal in Python."""
    documents = [deepcopy(SMALL), deepcopy(SMALL)]
    for document, value in zip(documents, (first, second), strict=True):
        document["credentialSubject"]["achievement"]["tag"] = value
        agree(document)

    forms = []
    for document in documents:
        try:
            forms.append(canonical.nquads(document, CONTEXTS))
        except NotCanonical as refusal:
            forms.append(refusal.code)

    assert forms[0] != forms[1] or first == ["x"]  # a set holds "x" once


def test_shared_node_of_a_batch_is_read_once():
    document = open_badge.document(award())
    other = deepcopy(document)
    shared = Shared(document["credentialSubject"]["achievement"])
    document["credentialSubject"]["achievement"] = other["credentialSubject"]["achievement"] = shared
    other["credentialSubject"]["id"] = "urn:uuid:00000000-0000-4000-8000-000000000000"

    assert [agree(document), agree(other)] == [True, True]


def test_kinds_of_nodes_are_forgotten_in_time(monkeypatch):
    """A stranger may send any number of types."""
    own = contexts.Contexts(documents=CONTEXTS.documents)
    monkeypatch.setattr(plain, "MAX_TABLES", 10)

    for number in range(40):
        document = json.loads(json.dumps(SMALL).replace('"Address"', f'"Address", "urn:x:{number}"'))
        plain.nquads(document, own)

    assert own.plain["known"].tables.count < 20
