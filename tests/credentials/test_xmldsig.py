"""XML signatures: ours for others, others' for us, and every way around them (issue D, items 1 and 6)."""

import random
import subprocess
from base64 import b64encode
from dataclasses import replace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from lxml import etree

from credentials.proofs import certificates, xml_reading, xmldsig
from credentials.proofs.sealing import Seal
from tests.factories.certificates import FROM, authority, certified, pem
from tests.factories.seals import seal

pytestmark = pytest.mark.once

DOCUMENT = (
    '<?xml version="1.0"?><record xmlns="urn:example" xmlns:x="urn:x"><learner>Áile-Máret O\'Neill</learner>'
    '<x:credits unit="ects">5</x:credits><note>a &lt; b\r\n🌻 &#13;</note></record>'
).encode()
DS = "{http://www.w3.org/2000/09/xmldsig#}"
ALGORITHMS = ["ES256", "RS256"]


def sealed(algorithm: str = "ES256") -> bytes:
    return xmldsig.sign(DOCUMENT, seal=certified(algorithm))


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_check_gives_the_signed_bytes_and_the_certificate(algorithm):
    found = xmldsig.check(sealed(algorithm))

    assert found == xmldsig.XmlVerification(
        code="verified",
        signed=etree.tostring(etree.fromstring(DOCUMENT), method="c14n"),
        certificate=certified(algorithm).chain[0],
        others=(authority(),),
    )


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.xmlsec1
def test_xmlsec1_verifies_ours_and_refuses_an_altered_copy(xmlsec1, tmp_path, algorithm):
    """A verifier that shares no code with us, with the authority's certificate alone."""
    altered = sealed(algorithm).replace(b">5<", b">50<")

    assert _xmlsec1(xmlsec1, tmp_path, sealed(algorithm)) is True
    assert _xmlsec1(xmlsec1, tmp_path, altered) is False
    assert xmldsig.check(altered).code == "bad-signature"


