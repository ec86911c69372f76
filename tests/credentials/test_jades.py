"""JAdES seals on European Digital Credentials: ours for others, others' for us (issue D)."""

import asyncio
import hashlib
import json
import random
from base64 import b64decode, urlsafe_b64decode, urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import cms, keys, tsp, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509 import CertificateBuilder
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from credentials.formats import elm
from credentials.proofs import certificates, jades, outside
from credentials.proofs.sealing import Seal
from tests.factories.awards import award, odd_awards
from tests.factories.certificates import FROM, HOLDER, UNTIL, authority, certified
from tests.factories.pictures import JPEG, PNG

pytestmark = pytest.mark.once

AT = datetime(2026, 10, 1, 21, 30, tzinfo=UTC)
ALGORITHMS = ["ES256", "RS256"]


def credential(of=None) -> bytes:
    one = of or award()
    return elm.encode(elm.document(one, pictures={one.language: [PNG, JPEG]}, holder=HOLDER))


def sealed(algorithm="ES256", *, document=None, **named) -> bytes:
    return jades.sign(document or credential(), seal=certified(algorithm), at=AT, **named)


def header(document: bytes) -> dict:
    protected = json.loads(document)["signatures"][0]["protected"]
    return json.loads(urlsafe_b64decode(protected + "=="))


def reheaded(document: bytes, **changes) -> bytes:
    """A copy with another protected header, under the old signature."""
    whole = json.loads(document)
    members = {name: value for name, value in (header(document) | changes).items() if value is not None}
    protected = urlsafe_b64encode(json.dumps(members).encode()).rstrip(b"=").decode()
    whole["signatures"][0]["protected"] = protected
    return json.dumps(whole).encode()


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_check_tells_document_time_and_certificate(algorithm):
    ours = sealed(algorithm)

    assert jades.check(ours) == jades.JadesVerification(
        code="verified",
        signed=credential(),
        created=AT,
        certificate=certified(algorithm).chain[0],
        others=(authority(),),
        stamped=json.loads(ours)["signatures"][0]["signature"].encode(),
    )


def test_header_is_the_one_of_european_digital_credentials():
    """B-B of ETSI TS 119 182-1: signing time and digest of the certificate; the payload is the document."""
    whole, own = json.loads(sealed()), certified("ES256").chain[0].public_bytes(Encoding.DER)
    found = header(sealed())
    digest = urlsafe_b64encode(hashlib.sha256(own).digest()).rstrip(b"=").decode()

    assert whole["payload"].encode() == credential()
    assert b64decode(found.pop("x5c")[0]) == own
    assert found == {
        "alg": "ES256",
        "cty": "octet-stream",
        "x5t#S256": digest,
        "typ": "jose+json",
        "b64": False,
        "sigT": "2026-10-01T21:30:00Z",
        "crit": ["b64", "sigT"],
    }


@pytest.mark.peers
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_npm_peer_accepts_ours_and_refuses_an_altered_copy(peers, tmp_path, algorithm):
    """Node's own X.509 and the npm package jose; every letter of odd names is under the signature."""
    ours = sealed(algorithm, document=credential(odd_awards()[3]))
    altered = json.loads(ours)
    altered["payload"] = altered["payload"].replace('"point":"', '"point":"1', 1)

    assert verdict(peers, tmp_path, ours) == (0, set())
    assert verdict(peers, tmp_path, json.dumps(altered).encode()) == (1, {"FAIL signature[jose]"})
    assert jades.check(json.dumps(altered).encode()).code == "bad-signature"


def verdict(peers, folder, document: bytes) -> tuple[int, set[str]]:
    (folder / "sealed.jsonld").write_bytes(document)
    code, said = peers.says("verify_jades.mjs", folder / "sealed.jsonld")
    return code, {line.split(":")[0] for line in said if line.startswith("FAIL")}


def test_check_reads_what_others_sealed(reference):
    """Real credentials, by the Commission's own service and by a commercial one: B-LTA, RS256."""
    folder = reference / "elm-edc" / "samples"
    found = jades.check((folder / "edc-mc-signed-2026.jsonld").read_bytes())
    (token,) = found.time_stamps

    assert (found.code, found.created) == ("verified", datetime(2026, 1, 12, 7, 12, 23, tzinfo=UTC))
    assert jades.holder(found.certificate) == "NTREE-17207834"
    assert imprint(token) == hashlib.sha256(found.stamped).digest()


def test_check_does_not_pass_over_a_critical_header_it_does_not_know(reference):
    """The Commission's sample has a content time stamp that the signer calls critical."""
    sample = reference / "elm-edc" / "samples" / "Sample-MC-Annex1-signed.jsonld"

    assert jades.check(sample.read_bytes()).code == "unsupported"


@pytest.mark.parametrize("sample", ["edc-mc-signed-2026", "Sample-MC-Annex1-signed"])
def test_altered_samples_are_refused(reference, sample):
    data = (reference / "elm-edc" / "samples" / f"{sample}.jsonld").read_bytes()
    altered = json.loads(data)
    altered["payload"] += " "

    assert not jades.check(json.dumps(altered).encode()).is_verified


