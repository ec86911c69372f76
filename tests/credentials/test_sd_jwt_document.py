"""The claims of an SD-JWT VC (issue D, item 1; domain.md 3.1 and 3.7)."""

import json
from dataclasses import fields, replace
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest
import time_machine
from openvc.proof.sd_jwt import SdJwtVcProofSuite

from credentials import facts
from credentials.facts import Award, Incomplete
from credentials.formats import sd_jwt
from credentials.proofs import jose
from credentials.proofs import sd_jwt as proof
from tests.factories.awards import DID, LIST_URL, award, odd_awards
from tests.factories.seals import resolve, seal

pytestmark = pytest.mark.once
AT = datetime(2026, 11, 22, tzinfo=UTC)
HOLDER = seal("ES256", did="did:web:holder.example")
JWK = jose.public_jwk(HOLDER.private.public_key())
IN_CLAIMS_OF_ITS_OWN = {"credential_id", "issued_at", "valid_until", "learner", "status"}


def issued(claims: dict, *, profile=sd_jwt.EU_WALLET) -> str:
    hidden = sd_jwt.hidden(claims, profile=profile)
    numbers = iter(range(10_000))
    return proof.issue(
        claims, hidden=hidden, seal=seal(), salt=lambda: jose.encode(next(numbers).to_bytes(16, "big"))
    )


def award_of(claims: dict) -> Award:
    """The award out of the claims that openvc gives back; what the status and the names of claims say."""
    whole = {
        name: value
        for concept, members in sd_jwt.WHOLE.items()
        for claim in [sd_jwt.EU_WALLET.names.get(concept, concept)]
        if claim in claims
        for name, value in ({members[0]: claims[claim]} if len(members) == 1 else claims[claim]).items()
    }
    ends = datetime.fromtimestamp(claims["exp"], UTC).isoformat() if "exp" in claims else None
    learner = {
        "id": claims["sub"],
        "given_names": claims["given_name"],
        "family_name": claims["family_name"],
        "birth_date": claims.get("birthdate"),
        "oid": claims["learner_identification"] if claims["learner_identification"][0] == "1" else None,
    }
    return facts.from_json(
        whole
        | {
            "credential_id": claims["jti"].removeprefix("urn:uuid:"),
            "issued_at": datetime.fromtimestamp(claims["iat"], UTC).isoformat(),
            "learner": {name: value for name, value in learner.items() if value},
            "status": {
                "list_url": claims["status"]["status_list"]["uri"],
                "index": claims["status"]["status_list"]["idx"],
            },
        }
        | ({"valid_until": ends} if ends else {})
    )


def test_every_fact_of_an_award_has_its_claim():
    """A new fact that nobody gave a claim would silently be lost."""
    claimed = [name for members in sd_jwt.WHOLE.values() for name in members]

    assert sorted([*claimed, *IN_CLAIMS_OF_ITS_OWN]) == sorted(field.name for field in fields(Award))


@time_machine.travel("2028-06-01", tick=False)
def test_fifty_odd_awards_come_back_whole_through_openvc():
    """0 of the elements lost, read by another implementation; a birth date only where there is no OID."""
    suite = SdJwtVcProofSuite()
    public = jose.public_jwk(seal().private.public_key())
    for one in odd_awards():
        token = issued(sd_jwt.document(one, holder=JWK))
        learner = replace(one.learner, birth_date=None if one.learner.oid else one.learner.birth_date)

        read = suite.verify(token, public_key_jwk=public)

        assert award_of(read.claims) == replace(one, learner=learner)
        assert proof.verify(token, resolve=resolve, at=AT).is_verified


def test_claims_of_the_wallet_are_plain_words_in_the_language_of_the_award():
    claims = sd_jwt.document(award(), holder=JWK)
    wallet = {
        name: claims[name]
        for name in (*sd_jwt.EU_WALLET.names.values(), "exp", "iss", "vct")
        if name in claims
    }

    assert {name: value for name, value in wallet.items() if not name.endswith("_details")} == {
        "vct": "urn:eu.europa.ec.eudi:learning:credential:1",
        "iss": DID,
        "exp": 1885582799,
        "family_name": "Esimerkki-Åström",
        "given_name": "Aino Maria",
        "learner_identification": "1.2.246.562.98.59428595753",
        "issuing_authority": "Jyväskylän ammattikorkeakoulu",
        "issuing_country": "FI",
        "date_of_issuance": "2026-10-02",
        "date_of_expiry": "2029-10-01",
        "date_of_completion": "2026-09-28",
        "achievement_title": "Data-analytiikka päätöksenteossa",
        "achievement_description": "Datasta päätöksiin.",
        "learning_outcomes": ["Selittää menetelmät.", "Rakentaa analyysin.", "Arvioi vinoumia."],
        "assessment_grade": "4, kiitettävä",
        "language_of_classes": ["fi", "en"],
        "expected_study_time": "7,5 op, 200 tuntia",
        "level_of_learning_experience": 6,
        "types_of_quality_assurance": ["Korkeakoulun ulkoinen auditointi"],
        "prerequisites_to_enroll": ["Ohjelmoinnin perusteet."],
        "integration_stackability_options": True,
    }


