"""Reports: every check with every outcome it can have (issue A, item 9)."""

import json
from datetime import date, timedelta

import pytest
from django.utils import translation

from credentials import keystore, verification
from credentials.actions import credentials
from credentials.formats import open_badge
from credentials.models import Credential
from credentials.proofs import canonical, contexts, data_integrity, keys
from registry.models import OfferingVersion
from registry.workflow import advance
from tests.factories import AT, awards
from tests.factories.credentials import AttainmentFactory
from tests.factories.issuing import issued
from tests.factories.registry import InstitutionFactory, StatementFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
ALL_VALID = dict.fromkeys(
    (name for name in verification.NAMES if name not in ("file", "rectification", "record")), "valid"
)
OTHERS_KEY = keys.from_seed(bytes(range(32)))
OTHERS_DID = keys.did_key(OTHERS_KEY)
OTHERS_MULTIBASE = keys.public_multibase(OTHERS_KEY)


@pytest.fixture
def english():
    with translation.override("en"):
        yield


def outcomes(document, *, at=AT):
    report = verification.verify(document=document, at=at)
    return {check.name: str(check.outcome) for check in report.checks}


def whole(document, *, at=AT):
    return str(verification.verify(document=document, at=at).outcome)


def resigned(document: dict, *, key=OTHERS_KEY, did=None) -> bytes:
    """The document under a did:key, or as its issuer would sign it."""
    did = did or keys.did_key(key)
    unsigned = {**document, "issuer": {**_issuer(document), "id": did}}
    signed = data_integrity.sign(
        unsigned,
        key=key,
        verification_method=keys.did_key_method(did),
        created=AT,
        contexts=contexts.known(),
    )
    return open_badge.encode(signed)


def _issuer(document):
    issuer = document.get("issuer", {})
    return issuer if isinstance(issuer, dict) else {}


def signed_here(credential: Credential, **changes) -> bytes:
    """What the issuer itself would sign, with some members changed."""
    document = json.loads(credential.document) | changes
    document = {name: value for name, value in document.items() if value is not None}
    signer = keystore.active(institution=credential.institution, at=AT)
    return open_badge.encode(signer.sign(document, at=AT))


def test_valid_credential_passes_every_check():
    credential = issued()

    report = verification.verify(document=bytes(credential.document), at=AT)

    assert {check.name: str(check.outcome) for check in report.checks} == ALL_VALID
    assert [check.name for check in report.checks] == list(ALL_VALID)
    assert (str(report.outcome), report.credential) == ("valid", credential)


def test_verification_asks_the_database_only_a_little(django_assert_max_num_queries):
    credential = issued()

    with django_assert_max_num_queries(8):
        verification.verify(document=bytes(credential.document), at=AT)


def test_pretty_printed_credential_is_the_same_one():
    credential = issued()
    pretty = json.dumps(json.loads(credential.document), indent=2)

    assert outcomes(pretty) == ALL_VALID
    assert outcomes("\ufeff" + pretty) == ALL_VALID


def test_changed_credential_is_invalid():
    credential = issued()
    changed = bytes(credential.document).replace(b'"creditsEarned":5', b'"creditsEarned":6')

    assert changed != bytes(credential.document)
    assert outcomes(changed) == {
        "readable": "valid",
        "proof": "invalid",
        "issuer": "valid",
        "register": "invalid",
        "status": "valid",
        "validity": "valid",
    }


def test_revoked_credential_is_invalid_at_once():
    credential = issued()
    credentials.revoke(credential=credential, reason="issued_in_error", note="", by=UserFactory(), at=AT)

    assert outcomes(bytes(credential.document)) == ALL_VALID | {"status": "invalid"}


@pytest.mark.parametrize(
    ("status", "fields"),
    [
        (Credential.Status.SUSPENDED, {"suspended_at": AT, "suspension_reason": "identity"}),
        (Credential.Status.REPLACED, {}),
    ],
)
def test_status_beyond_the_list_is_told(status, fields):
    credential, by = issued(), UserFactory()
    whose = {"suspended_by": by} if fields else {}
    advance(credential, status, by=by, at=AT, **fields, **whose)

    assert outcomes(bytes(credential.document)) == ALL_VALID | {"status": "invalid"}