# Around the signature


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"alg": "none"}, "unsupported"),
        ({"alg": "HS256"}, "unsupported"),
        ({"alg": "RS256"}, "bad-signature"),
        ({"crit": ["b64", "sigT", "exp"]}, "unsupported"),
        ({"crit": "b64"}, "unsupported"),
        ({"crit": None}, "bad-signature"),
        ({"b64": True}, "bad-signature"),
        ({"b64": None, "crit": None}, "bad-signature"),
        ({"sigT": None}, "bad-proof"),
        ({"sigT": "yesterday"}, "bad-proof"),
        ({"sigT": "2026-10-02T00:00:00Z"}, "bad-signature"),
        ({"sigT": "2040-01-01T00:00:00Z"}, "bad-certificate"),
        ({"x5t#S256": "AAAA"}, "bad-certificate"),
        ({"x5t#S256": None}, "bad-certificate"),
        ({"x5c": None}, "bad-certificate"),
        ({"x5c": []}, "bad-certificate"),
        ({"x5c": ["!"]}, "bad-certificate"),
        ({"x5c": ["AAAA"]}, "bad-certificate"),
        ({"x5c": [1]}, "bad-certificate"),
    ],
)
def test_check_refuses_another_header(changes, code):
    assert jades.check(reheaded(sealed(), **changes)).code == code


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "bad-proof"),
        (b"[]", "bad-proof"),
        (b"{}", "bad-proof"),
        (b'{"payload": "{}", "signatures": []}', "bad-proof"),
        (b'{"payload": "{}", "signatures": [1]}', "bad-proof"),
        (b'{"payload": "{}", "signatures": [{"protected": 1}]}', "bad-proof"),
        (b'{"payload": "{}", "signatures": [{"protected": "\xc3\xa4"}]}', "bad-proof"),
        (b'{"payload": "{}", "signatures": [{"protected": "e30"}]}', "unsupported"),
        (b'{"payload": "{}", "signatures": [{}, {}]}', "too-many-proofs"),
        (b'{"payload": "{}", "payload": "{}", "signatures": [{}]}', "bad-proof"),
        (b"[" * 100_000, "bad-proof"),
    ],
)
def test_check_refuses_what_is_no_seal(data, code):
    assert jades.check(data).code == code


def test_check_reads_the_protected_header_only():
    """Whoever passes it on may add unprotected members: they change nothing."""
    whole = json.loads(sealed())
    whole["signatures"][0]["header"] = {"alg": "none", "sigT": "2030-01-01T00:00:00Z", "b64": True}

    assert (jades.check(json.dumps(whole).encode()).code, jades.check(sealed()).created) == ("verified", AT)


@pytest.mark.parametrize(
    "unprotected", [{"etsiU": 1}, {"etsiU": ["!"]}, {"etsiU": [{"sigTst": 1}]}, {"etsiU": ["e30=" * 9]}]
)
def test_check_refuses_malformed_time_stamps(unprotected):
    whole = json.loads(sealed())
    whole["signatures"][0]["header"] = unprotected

    assert jades.check(json.dumps(whole).encode()).code == "bad-proof"


def test_check_refuses_the_seal_of_somebody_else(monkeypatch):
    """A credential in the name of another university, sealed with one's own valid certificate."""
    foreign = credential().replace(HOLDER.encode(), b"NTRFI-7654321-0")
    monkeypatch.setattr(jades, "_refusals", lambda *_: ())

    assert jades.check(sealed(document=foreign)).code == "wrong-holder"


def test_check_refuses_short_rsa_keys():
    weak = rsa.generate_private_key(65537, 1024)
    document = jades.sign(credential(), seal=self_made(weak, "RS256"), at=AT)

    assert (jades.check(document).code, jades.check(document).detail) == (
        "bad-certificate",
        "RSA of 1024 bits",
    )


def test_check_survives_random_damage():
    """It answers, and never with yes, whichever letters change on the way."""
    whole, chance = sealed(), random.Random(7)
    codes = set()
    for _ in range(200):
        damaged = bytearray(whole)
        for _ in range(chance.randrange(1, 4)):
            damaged[chance.randrange(len(whole))] = chance.choice(b'"{}:,aZ09\\\x00\xff')
        if bytes(damaged) != whole:
            codes.add(jades.check(bytes(damaged)).code)

    assert "bad-signature" in codes
    assert "verified" not in codes


def self_made(private, algorithm: str) -> Seal:
    like = certified("RS256").chain[0]
    signer = private if algorithm != "Ed25519" else None
    certificate = CertificateBuilder(
        like.issuer,
        like.subject,
        private.public_key(),
        1,
        like.not_valid_before_utc,
        like.not_valid_after_utc,
    ).sign(private, hashes.SHA256() if signer else None)
    return Seal(private=private, algorithm=algorithm, method="", chain=(certificate,))


