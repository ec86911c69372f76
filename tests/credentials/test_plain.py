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


def agree(document, known=CONTEXTS):
    """Whether the short way was taken; where it was, it gives the bytes of the long one."""
    try:
        found = plain.nquads(document, known)
    except NotPlain:
        return False
    assert found == canonical.whole(document, known)
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


XSD = "http://www.w3.org/2001/XMLSchema#"
TERMS = st.sampled_from(["a", "b", "c", "T", "U", "id", "type"])
SOUND = st.sampled_from(
    ["urn:p:1", "urn:p:2"]
    + [
        {"@id": "urn:p:3", "@type": one}
        for one in ("@id", "@vocab", f"{XSD}integer", f"{XSD}double", "urn:d")
    ]
    + [{"@id": "urn:p:4", "@container": one} for one in ("@list", "@set")]
)
UNSOUND = st.sampled_from(
    [
        None, "@id", "@type", "@value", "@list", "_:b", "rel", {"@id": "urn:p:5", "@container": "@language"},
        {"@id": "urn:p:6", "@language": "fi"}, {"@id": "urn:p:7", "@type": "@json"}, {"@reverse": "urn:p:8"},
    ]
)  # fmt: skip


def scoped(meanings):
    """Terms that carry a context of their own, for what stands below them or for nodes of that type."""
    inner = st.dictionaries(TERMS, meanings, max_size=3)
    inner |= st.just({"@vocab": "urn:v:"}) | st.just({"@propagate": False, "b": "urn:p:9"}) | st.none()
    return inner.map(lambda one: {"@id": "urn:p:0", "@context": one})


MEANINGS = st.one_of(SOUND, SOUND, SOUND, UNSOUND)
SPECIMENS = st.dictionaries(
    TERMS, st.one_of(MEANINGS, scoped(MEANINGS), scoped(scoped(MEANINGS))), max_size=5
)
VALUES = st.sampled_from(
    ["urn:x:1", "urn:x:2", "a", "T", "_:b0", "x y", 1, 1.5, True, "1", None, [], {"id": "urn:x:1"}]
)
NODES = st.recursive(
    st.dictionaries(TERMS, VALUES, max_size=3),
    lambda below: st.dictionaries(
        TERMS, st.one_of(VALUES, below, st.lists(below | VALUES, max_size=2)), max_size=3
    ),
    max_leaves=6,
)


@settings(max_examples=120, deadline=None)
@given(SPECIMENS, st.lists(NODES, min_size=1, max_size=4))
def test_plain_agrees_under_any_contexts(terms, nodes):
    """An operator may add contexts: whatever their terms do, both ways read them alike, or one gives way."""
    own = contexts.Contexts(
        documents={"urn:c": {"@context": {"id": "@id", "type": "@type", "T": "urn:t:1"} | terms}}
    )
    for node in nodes:
        agree({"type": "T"} | node | {"@context": "urn:c"}, own)


@pytest.mark.parametrize("meaning", ["urn:p:1", None, {"@id": "urn:p:1", "@type": "@id"}])
def test_types_that_change_what_types_are_go_the_long_way(meaning):
    """The context of a type may give the word `type` itself another meaning."""
    terms = {"id": "@id", "type": "@type", "T": {"@id": "urn:t:1", "@context": {"type": meaning}}}
    own = contexts.Contexts(documents={"urn:c": {"@context": terms}})

    with pytest.raises(NotPlain):
        plain.nquads({"@context": "urn:c", "id": "urn:x:1", "type": "T"}, own)


def test_second_word_for_types_goes_the_long_way():
    terms = {
        "id": "@id",
        "type": "@type",
        "a": "@type",
        "T": {"@id": "urn:t:1", "@context": {"a": "urn:p:1"}},
    }
    own = contexts.Contexts(documents={"urn:c": {"@context": terms}})

    with pytest.raises(NotPlain):
        plain.nquads({"@context": "urn:c", "id": "urn:x:1", "type": "T", "a": "T"}, own)


def test_short_way_has_the_limits_of_the_long_one():
    """As many types, and as deep a nesting, as the long way refuses."""
    many, deep = deepcopy(SMALL), deepcopy(SMALL)
    many["type"] += [f"urn:x:{number}" for number in range(1_000)]
    inner = {"type": "Profile", "name": ["x", "y"]}
    for number in range(18):
        inner = {"type": "Profile", "name": str(number), "parentOrg": [inner]}
    deep["issuer"] = [inner | {"id": "did:web:a.example"}]

    for document, code in ((many, "too-complex"), (deep, "too-deep")):
        with pytest.raises(NotCanonical) as refusal:
            canonical.nquads(document, CONTEXTS)
        assert refusal.value.code == code


def test_nothing_long_of_a_stranger_is_remembered():
    """2 MB in a type or in the name of an issuer would stay in memory long after the answer."""
    own = contexts.Contexts(documents=CONTEXTS.documents)
    plain.nquads(SMALL, own)
    before = len(own.plain["known"].pieces), own.plain["known"].tables.count

    with pytest.raises(NotPlain):
        plain.nquads(SMALL | {"type": ["VerifiableCredential", "urn:x:" + "y" * 1_000]}, own)
    with pytest.raises(NotPlain):
        plain.nquads(SMALL | {"relatedResource": {"y" * 1_000: "x"}}, own)
    plain.nquads(
        SMALL | {"issuer": {"id": "did:web:a.example", "type": ["Profile"], "name": "y" * 60_000}}, own
    )

    assert (len(own.plain["known"].pieces), own.plain["known"].tables.count) == before


def test_kinds_of_nodes_are_forgotten_in_time(monkeypatch):
    """A stranger may send any number of types."""
    own = contexts.Contexts(documents=CONTEXTS.documents)
    monkeypatch.setattr(plain, "MAX_TABLES", 10)

    for number in range(40):
        document = json.loads(json.dumps(SMALL).replace('"Address"', f'"Address", "urn:x:{number}"'))
        plain.nquads(document, own)

    assert own.plain["known"].tables.count < 20