def test_expired_credential_is_invalid():
    credential = issued(AttainmentFactory(version__validity_months=12))

    assert outcomes(bytes(credential.document)) == ALL_VALID
    assert outcomes(bytes(credential.document), at=AT + timedelta(days=366))["validity"] == "invalid"


def test_credential_is_not_valid_before_its_day():
    credential = issued()

    assert outcomes(bytes(credential.document), at=AT - timedelta(days=1))["validity"] == "invalid"


def test_other_issuer_with_did_key_is_a_warning():
    document = open_badge.document(awards.award(valid_until=None))
    document.pop("credentialStatus")

    assert outcomes(resigned(document)) == {
        "readable": "valid",
        "proof": "valid",
        "issuer": "warning",
        "status": "valid",
        "validity": "valid",
        "offering": "warning",
    }
    assert whole(resigned(document)) == "warning"


def test_list_of_another_issuer_cannot_be_checked():
    document = open_badge.document(awards.award())

    assert outcomes(resigned(document))["status"] == "unknown"
    assert whole(resigned(document)) == "unknown"


def test_stranger_cannot_use_our_list():
    """A bit of ours says nothing about a document of somebody else."""
    document = json.loads(issued().document)
    document.pop("proof")

    assert outcomes(resigned(document))["status"] == "unknown"


def test_stranger_cannot_speak_for_our_issuer():
    credential = issued()
    document = json.loads(credential.document)
    document["proof"][0]["verificationMethod"] = keys.did_key_method(keys.did_key(OTHERS_KEY))

    assert outcomes(json.dumps(document))["proof"] == "invalid"


def test_key_that_our_issuer_does_not_have_is_invalid():
    credential = issued()
    document = json.loads(credential.document)
    document["proof"][0]["verificationMethod"] = f"{credential.key.did}#key-99"

    assert outcomes(json.dumps(document))["proof"] == "invalid"


def test_key_of_another_institution_is_invalid():
    credential, other = issued(), issued()
    document = json.loads(credential.document)
    document.pop("proof")
    signer = keystore.active(institution=other.institution, at=AT)
    forged = open_badge.encode(signer.sign(document, at=AT))

    assert outcomes(forged)["proof"] == "invalid"


def test_retired_key_still_verifies():
    credential = issued()
    credential.key.retired_at = AT
    credential.key.save()
    keystore.make(institution=credential.institution, at=AT)

    assert outcomes(bytes(credential.document)) == ALL_VALID


def test_foreign_did_web_is_unknown():
    document = open_badge.document(awards.award())
    document["proof"] = json.loads(issued().document)["proof"]
    document["proof"][0]["verificationMethod"] = f"{awards.DID}#key-1"

    assert outcomes(json.dumps(document))["proof"] == "unknown"


def test_genuine_signature_on_what_the_register_lacks_is_a_warning():
    credential = issued()
    other = signed_here(credential, id="urn:uuid:00000000-0000-4000-8000-000000000000")

    assert outcomes(other) == ALL_VALID | {"register": "warning"}


def test_place_beyond_the_list_is_unknown():
    credential = issued()
    entry = json.loads(credential.document)["credentialStatus"]

    assert (
        outcomes(signed_here(credential, credentialStatus=entry | {"statusListIndex": "131072"}))["status"]
        == "unknown"
    )
    assert outcomes(signed_here(credential, credentialStatus=entry | {"statusPurpose": "suspension"}))[
        "status"
    ] == ("unknown")


def test_worst_of_several_status_entries_counts():
    credential = issued()
    entry = json.loads(credential.document)["credentialStatus"]
    credentials.revoke(credential=credential, reason="issued_in_error", note="", by=UserFactory(), at=AT)
    clear = str((credential.status_index + 1) % 131_072)

    both = [entry | {"statusListIndex": clear, "id": f"{entry['id']}x"}, entry]

    assert outcomes(signed_here(credential, credentialStatus=both))["status"] == "invalid"


# Quality, on the day of issue and today


def quality(credential, *, at=AT):
    found = outcomes(bytes(credential.document), at=at)
    return found["quality_at_issue"], found["quality_today"]