def _xmlsec1(program, folder, document: bytes, *, trusted: x509.Certificate | None = None) -> bool:
    (folder / "trusted.pem").write_bytes(pem(trusted or authority()))
    (folder / "document.xml").write_bytes(document)
    command = [program, "--verify", "--trusted-pem", folder / "trusted.pem", folder / "document.xml"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.mark.xmlsec1
def test_xmlsec1_verifies_what_a_self_made_certificate_seals(xmlsec1, tmp_path):
    """The certificate of the demo: whoever trusts it, trusts the document."""
    bare = seal("ES256")
    own = certificates.self_made(
        private=bare.private, organisation="Oamk", identifier="VATFI-12345678", country="FI", at=FROM
    )
    document = xmldsig.sign(DOCUMENT, seal=replace(bare, chain=(own,)))

    assert _xmlsec1(xmlsec1, tmp_path, document, trusted=own) is True
    assert _xmlsec1(xmlsec1, tmp_path, document) is False


@pytest.mark.parametrize(
    ("algorithm", "method"),
    [
        ("RS256", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512"),
        ("ES256", "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"),
    ],
)
@pytest.mark.parametrize("canonical", ["http://www.w3.org/2001/10/xml-exc-c14n#", ""])
@pytest.mark.xmlsec1
def test_check_reads_what_xmlsec1_signed(xmlsec1, tmp_path, algorithm, method, canonical):
    """Others choose other algorithms, and may say the key beside the certificate."""
    signed = _signed_by_xmlsec1(xmlsec1, tmp_path, algorithm, method, canonical)

    assert xmldsig.check(signed).code == "verified"
    assert xmldsig.check(signed).certificate == certified(algorithm).chain[0]
    assert xmldsig.check(signed.replace(b"ects", b"hour")).code == "bad-signature"


def _signed_by_xmlsec1(program, folder, algorithm: str, method: str, canonical: str) -> bytes:
    transform = f'<Transform Algorithm="{canonical}"/>' if canonical else ""
    value = "<KeyValue/>" if algorithm == "RS256" else ""
    template = f"""<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo>
        <CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>
        <SignatureMethod Algorithm="{method}"/><Reference URI=""><Transforms>
        <Transform Algorithm="{xmldsig.ENVELOPED}"/>{transform}</Transforms>
        <DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha512"/><DigestValue/></Reference>
        </SignedInfo><SignatureValue/><KeyInfo>{value}<X509Data/></KeyInfo></Signature></record>"""
    (folder / "template.xml").write_bytes(DOCUMENT.replace(b"</record>", template.encode()))
    private = certified(algorithm).private
    (folder / "key.pem").write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (folder / "own.pem").write_bytes(pem(certified(algorithm).chain[0]))
    keys = f"{folder / 'key.pem'},{folder / 'own.pem'}"
    command = [program, "--sign", "--privkey-pem", keys, folder / "template.xml"]
    return subprocess.run(command, capture_output=True, check=True).stdout


class Elsewhere(ec.EllipticCurvePrivateKey):
    """A key that another service keeps: it signs, and shows its public half."""

    def __init__(self, kept: ec.EllipticCurvePrivateKey) -> None:
        self.kept, self.asked = kept, 0

    def sign(self, data, signature_algorithm):
        self.asked += 1
        return self.kept.sign(data, signature_algorithm)

    def public_key(self):
        return self.kept.public_key()

    @property
    def key_size(self):
        return self.kept.key_size

    @property
    def curve(self):
        return self.kept.curve

    def _never(self, *_, **__):
        raise AssertionError("the private half is not here")

    exchange = private_numbers = private_bytes = __copy__ = __deepcopy__ = _never


def test_sign_takes_a_key_that_is_elsewhere():
    outside = Elsewhere(certified().private)

    document = xmldsig.sign(
        DOCUMENT, seal=Seal(private=outside, algorithm="ES256", method="", chain=certified().chain)
    )

    assert xmldsig.check(document).code == "verified"
    assert outside.asked == 1


@pytest.mark.parametrize("unfit", [seal("Ed25519"), seal("ES256")])
def test_sign_refuses_a_seal_without_a_certificate(unfit):
    with pytest.raises(ValueError, match="certificate"):
        xmldsig.sign(DOCUMENT, seal=unfit)


# Ways around a signature


def changed(change) -> bytes:
    """A sealed document after `change(root, signature)`, which may return another root."""
    root = etree.fromstring(sealed())
    other = change(root, root.find(f"{DS}Signature"))
    root = root if other is None else other
    return etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True)


def _wrapped(root, signature):
    """The old document, signature and all, inside a new one that says something else."""
    outer = etree.fromstring(DOCUMENT.replace(b">5<", b">50<"))
    outer.append(root)
    return outer


def _wrapped_with_signature_outside(root, signature):
    """The classic: the signature in the place where it is looked for, what it signed put away below."""
    outer = etree.fromstring(DOCUMENT.replace(b">5<", b">50<"))
    outer.append(signature)
    etree.SubElement(outer, "extension").append(root)
    return outer


def _signature_deeper(root, signature):
    root[0].append(signature)


def _second_signature(root, signature):
    root.append(etree.fromstring(etree.tostring(signature)))


def _hidden_signature(root, signature):
    root[0].append(etree.fromstring(etree.tostring(signature)))


def _object(root, signature):
    etree.SubElement(signature, f"{DS}Object").append(etree.fromstring(DOCUMENT))


def _reference(uri):
    def change(root, signature):
        root[0].set("Id", "part")
        signature.find(f".//{DS}Reference").set("URI", uri)

    return change


def _no_uri(root, signature):
    del signature.find(f".//{DS}Reference").attrib["URI"]


def _second_reference(root, signature):
    reference = signature.find(f".//{DS}Reference")
    reference.addnext(etree.fromstring(etree.tostring(reference)))


def _transform(address):
    def change(root, signature):
        etree.SubElement(signature.find(f".//{DS}Transforms"), f"{DS}Transform", Algorithm=address)

    return change


def _not_enveloped(root, signature):
    transforms = signature.find(f".//{DS}Transforms")
    transforms.remove(transforms[0])


def _method(address):
    def change(root, signature):
        signature.find(f".//{DS}SignatureMethod").set("Algorithm", address)

    return change


def _digest(address):
    def change(root, signature):
        signature.find(f".//{DS}DigestMethod").set("Algorithm", address)

    return change


def _canonical(address):
    def change(root, signature):
        signature.find(f".//{DS}CanonicalizationMethod").set("Algorithm", address)

    return change


def _text(name, text):
    def change(root, signature):
        signature.find(f".//{DS}{name}").text = text

    return change


def _beside(root, signature):
    root.addprevious(etree.ProcessingInstruction("xml-stylesheet", 'href="evil.xsl"'))


def _no_key(root, signature):
    signature.remove(signature.find(f"{DS}KeyInfo"))


def _many_certificates(root, signature):
    data = signature.find(f".//{DS}X509Data")
    for _ in range(5):
        data.append(etree.fromstring(etree.tostring(data[0])))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda root, signature: root.remove(signature), "no-proof"),
        (lambda root, signature: root[0].set("note", "new"), "bad-signature"),
        (lambda root, signature: root.remove(root[1]), "bad-signature"),
        (lambda root, signature: root.insert(0, root[1]), "bad-signature"),
        (lambda root, signature: etree.fromstring(etree.tostring(signature)), "not-whole"),
        (_wrapped, "not-whole"),
        (_wrapped_with_signature_outside, "bad-signature"),
        (_signature_deeper, "not-whole"),
        (_second_signature, "too-many-proofs"),
        (_hidden_signature, "too-many-proofs"),
        (_object, "unsupported"),
        (_reference("#part"), "not-whole"),
        (_reference("#xpointer(/)"), "not-whole"),
        (_reference("https://example.org/document.xml"), "not-whole"),
        (_reference("file:///etc/passwd"), "not-whole"),
        (_no_uri, "not-whole"),
        (_second_reference, "not-whole"),
        (_transform("http://www.w3.org/TR/1999/REC-xpath-19991116"), "unsupported"),
        (_transform("http://www.w3.org/TR/1999/REC-xslt-19991116"), "unsupported"),
        (_transform("http://www.w3.org/2002/06/xmldsig-filter2"), "unsupported"),
        (_transform("http://www.w3.org/2000/09/xmldsig#base64"), "unsupported"),
        (_not_enveloped, "unsupported"),
        (_method("http://www.w3.org/2000/09/xmldsig#rsa-sha1"), "unsupported"),
        (_method("http://www.w3.org/2000/09/xmldsig#hmac-sha1"), "unsupported"),
        (_method("http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"), "unsupported"),
        (_method("urn:none"), "unsupported"),
        (_digest("http://www.w3.org/2000/09/xmldsig#sha1"), "unsupported"),
        (_canonical("http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments"), "unsupported"),
        (_canonical("urn:none"), "unsupported"),
        (_text("DigestValue", b64encode(bytes(32)).decode()), "bad-signature"),
        (_text("SignatureValue", b64encode(bytes(64)).decode()), "bad-signature"),
        (_text("SignatureValue", "AAAA"), "bad-signature"),
        (_text("SignatureValue", "not base64 at all !"), "bad-signature"),
        (_text("X509Certificate", "AAAA"), "bad-certificate"),
        (_text("X509Certificate", None), "bad-certificate"),
        (_no_key, "bad-certificate"),
        (_many_certificates, "bad-certificate"),
        (_beside, "not-whole"),
    ],
)
def test_check_refuses_what_is_changed(change, code):
    assert xmldsig.check(changed(change)).code == code


