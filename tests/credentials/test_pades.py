"""The seal on a PDF: PAdES B-B (issue 5; domain.md 3.8), agreed by pyHanko, OpenSSL and veraPDF."""

import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import cache
from io import BytesIO

import pikepdf
import pytest
from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from credentials.formats import open_badge, pdf
from credentials.proofs import outside, pades
from tests import pdfs
from tests.factories.awards import award, badge
from tests.factories.certificates import UNTIL, authority, certified, pem
from tests.factories.seals import seal

pytestmark = pytest.mark.once

AT = datetime(2026, 11, 22, 10, 0, 1, tzinfo=UTC)
BADGE = open_badge.encode(open_badge.document(award()))
LANGUAGES = ("fi", "sv", "en")
OURS = certified().chain[:1]


@cache
def bare(language: str = "fi", kind: str = "") -> bytes:
    """The certificate; with a kind that of a badge."""
    return pdf.document(
        badge(kind) if kind else award(),
        language=language,
        badge=BADGE,
        human_code="ABCD-EFGH-JKLM",
        verify_url="https://registry.example/fi/verify/ABCDEFGHJKLM/",
    )


@cache
def sealed(language: str = "fi", algorithm: str = "ES256") -> bytes:
    return pades.sign(bare(language), seal=certified(algorithm), at=AT)


def altered(document: bytes, *, word: bytes = b"endstream") -> bytes:
    """One bit of what is drawn is another."""
    place = document.index(word) - 20
    return document[:place] + bytes([document[place] ^ 1]) + document[place + 1 :]


def resaved(document: bytes, *, change) -> bytes:
    """As another program writes it after a change."""
    written = BytesIO()
    with pikepdf.open(BytesIO(document)) as opened:
        change(opened)
        opened.save(written)
    return written.getvalue()


def code(document: bytes, *, known=OURS) -> str:
    return pades.check(document, known=known).code


@pytest.mark.parametrize("algorithm", ["ES256", "RS256"])
def test_sealed_certificate_is_whole_and_known(algorithm):
    own = certified(algorithm).chain[0]

    found = pades.check(sealed(algorithm=algorithm), known=[own])

    assert found == pades.PadesVerification(
        code="verified",
        method=f"sha256:{own.fingerprint(SHA256()).hex()}",
        created=AT,
        badge=BADGE,
        certificate=own,
    )


def test_seal_is_pades_baseline_and_says_the_moment_that_came_in():
    """EN 319 142-1: SubFilter, no signing-time attribute, the certificate signed by its hash."""
    [signature] = PdfFileReader(BytesIO(sealed())).embedded_regular_signatures

    attributes = {one["type"].native for one in signature.signer_info["signed_attrs"]}
    assert attributes == {"content_type", "message_digest", "signing_certificate_v2"} | (
        attributes & {"cms_algorithm_protection"}
    )
    assert str(signature.sig_object["/SubFilter"]) == "/ETSI.CAdES.detached"
    assert str(signature.sig_object["/M"]) == "D:20261122100001Z"
    assert "/Cert" not in signature.sig_object


def test_pyhanko_trusts_it_by_the_authority_and_refuses_altered_copies():
    trusting = ValidationContext(
        trust_roots=[asn1.Certificate.load(authority().public_bytes(Encoding.DER))],
        allow_fetching=False,
        moment=AT,
    )

    def status(document: bytes):
        [signature] = PdfFileReader(BytesIO(document)).embedded_regular_signatures
        with ThreadPoolExecutor(1) as apart:  # beside the event loop of the browser
            return apart.submit(
                validate_pdf_signature, signature, signer_validation_context=trusting
            ).result()

    assert status(sealed()).bottom_line
    assert not status(altered(sealed())).bottom_line


def test_openssl_verifies_the_seal_and_refuses_an_altered_copy(tmp_path):
    """Reads the two ranges of bytes by itself; knows nothing of PDF."""
    openssl = shutil.which("openssl") or pytest.skip("openssl is missing")
    (tmp_path / "authority.pem").write_bytes(pem(authority()))

    def is_verified(document: bytes) -> bool:
        first, length, second, rest = map(int, re.search(rb"/ByteRange\s*\[([\d\s]+)\]", document)[1].split())
        signature = document[length + 1 : second - 1].rstrip(b"0")
        signature = bytes.fromhex((signature + b"0" * (len(signature) % 2)).decode())
        (tmp_path / "signed").write_bytes(document[first:length] + document[second : second + rest])
        (tmp_path / "seal.der").write_bytes(signature)
        command = f"{openssl} cms -verify -binary -inform DER -in seal.der -content signed -out out "
        command += f"-CAfile authority.pem -purpose any -attime {int(AT.timestamp())}"
        return subprocess.run(command.split(), cwd=tmp_path, capture_output=True, check=False).returncode == 0

    assert [is_verified(sealed()), is_verified(altered(sealed()))] == [True, False]