def test_late_check_is_told_today_only():
    attainment = AttainmentFactory(statement=False)
    StatementFactory(version=attainment.version, check_due_on=date(2026, 12, 1))
    credential = issued(attainment)

    assert quality(credential) == ("valid", "valid")
    assert quality(credential, at=AT + timedelta(days=30)) == ("valid", "warning")


def test_approval_that_has_ended_is_told_today_only():
    attainment = AttainmentFactory(statement=False)
    StatementFactory(version=attainment.version, approved_until=date(2026, 12, 1))
    credential = issued(attainment)

    assert quality(credential, at=AT + timedelta(days=30)) == ("valid", "warning")


def test_suspension_is_told_today_only():
    credential = issued()
    StatementFactory(
        version=credential.version, suspended_at=AT + timedelta(days=1), created_at=AT + timedelta(days=1)
    )

    assert quality(credential, at=AT + timedelta(days=2)) == ("valid", "warning")


def test_superseded_version_is_still_fine():
    """Rule 2."""
    credential = issued()
    advance(credential.version, OfferingVersion.Status.SUPERSEDED, by=UserFactory(), at=AT)

    assert quality(credential) == ("valid", "valid")
    assert outcomes(bytes(credential.document)) == ALL_VALID


def test_credential_dated_before_the_decision_is_a_warning():
    credential = issued()
    early = signed_here(
        credential, validFrom="2020-01-01T00:00:00Z", id="urn:uuid:00000000-0000-4000-8000-000000000000"
    )

    found = outcomes(early)

    assert (found["quality_at_issue"], found["quality_today"]) == ("warning", "valid")


# What is no credential


@pytest.mark.parametrize(
    ("document", "outcome", "words"),
    [
        (b"", "invalid", "empty"),
        (b"%PDF-1.7\xff\xfe", "invalid", "damaged"),
        (b"[" * 10_000 + b"]" * 10_000, "invalid", "nested"),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "invalid", "nested"),
        (b'{"a": "' + b"x" * 20_000_000 + b'"}', "invalid", "1 MB"),
        (b'{"a": "\\u0000"}', "invalid", "control"),
        ('{"a": "\ud800"}', "invalid", "JSON"),
        (b'{"a": 1, "a": 2}', "invalid", "twice"),
        (b'{"a": 1e999}', "invalid", "number"),
        (b'{"a": null}', "invalid", "null"),
        ("{}".encode("utf-16"), "invalid", "JSON"),
        (b"7", "invalid", "JSON"),
        (b"eyJhbGciOiJFUzM4NCJ9.e30.c2ln\n", "unknown", "ES384"),
    ],
    ids=[
        *("empty", "pdf", "deep-list", "deep-object", "20-MB", "control", "surrogate"),
        *("twice", "number", "null", "utf-16", "number-alone", "jwt"),
    ],
)
def test_what_is_no_credential_gets_one_clear_line(document, outcome, words):
    report = verification.verify(document=document, at=AT)

    assert [(check.name, str(check.outcome)) for check in report.checks] == [("readable", outcome)]
    assert words in report.checks[0].message


def test_unknown_context_is_unknown_and_nothing_is_fetched(monkeypatch):
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("a network call"))
    document = json.loads(issued().document)
    document["@context"].append("https://127.0.0.1:9/context.json")

    found = outcomes(json.dumps(document))

    assert (found["readable"], found["proof"]) == ("unknown", "unknown")
    assert whole(json.dumps(document)) == "invalid"  # the register holds another content


@pytest.mark.parametrize(
    "member", ["issuer", "credentialSubject", "credentialStatus", "proof", "validFrom", "id"]
)
def test_odd_members_never_raise(member):
    odd = [7, "x", [], {}, [[]], [7], {"id": 7}, {"id": {"id": []}}, True]
    document = json.loads(issued().document)

    found = [(value, whole(json.dumps(document | {member: value}))) for value in odd]

    assert [(value, outcome) for value, outcome in found if outcome not in ("invalid", "unknown")] == []


# Samples of others


