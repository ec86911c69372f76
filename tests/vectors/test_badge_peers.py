"""Other people's verifiers judge what we issue: npm peers by Node, openbadgeslib and openvc in Python."""

from copy import deepcopy
from datetime import UTC, datetime

import pytest

from credentials.formats import did, open_badge, status_list
from credentials.formats.encoding import encode
from credentials.proofs import contexts, data_integrity, keys
from tests.credentials.test_composite_forms import whole
from tests.factories.awards import DID, LIST_URL, award
from tests.factories.awards import badge as without_credits

pytestmark = pytest.mark.once

CONTEXTS = contexts.known()
KEY = keys.from_seed(bytes(range(32)))
METHOD = f"{DID}#key-1"
ISSUED = datetime(2026, 10, 1, 21, 30, tzinfo=UTC)


def sign(document):
    return data_integrity.sign(
        document, key=KEY, verification_method=METHOD, created=ISSUED, contexts=CONTEXTS
    )


def status_of(index):
    bits = status_list.with_bit(status_list.blank(), index)
    return sign(status_list.document(list_url=LIST_URL, issuer=DID, bits=bits, valid_from=ISSUED))


@pytest.fixture
def badge():
    return sign(open_badge.document(award()))


@pytest.fixture
def verdict(peers, tmp_path):
    """What the npm peers say of a badge, given its DID document and status list as files."""

    def judge(badge, listed):
        published = did.document(DID, [did.Method(fragment="key-1", key=KEY.public_key())])
        files = {"badge.json": badge, "did.json": published, "status.json": listed}
        for name, document in files.items():
            (tmp_path / name).write_bytes(encode(document))
        badge_file, did_file, status_file = (tmp_path / name for name in files)
        words = (badge_file, did_file, "--status", status_file, "--now", "2026-11-22T00:00:00Z", "--quiet")
        code, said = peers.says("verify_openbadge.mjs", *words)
        return code, {line.split(":")[0] for line in said}

    return judge


@pytest.mark.peers
def test_npm_peers_accept_our_badge(verdict, badge):
    assert verdict(badge, status_of(7)) == (0, {"RESULT PASS"})


@pytest.mark.peers
@pytest.mark.parametrize("kind", ["competence_badge", "participation_badge"])
def test_npm_peers_accept_a_badge_without_credits(verdict, kind):
    """C-15: to whoever reads Open Badges it is a whole one, of another type."""
    assert verdict(sign(open_badge.document(without_credits(kind))), status_of(7)) == (0, {"RESULT PASS"})


@pytest.mark.peers
def test_npm_peers_accept_a_composite_credential(verdict):
    """C-14: its parts are related resources, listed by hash."""
    assert verdict(sign(open_badge.document(whole())), status_of(7)) == (0, {"RESULT PASS"})


@pytest.mark.peers
def test_npm_peers_see_the_revocation(verdict, badge):
    assert verdict(badge, status_of(94567)) == (1, {"FAIL status-revocation", "RESULT FAIL (1 failed)"})


@pytest.mark.peers
@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("credentialSubject", "identifier", 0, "identityHash"), "Somebody Else"),
        (("credentialSubject", "creditsEarned"), 60),
        (("credentialSubject", "result", 0, "value"), "5"),
        (("validUntil",), "2099-01-01T00:00:00Z"),
        (("credentialStatus", "statusListIndex"), "1"),
    ],
)
def test_npm_peers_refuse_an_altered_badge(verdict, badge, path, value):
    altered = deepcopy(badge)
    place = altered
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value

    code, lines = verdict(altered, status_of(7))

    assert code == 1
    assert {"FAIL signature[digitalbazaar]", "FAIL signature[digitalcredentials]"} <= lines