def test_published_type_metadata_is_kept(reference):
    """Mandatory claims are there, and each is hidden or seen as the EU wallet's reference issuer has it."""
    path = reference / "openid4vci-1.0/eudi-learning-credential-vct.json"
    published = json.loads(path.read_text())
    claims = sd_jwt.document(award(), holder=JWK)
    hidden = sd_jwt.hidden(claims)

    assert claims["vct"] == published["vct"]
    for claim in published["claims"]:
        name = claim["path"][0]
        assert not claim["mandatory"] or name in claims
        if len(claim["path"]) == 1:
            assert (name, name in hidden) == (name, claim["sd"] == "always")


def test_learner_may_leave_out_everything_personal_and_every_other_element():
    token = issued(sd_jwt.document(award(), holder=JWK))

    bare = proof.claims(proof.read(proof.present(token, shown=set())))

    assert set(bare) == sd_jwt.ALWAYS_SEEN | {
        "issuing_authority", "issuing_country", "date_of_issuance", "date_of_expiry", "achievement_title",
        "achievement_description", "language_of_classes", "achievement", "issuer",
    }  # fmt: skip
    for name in ("Aino", "Esimerkki", "1.2.246", "kiitettävä", award().learner.id):
        assert name not in json.dumps(bare, ensure_ascii=False)


def test_names_of_claims_are_the_wallets_choice():
    mine = sd_jwt.Profile(
        vct="urn:example:1",
        names=sd_jwt.EU_WALLET.names | {"title": "nimi", "identity_verification": "tarkistus"},
        seen=frozenset({"authority"}),
    )

    claims = sd_jwt.document(award(), profile=mine)

    assert (claims["vct"], claims["nimi"]) == ("urn:example:1", "Data-analytiikka päätöksenteossa")
    assert claims["tarkistus"]["code"] == "supervised_onsite_id"
    assert {"nimi", "achievement", "issuing_country"} <= sd_jwt.hidden(claims, profile=mine)
    assert "issuing_authority" not in sd_jwt.hidden(claims, profile=mine)


def test_copy_may_end_before_the_credential_but_never_after():
    early, late = datetime(2027, 1, 1, tzinfo=UTC), datetime(2050, 1, 1, tzinfo=UTC)

    assert sd_jwt.document(award(), expires_at=early)["exp"] == int(early.timestamp())
    assert sd_jwt.document(award(), expires_at=late)["exp"] == 1885582799
    assert sd_jwt.document(award(valid_until=None), expires_at=late)["exp"] == int(late.timestamp())
    assert "exp" not in sd_jwt.document(award(valid_until=None))
    assert "cnf" not in sd_jwt.document(award())


def test_learner_without_oid_is_known_by_birth_date():
    claims = sd_jwt.document(award(learner=replace(award().learner, oid=None)))

    assert (claims["birthdate"], claims["learner_identification"]) == ("1990-02-28", award().learner.id)
    assert {"birthdate", "learner_identification", "sub"} <= sd_jwt.hidden(claims)


@pytest.mark.parametrize(
    ("changes", "fact"),
    [
        ({"issuer": replace(award().issuer, did=None)}, "issuer.did"),
        ({"ects": Decimal(0)}, "ects"),
        ({"title": {"sv": "Namn"}}, "title.fi"),
        ({"eqf_level": replace(award().eqf_level, code="six")}, "eqf_level"),
    ],
)
def test_claims_name_the_missing_fact(changes, fact):
    with pytest.raises(Incomplete) as refusal:
        sd_jwt.document(award(**changes))

    assert refusal.value.fact == fact


def test_credential_is_read_out_of_the_claims_for_those_who_check_it():
    assert sd_jwt.credential(sd_jwt.document(award())) == {
        "id": f"urn:uuid:{UUID('0b6f2f0c-6f0e-4d57-9c56-0d9b7a3f3d11')}",
        "type": ["VerifiableCredential"],
        "issuer": {"id": DID, "name": "Jyväskylän ammattikorkeakoulu"},
        "name": "Data-analytiikka päätöksenteossa",
        "validFrom": "2026-10-01T21:30:00Z",
        "validUntil": "2029-10-01T20:59:59Z",
        "credentialSubject": {
            "identifier": [{"identityType": "name", "identityHash": "Aino Maria Esimerkki-Åström"}],
            "achievement": {"humanCode": "JAMK-MC-2026-003", "version": 2},
        },
        "credentialStatus": {
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": "94567",
            "statusListCredential": LIST_URL,
        },
    }


@pytest.mark.parametrize(
    "claims", [{"exp": "soon"}, {"nbf": True}, {"nbf": 1e300}, {"exp": -1}, {"vct": None}, {"iss": 5}]
)
def test_claims_that_cannot_be_read_are_refused(claims):
    with pytest.raises(sd_jwt.BadClaims):
        sd_jwt.credential(sd_jwt.document(award()) | claims)
