"""What cannot be signed safely is refused, quickly and with a code (issue A, bad input)."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credentials.proofs import canonical, contexts
from credentials.proofs.canonical import NotCanonical

pytestmark = pytest.mark.once

CONTEXTS = contexts.known()
BADGE = [contexts.VC2, contexts.OB303]


def credential(**members):
    return {
        "@context": BADGE,
        "type": ["VerifiableCredential"],
        "issuer": "did:example:issuer",
        "credentialSubject": {"id": "did:example:subject"},
    } | members


def nested(depth):
    value = "x"
    for _ in range(depth):
        value = [value]
    return value


def refusal(document):
    with pytest.raises(NotCanonical) as refused:
        canonical.nquads(document, CONTEXTS)
    return refused.value.code


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"favouriteColour": "blue"}, "undefined-term"),
        ({"credentialSubject": {"id": "did:example:a", "shoeSize": 42}}, "undefined-term"),
        ({"name": {"fi": "Nimi", "en": "Name"}}, "undefined-term"),
        ({"type": ["VerifiableCredential", "SomethingElse"]}, "relative-iri"),
        ({"issuer": "no-address"}, "relative-iri"),
        ({"issuer": "//host/path"}, "relative-iri"),
        ({"issuer": ""}, "relative-iri"),
        ({"issuer": "relative://base/x"}, "relative-iri"),
        ({"issuer": "https://example.org/<x>"}, "relative-iri"),
        ({"issuer": "_:b0"}, "relative-iri"),
        ({"name": "bell \x07"}, "control-character"),
        ({"name": "delete \x7f"}, "control-character"),
        ({"name": "half a character \ud800"}, "control-character"),
        ({"name": None}, "null-value"),
        ({"name": 2**53}, "unsafe-number"),
        ({"name": float("nan")}, "unsafe-number"),
        ({"name": float("inf")}, "unsafe-number"),
        ({"name": {"@value": "x", "@language": "not a tag"}}, "language-tag"),
        ({"https://schema.org/name": "x"}, "keyword"),
        ({"@included": [{"id": "urn:x:y"}]}, "keyword"),
        ({"@id": "urn:x:y"}, "keyword"),
        ({"@context": [*BADGE, {"myName": "https://schema.org/name"}]}, "inline-context"),
        ({"@context": [*BADGE, "https://unknown.example/context"]}, "unknown-context"),
        ({"@context": BADGE * 30}, "too-complex"),
        ({"name": nested(60)}, "too-deep"),
        ({"name": nested(100_000)}, "too-deep"),
        ({"name": ["x"] * 20_000}, "too-large"),
        ({"name": [f"x{number}" for number in range(5_000)]}, "too-complex"),
        ({"evidence": [{"id": "urn:x:y", "name": f"x{number}"} for number in range(2_000)]}, "too-complex"),
        ({"evidence": [{"type": ["Evidence"], "name": "x"}] * 2_000}, "too-complex"),
        (
            {"evidence": [{"type": ["Evidence"], "endorsement": [{"name": "x"}] * 9}] * 2},
            "too-complex",
        ),
    ],
)
def test_nquads_refuses(members, code):
    started = time.monotonic()

    assert refusal(credential(**members)) == code
    assert time.monotonic() - started < 10


def test_nquads_never_calls_a_network(monkeypatch):
    monkeypatch.setattr("socket.socket", pytest.fail)

    assert (
        refusal(credential(**{"@context": [*BADGE, "https://unknown.example/context"]})) == "unknown-context"
    )


def test_context_known_to_one_is_not_known_to_another(reference):
    """PyLD's own cache is shared by the whole process; ours is not."""
    document = credential(**{"@context": [contexts.VC2, "https://www.w3.org/ns/credentials/examples/v2"]})
    canonical.nquads(document, contexts.known(reference / "contexts"))

    assert refusal(document) == "unknown-context"


def test_whole_number_written_with_a_fraction_is_the_same_number():
    """JavaScript reads 5.0 as 5; the verifiers out there are JavaScript."""
    subject = {"type": ["AchievementSubject"], "creditsEarned": 5}

    whole, fraction = (
        canonical.nquads(credential(credentialSubject=subject | {"creditsEarned": value}), CONTEXTS)
        for value in (5, 5.0)
    )

    assert whole == fraction


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not-json"),
        (b"[1]", "not-json"),
        (b"\xff{}", "not-json"),
        (b"GIF89a", "not-json"),
        (b'{"a": NaN}', "not-json"),
        (b'{"a": 1' + b"0" * 5_000 + b"}", "not-json"),
        (b'{"a": 1, "a": 2}', "duplicate-member"),
        (b'{"a": "\\u0000"}', "control-character"),
        (b'{"a": "\\ud800"}', "control-character"),
        (b'{"a": 1e400}', "unsafe-number"),
        (b'{"a": null}', "null-value"),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "too-deep"),
        (b"[" * 10_000, "too-deep"),
        (b'{"a": "' + b"x" * 2_000_000 + b'"}', "too-large"),
    ],
)
def test_read_refuses(data, code):
    with pytest.raises(NotCanonical) as refused:
        canonical.read(data)

    assert refused.value.code == code


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_read_gives_an_object_or_a_refusal(data):
    try:
        document = canonical.read(data)
    except NotCanonical:
        return
    assert document == json.loads(data)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["id", "type", "name", "@context", "@value", "issuer", "evidence", "@id", "a:b", "proof"]
            )
            | st.text(max_size=5),
            inner,
            max_size=5,
        )
    ),
    max_leaves=15,
)


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["id", "type", "name", "issuer", "evidence", "credentialSubject"]), json_values
    )
)
def test_nquads_gives_bytes_or_a_refusal(members):
    try:
        quads = canonical.nquads(credential(**members), CONTEXTS)
    except NotCanonical:
        return
    assert quads.endswith(b" .\n")