@pytest.mark.java
def test_certificates_are_pdf_a_and_pdf_ua_sealed_and_not(java, tmp_path):
    """C-03, issue 5: both standards in each language; a copy without its tags meets neither."""
    files = {f"{language}.pdf": bare(language) for language in LANGUAGES}
    files |= {f"{language}-sealed.pdf": sealed(language) for language in LANGUAGES}
    files |= {f"{kind}.pdf": bare("sv", kind) for kind in ("competence_badge", "participation_badge")}
    untagged = resaved(sealed(), change=lambda opened: opened.Root.__delitem__("/StructTreeRoot"))

    found = pdfs.broken_rules(java, files | {"untagged.pdf": untagged}, folder=tmp_path)

    assert {key: broken for key, broken in found.items() if broken == "[]"} == {
        (name, standard): "[]" for name in files for standard in ("3a", "ua1")
    }
    assert {key for key in found if found[key] != "[]"} == {("untagged.pdf", "3a"), ("untagged.pdf", "ua1")}


def test_unsealed_changed_unknown_and_outdated_are_told_apart():
    after = pades.sign(bare(), seal=certified(), at=UNTIL + timedelta(days=1))

    assert code(bare()) == "no-proof"
    assert code(altered(sealed())) == "bad-signature"
    assert code(sealed() + b"% nothing but a remark\n") == "bad-signature"
    assert code(sealed(), known=[]) == "unknown-key"
    assert code(sealed(), known=[authority()]) == "unknown-key"
    assert code(after) == "bad-certificate"
    assert pades.check(bare(), known=OURS).badge == BADGE


def test_stranger_cannot_seal_in_our_name():
    """A sealed file takes no other seal, and a bare one with theirs is whole, yet not ours."""
    stranger = certified("RS256", name="Somebody else")

    with pytest.raises(SigningError):
        pades.sign(sealed(), seal=stranger, at=AT)
    assert code(pades.sign(bare(), seal=stranger, at=AT)) == "unknown-key"


def test_seal_moved_to_another_certificate_does_not_hold():
    """The bytes of a seal, laid over those of another document of the same length."""
    here, there = sealed(), pades.sign(bare("en"), seal=certified(), at=AT)
    seals = [re.search(rb"/Contents\s*<([0-9a-fA-F]+)>", document)[1] for document in (here, there)]

    assert code(there.replace(seals[1], seals[0])) == "bad-signature"


def test_two_attachments_are_refused():
    """Nobody could say which of them the certificate means."""

    def attach(opened):
        opened.attachments["other.json"] = pikepdf.AttachedFileSpec(opened, b'{"another":1}')

    found = pades.check(resaved(bare(), change=attach), known=OURS)

    assert (found.code, found.badge) == ("too-many-attachments", None)


def test_attachments_are_found_in_branches_of_the_tree_of_names():
    """Other programs hang a name on a branch of its own; a second file there is a second file."""

    def attach(*names):
        def change(opened):
            del opened.Root.Names, opened.Root.AF
            for name in names:
                opened.attachments[name] = name.encode()

        return change

    one, two = (resaved(bare(), change=attach(*names)) for names in (("a",), ("a", "b")))

    assert pades.check(one, known=OURS) == pades.PadesVerification(code="no-proof", badge=b"a")
    assert pades.check(two, known=OURS).code == "too-many-attachments"


def test_file_without_an_attachment_has_no_badge():
    def detach(opened):
        del opened.Root.Names
        del opened.Root.AF

    assert pades.check(resaved(bare(), change=detach), known=OURS) == pades.PadesVerification(code="no-proof")


@pytest.mark.parametrize("length", [0, 1, 100, 20_000, -1, -2_000])
def test_truncated_files_are_said_to_be_no_pdf(length):
    assert code(sealed()[:length]) in ("bad-proof", "bad-signature")
    assert code(sealed()[:length]) != "verified"


def test_files_of_absurd_size_and_stuff_that_is_no_pdf_are_refused():
    """A bomb: a few kilobytes that would grow to a hundred megabytes."""

    def swell(opened):
        del opened.Root.Names
        [listed] = opened.Root.AF
        listed.EF.F.write(b"0" * 100_000_000)

    bomb = resaved(bare(), change=swell)

    assert len(bomb) < 300_000
    assert code(bomb) == "bad-proof"
    assert code(b"%PDF-1.7\n" + b"0" * pades.MAX_BYTES) == "too-large"
    assert [code(data) for data in (b"", b"{}", b"\x89PNG", b"%PDF-1.7\n%%EOF")] == ["bad-proof"] * 4


def test_every_altered_byte_is_noticed():
    """Each thousandth byte of the sealed file but those of the seal's own hollow."""
    document = sealed()
    begins, ends = document.index(b"/Contents <") + 10, document.index(b">", document.index(b"/Contents <"))
    places = [place for place in range(0, len(document), 1_009) if not begins <= place <= ends]

    found = {
        code(document[:place] + bytes([document[place] ^ 4]) + document[place + 1 :]) for place in places
    }

    assert found <= {"bad-signature", "bad-proof", "no-proof"}


def test_seal_whose_key_is_elsewhere_asks_there():
    private = certified().private
    asked = []

    def elsewhere(data: bytes) -> bytes:
        asked.append(len(data))
        return private.sign(data, ECDSA(SHA256()))

    made = pades.sign(bare(), seal=outside.seal(elsewhere, chain=certified().chain), at=AT)

    assert (code(made), len(asked)) == ("verified", 1)


@pytest.mark.parametrize("without", [seal("ES256"), seal("Ed25519")])
def test_seal_without_a_certificate_seals_no_pdf(without):
    with pytest.raises(pades.CannotSeal):
        pades.sign(bare(), seal=without, at=AT)