def test_check_leaves_out_comments_which_nobody_signed():
    """A reader who took the first text of an element would read another one than was signed."""
    commented = sealed().replace(b"5</x:credits>", b"5<!-- nobody signed this -->0</x:credits>")
    inside = sealed().replace(b"<learner>", b"<!-- hello --><learner>")
    beside = sealed().replace(b"<record ", b"<!-- hello --><record ") + b"<!-- bye -->"

    assert xmldsig.check(commented).code == "bad-signature"
    assert xmldsig.check(inside).signed == xmldsig.check(sealed()).signed
    assert xmldsig.check(beside).signed == xmldsig.check(sealed()).signed


def test_check_says_that_the_official_example_is_too_weak(reference):
    """RSA with SHA-1, of 2016."""
    found = xmldsig.check((reference / "elmo-1.7" / "example.xml").read_bytes())

    assert (found.code, "rsa-sha1" in found.detail) == ("unsupported", True)


def test_check_names_the_certificate_of_whoever_sealed_it():
    """Sealed anew by somebody else: true, and not the issuer's."""
    forged = xmldsig.sign(DOCUMENT.replace(b">5<", b">50<"), seal=certified("RS256", name="Somebody else"))

    assert xmldsig.check(forged).certificate == certified("RS256", name="Somebody else").chain[0]
    assert xmldsig.check(forged).certificate != certified("RS256").chain[0]