# Sealing


def test_a_self_made_certificate_seals_for_its_holder():
    private = ec.generate_private_key(ec.SECP256R1())
    named = {"organisation": "Jamk", "identifier": HOLDER, "country": "FI"}
    own = certificates.self_made(private=private, at=AT, **named)
    seal = Seal(private=private, algorithm="ES256", method="", chain=(own,))

    assert jades.holder(own) == HOLDER
    assert jades.check(jades.sign(credential(), seal=seal, at=AT)).code == "verified"


@pytest.mark.parametrize(
    ("seal", "at", "document", "reason"),
    [
        (certified(), AT.replace(tzinfo=None), None, "needs its zone"),
        (replace(certified(), chain=()), AT, None, "needs its certificate"),
        (
            self_made(ed25519.Ed25519PrivateKey.generate(), "Ed25519"),
            AT,
            None,
            "no seal is made with Ed25519",
        ),
        (replace(certified(), private=ec.generate_private_key(ec.SECP256R1())), AT, None, "of another key"),
        (certified(), FROM - timedelta(seconds=1), None, "is not valid at"),
        (certified(), UNTIL + timedelta(seconds=1), None, "is not valid at"),
        (certified(), AT, b"{}", "is not the holder"),
        (certified(), AT, elm.encode(elm.document(award(), pictures={"fi": [PNG]})), "is not the holder"),
        (certified(), AT, b" " * (jades.MAX_BYTES + 1), "more than"),
    ],
)
def test_sign_refuses_what_no_one_would_accept(seal, at, document, reason):
    with pytest.raises(jades.CannotSeal, match=reason):
        jades.sign(document or credential(), seal=seal, at=at)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_service_elsewhere_seals(algorithm):
    """The service sees the bytes to sign, nothing else; the private key is never here."""
    own, asked = certified(algorithm), []

    def service(data: bytes) -> bytes:
        asked.append(data)
        if algorithm == "RS256":
            return own.private.sign(data, padding.PKCS1v15(), hashes.SHA256())
        return own.private.sign(data, ec.ECDSA(hashes.SHA256()))

    seal = outside.seal(service, chain=own.chain)
    document = jades.sign(credential(), seal=seal, at=AT)
    protected = json.loads(document)["signatures"][0]["protected"].encode()

    assert (seal.algorithm, jades.check(document).code) == (algorithm, "verified")
    assert asked == [protected + b"." + credential()]


def test_a_service_that_fails_seals_nothing():
    def service(data: bytes) -> bytes:
        raise TimeoutError("no answer")

    with pytest.raises(TimeoutError, match="no answer"):
        jades.sign(credential(), seal=outside.seal(service, chain=certified().chain), at=AT)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_an_outside_key_gives_no_private_numbers(algorithm):
    private = outside.seal(bytes, chain=certified(algorithm).chain).private

    for ask in (private.private_numbers, private.private_bytes):
        with pytest.raises(outside.NotHere):
            ask()


def test_an_outside_seal_needs_a_key_that_seals():
    own = self_made(ed25519.Ed25519PrivateKey.generate(), "Ed25519")

    with pytest.raises(ValueError, match="neither RSA nor P-256"):
        outside.seal(bytes, chain=own.chain)


# Time stamps


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_time_stamp_makes_the_seal_b_t(algorithm):
    """The token is about the signature as it is written, as ETSI TS 119 182-1 has it in sigTst (5.3.4)."""
    document = sealed(algorithm, time_stamp=stamp)
    found = jades.check(document)
    (token,) = found.time_stamps

    assert found.code == "verified"
    assert found.stamped == json.loads(document)["signatures"][0]["signature"].encode()
    assert imprint(token) == hashlib.sha256(found.stamped).digest()


@pytest.mark.peers
def test_npm_peer_accepts_a_stamped_seal(peers, tmp_path):
    assert verdict(peers, tmp_path, sealed(time_stamp=stamp)) == (0, set())


def stamp(data: bytes) -> bytes:
    """A time stamp service of the test: RFC 3161 tokens by pyHanko."""
    own = certified("RS256")
    private = own.private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    service = DummyTimeStamper(
        tsa_cert=x509.Certificate.load(own.chain[0].public_bytes(Encoding.DER)),
        tsa_key=keys.PrivateKeyInfo.load(private),
        certs_to_embed=SimpleCertificateStore(),
        fixed_dt=AT,
    )
    with ThreadPoolExecutor(1) as apart:  # the browser's tests leave an event loop in this thread
        stamp = service.async_timestamp(hashlib.sha256(data).digest(), "sha256")
        token = apart.submit(asyncio.run, stamp).result()
    return token.dump()


def imprint(token: bytes) -> bytes:
    """The digest that a time stamp is about."""
    signed = cms.ContentInfo.load(token)["content"]["encap_content_info"]["content"].parsed
    assert isinstance(signed, tsp.TSTInfo)
    return signed["message_imprint"]["hashed_message"].native