@pytest.mark.parametrize(
    "name", ["simple", "simple-context-alias", "simple-context-version", "complete", "endorsement-valid"]
)
def test_valid_badge_of_1edtech_is_read_but_its_key_is_not_known(reference, name):
    found = outcomes((reference / f"openbadges-3.0/examples/valid/{name}.json").read_bytes())

    assert (found["readable"], found["proof"], found["issuer"]) == ("valid", "unknown", "warning")
    assert "invalid" not in found.values()


def test_invalid_badges_of_1edtech_are_refused(reference):
    files = sorted((reference / "openbadges-3.0/examples/invalid").glob("*.json"))

    assert [(file.name, whole(file.read_bytes())) for file in files] == [
        (file.name, "invalid") for file in files
    ]
    assert len(files) == 13


def w3c_cases(reference, settings, *, end):
    """Inputs of the W3C suite, which adds its issuer and has them signed before it asks: (name, document)."""
    settings.CONTEXTS_DIR = str(reference / "contexts")
    for file in sorted((reference / "w3c-vc-2.0/cases").glob(f"credential-*-{end}.json")):
        text = file.read_text("utf-8").replace("PAST DATE", "2020-01-01T00:00:00Z")
        document = json.loads(text.replace("FUTURE DATE", "2040-01-01T00:00:00Z"))
        if isinstance(document.get("issuer"), dict):
            document["issuer"].setdefault("id", OTHERS_DID)
        elif "no-issuer" not in file.stem:
            document.setdefault("issuer", OTHERS_DID)
        yield file.name, _signed_if_possible(document, contexts.known(reference / "contexts"))


def _signed_if_possible(document, known):
    if "proof" in document:
        return json.dumps(document)
    issuer = data_integrity.issuer_of(document) or ""
    method = keys.did_key_method(OTHERS_DID) if issuer == OTHERS_DID else f"{issuer}#{OTHERS_MULTIBASE}"
    try:
        signed = data_integrity.sign(
            document, key=OTHERS_KEY, verification_method=method, created=AT, contexts=known
        )
    except canonical.NotCanonical:
        proof = {
            "type": "DataIntegrityProof",
            "cryptosuite": "eddsa-rdfc-2022",
            "proofPurpose": "assertionMethod",
        }
        signed = document | {
            "proof": proof | {"verificationMethod": method, "proofValue": keys.encode(bytes(64))}
        }
    return json.dumps(signed)


def test_bad_cases_of_the_w3c_are_refused(reference, settings):
    found = {name: whole(document) for name, document in w3c_cases(reference, settings, end="fail")}

    assert {name for name, outcome in found.items() if outcome != "invalid"} == set()
    assert len(found) == 35


def test_good_cases_of_the_w3c_are_not_refused(reference, settings):
    """Some carry dates of 2023 or 4023, which is all that may be held against them."""
    found = {name: outcomes(document) for name, document in w3c_cases(reference, settings, end="ok")}

    bad = {
        (name, check)
        for name, checks in found.items()
        for check, outcome in checks.items()
        if outcome == "invalid" and check != "validity"
    }
    assert bad == set()
    assert len(found) > 20


def test_institution_of_the_key_is_the_issuer():
    """The name that is told is ours, not the document's."""
    credential = issued(AttainmentFactory(institution=InstitutionFactory(name={"fi": "Oikea AMK"})))
    lied = signed_here(credential, issuer=json.loads(credential.document)["issuer"] | {"name": "Väärä AMK"})

    messages = [check.message for check in verification.verify(document=lied, at=AT).checks]

    assert any("Oikea AMK" in message for message in messages)
    assert not any("Väärä" in message for message in messages)


def test_name_in_another_language_says_in_which():
    """Rule 16: no silent fallback, not inside a sentence either."""
    title = {"fi": "Vesienhoito", "en": "Water care"}
    credential = issued(
        AttainmentFactory(
            version__title=title, institution__name={"fi": "Oulun AMK"}, version__offering__code="OAMK-MC-1"
        )
    )

    with translation.override("sv"):
        report = verification.verify(document=bytes(credential.document), at=AT)

    said = {check.name: check.message for check in report.checks}
    assert "Oulun AMK (på finska)" in said["issuer"]
    assert "Vesienhoito (på finska) (OAMK-MC-1, version 1)" in said["offering"]