def test_check_refuses_the_certificate_of_another_key():
    """The signature stays, the issuer's certificate is put beside it."""
    theirs = b64encode(certified("RS256").chain[0].public_bytes(Encoding.DER)).decode()

    assert xmldsig.check(changed(_text("X509Certificate", theirs))).code == "bad-signature"


def test_check_refuses_short_rsa_keys():
    weak = rsa.generate_private_key(65537, 1024)
    chain = (_self_signed(weak),)
    document = xmldsig.sign(DOCUMENT, seal=Seal(private=weak, algorithm="RS256", method="", chain=chain))

    assert xmldsig.check(document).code == "bad-signature"
    assert xmldsig.check(document).detail == "an RSA key of 1024 bits"


def _self_signed(key) -> x509.Certificate:
    like = certified("RS256").chain[0]
    return (
        x509.CertificateBuilder(
            like.issuer,
            like.subject,
            key.public_key(),
            1,
            like.not_valid_before_utc,
            like.not_valid_after_utc,
        )
    ).sign(key, hashes.SHA256())


BOMB = (
    '<!DOCTYPE record [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>"
)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not-xml"),
        (b"\x00\xff\xfe", "not-xml"),
        (b"<record>", "not-xml"),
        (b"<record/><record/>", "not-xml"),
        (b'{"json": true}', "not-xml"),
        (b"%PDF-1.7", "not-xml"),
        (b"<record>\xff</record>", "not-xml"),
        (b"<?xml version='1.0' encoding='klingon'?><record/>", "not-xml"),
        (b"<?xml version='1.0' encoding='utf-7'?><record/>", "not-xml"),
        (b"<record>&unknown;</record>", "not-xml"),
        (sealed().replace(b"?>", b"?>" + BOMB.encode(), 1).replace(b">5<", b">&j;<"), "dtd"),
        (b'<!DOCTYPE record SYSTEM "file:///etc/passwd"><record/>', "dtd"),
        (b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>', "dtd"),
        (b'<!DOCTYPE r [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x">%x;]><r/>', "dtd"),
        ('<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE r><r/>'.encode("utf-16"), "dtd"),
        (b"<r>" * 61 + b"</r>" * 61, "too-deep"),
        (b"<r>" * 1_000_000, "too-deep"),
        (b"<r>" + b"<a/>" * 100_000 + b"</r>", "too-many"),
        (b"<r>" + b" " * xml_reading.MAX_BYTES + b"</r>", "too-large"),
    ],
    ids=range(19),
)
def test_check_refuses_what_is_no_xml_or_too_much(data, code):
    """Never raises, whatever comes."""
    assert xmldsig.check(data).code == code


def test_check_reads_other_encodings():
    document = sealed().decode().replace("encoding='UTF-8'", "encoding='UTF-16'").encode("utf-16")

    assert xmldsig.check(document).signed == xmldsig.check(sealed()).signed


def test_no_change_of_some_bytes_passes_for_signed():
    """300 random changes: refused, or what was signed is still exactly what is read."""
    chance, whole = random.Random(7), sealed()
    signed = xmldsig.check(whole).signed
    read = [xmldsig.check(_mutated(whole, chance)) for _ in range(300)]

    assert {found.signed for found in read} <= {b"", signed}
    assert sum(found.is_verified for found in read) < 30


def _mutated(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    kind = chance.randrange(4)
    if kind == 0:
        return data[:start]
    if kind == 1:
        return data[:start] + bytes([chance.randrange(256)]) + data[start + 1 :]
    end = start + chance.randrange(40)
    return data[:start] + data[end:] if kind == 2 else data[:end] + data[start:]
