"""The files of the corpus that are made of credentials: as they are, altered, swapped, sealed again."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from uuid import uuid4

from credentials.drills.corpus_school import WRONG, Issued, School
from credentials.formats import badge_picture, baked, open_badge, sd_jwt
from credentials.proofs import certificates, jades, jose, keys, vc_jwt, xmldsig
from credentials.proofs import sd_jwt as disclosable
from credentials.proofs.sealing import Seal

FORGED = {"proof": "invalid", "register": "invalid"}  # and nothing of the offering it names
UNREADABLE = {"readable": "invalid"}
NAME, OTHER_NAME = b"Esimerkki", b"Esimerkky"  # the family name of everybody in the corpus
SUFFIXES = {
    "badge": "json", "png": "png", "svg": "svg", "jwt": "jwt", "sd-jwt": "sd-jwt", "elm": "jsonld",
    "elmo": "xml", "pdf": "pdf",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One file. `wrong` are the lines of its report that are not in order, and no others may be."""

    kind: str
    name: str
    data: bytes = field(repr=False)
    wrong: dict[str, str]
    status: int = 200


def of_states(school: School) -> Iterator[Sample]:
    """Every form of every credential, in each state that it can be in."""
    for one in school.issued:
        for form, data in one.forms.items():
            name = f"{one.state}-{one.language}.{SUFFIXES[form]}"
            yield Sample(kind=one.state, name=name, data=data, wrong=WRONG[one.state])
    yield Sample(kind="leaked", name="held-before.json", data=school.spoilt.forms["badge"], wrong={})
    award = replace(school.spoilt.credential.facts, credential_id=uuid4())
    forged = open_badge.encode(school.leaked.sign(open_badge.document(award), at=school.at))
    wrong = {"proof": "invalid", "register": "warning"}
    yield Sample(kind="leaked", name="forged.json", data=forged, wrong=wrong)


def altered(school: School, dice: random.Random) -> Iterator[Sample]:
    """Another name under the old signature, and letters changed here and there."""
    for one in school.of("good"):
        for form in ("badge", "elm", "elmo"):
            data = one.forms[form].replace(NAME, OTHER_NAME)
            yield _tampered(one, f"name.{SUFFIXES[form]}", data, FORGED)
        jwt = _in_payload(one.forms["jwt"].decode(), NAME, OTHER_NAME)
        yield _tampered(one, "name.jwt", jwt.encode(), FORGED)
        yield _tampered(one, "country.sd-jwt", _in_payload(_sd(one), b'"FI"', b'"SE"').encode(), FORGED)
        yield _tampered(one, "name.sd-jwt", _other_disclosure(_sd(one)).encode(), UNREADABLE)
        picture = badge_picture.svg(one.credential.facts)
        yield _tampered(one, "name.svg", baked.svg(picture, credential=jwt), FORGED)
        badge = one.forms["badge"].replace(NAME, OTHER_NAME).decode()
        picture = baked.png(badge_picture.png(one.credential.facts), credential=badge)
        yield _tampered(one, "name.png", picture, FORGED)
    for number in range(len(school.of("good")) * 4):
        token = school.good.forms["jwt"].decode()
        yield _tampered(school.good, f"letter-{number}.jwt", _other_letter(token, dice).encode(), FORGED)


def _tampered(one: Issued, name: str, data: bytes, wrong: dict[str, str]) -> Sample:
    if data in one.forms.values():
        raise AssertionError(f"{name} was not altered")
    return Sample(kind="tampered", name=f"tampered-{one.language}-{name}", data=data, wrong=wrong)


def _sd(one: Issued) -> str:
    return one.forms["sd-jwt"].decode()


def _in_payload(token: str, old: bytes, new: bytes) -> str:
    head, body, rest = token.split(".", 2)
    return ".".join((head, jose.encode(jose.decode(body).replace(old, new)), rest))


def _other_disclosure(token: str) -> str:
    """A disclosure that says another name; nothing was signed for it."""
    signed, *shown, end = token.split("~")
    changed = [jose.encode(jose.decode(one).replace(NAME, OTHER_NAME)) for one in shown]
    return "~".join((signed, *changed, end))


def _other_letter(token: str, dice: random.Random) -> str:
    """One letter of the signature is another. Not its last, of which some bits say nothing."""
    head, body, signature = token.split(".")
    place = dice.randrange(len(signature) - 1)
    letter = dice.choice([one for one in "ABCDEFabcdef012345-_" if one != signature[place]])
    return ".".join((head, body, signature[:place] + letter + signature[place + 1 :]))


def swapped(school: School) -> Iterator[Sample]:
    """Parts of two true credentials put together."""
    one, other = school.good, school.of("revoked")[0]
    badge, others = json.loads(one.forms["badge"]), json.loads(other.forms["badge"])
    yield _swapped("proof.json", json.dumps(badge | {"proof": others["proof"]}).encode(), FORGED)
    yield _swapped(
        "status.json",
        json.dumps(others | {"credentialStatus": badge["credentialStatus"]}).encode(),
        FORGED | {"status": "invalid"},
    )
    head, body, _ = one.forms["jwt"].decode().split(".")
    signature = other.forms["jwt"].decode().rpartition(".")[2]
    yield _swapped("signature.jwt", f"{head}.{body}.{signature}".encode(), FORGED)
    disclosures = _sd(other).partition("~")[2]
    yield _swapped("parts.sd-jwt", f"{_sd(one).partition('~')[0]}~{disclosures}".encode(), UNREADABLE)
    sealed, others_sealed = json.loads(one.forms["elm"]), json.loads(other.forms["elm"])
    yield _swapped(
        "payload.jsonld",
        json.dumps(sealed | {"payload": others_sealed["payload"]}).encode(),
        FORGED | {"status": "invalid"},
    )
    start = one.forms["elmo"].index(b"<ds:Signature")
    seal_of_other = other.forms["elmo"][other.forms["elmo"].index(b"<ds:Signature") :]
    yield _swapped("signature.xml", one.forms["elmo"][:start] + seal_of_other, FORGED)


def _swapped(name: str, data: bytes, wrong: dict[str, str]) -> Sample:
    return Sample(kind="swapped", name=f"swapped-{name}", data=data, wrong=wrong)


def signed_by_another(school: School) -> Iterator[Sample]:
    """The true content under a key that is not its issuer's: a stranger's, or a neighbour's."""
    award, at = school.good.credential.facts, school.at
    document = open_badge.document(award)
    stranger = replace(school.signer, private=keys.generate())
    for whose, signer in (("stranger", stranger), ("neighbour", school.others_signer)):
        signed = open_badge.encode(signer.sign(document, at=at))
        yield Sample(kind="re-signed", name=f"by-{whose}.json", data=signed, wrong=FORGED)
    seal = school.seal.seal
    for whose, other in (("stranger", _forged(seal, at)), ("neighbour", school.others_seal.seal)):
        yield from _sealed(school, whose, other)


def _forged(seal: Seal, at) -> Seal:
    """A key and a certificate that a stranger made, with the names of the issuer's own."""
    private = keys.generated("P-256")
    own = certificates.self_made(
        private=private, organisation="OAMK", identifier=jades.holder(seal.chain[0]), country="FI", at=at
    )
    return replace(seal, private=private, chain=(own,))


def _sealed(school: School, whose: str, seal: Seal) -> Iterator[Sample]:
    one, at = school.good, school.at
    award = one.credential.facts
    token = vc_jwt.sign(open_badge.document(award), seal=seal)
    claims = sd_jwt.document(award)
    disclosed = disclosable.issue(claims, hidden=sd_jwt.hidden(claims), seal=seal, salt=lambda: uuid4().hex)
    unsealed = json.loads(one.forms["elm"])["payload"].encode()
    start = one.forms["elmo"].index(b"<ds:Signature")
    record = xmldsig.sign(one.forms["elmo"][:start] + b"</elmo>", seal=seal)
    files = {"jwt": token.encode(), "sd-jwt": disclosed.encode(), "xml": record}
    if jades.holder(seal.chain[0]) == jades.holder(school.seal.key.certificates[0]):
        files["jsonld"] = jades.sign(unsealed, seal=seal, at=at)
    for suffix, data in files.items():
        yield Sample(kind="re-signed", name=f"by-{whose}.{suffix}", data=data, wrong=FORGED)


def with_other_terms(school: School) -> Iterator[Sample]:
    """The words mean something else, are defined by the file itself, or by nobody."""
    badge = json.loads(school.good.forms["badge"])
    contexts, subject = badge["@context"], badge["credentialSubject"]
    unproven = FORGED | {"proof": "unknown"}
    unknown = unproven | {"readable": "unknown"}
    files = {
        "unknown": (badge | {"@context": [*contexts, "https://evil.example/v1"]}, unknown),
        "inline": (badge | {"@context": [*contexts, {"salary": "https://evil.example/salary"}]}, unproven),
        "order": (badge | {"@context": contexts[::-1]}, UNREADABLE),
        "without": (badge | {"@context": contexts[:1]}, UNREADABLE | {"proof": "invalid"}),
        "undefined": (
            badge | {"credentialSubject": subject | {"salary": "1"}},
            UNREADABLE | {"proof": "invalid"},
        ),
    }
    for name, (document, wrong) in files.items():
        data = open_badge.encode(document)
        yield Sample(kind="other terms", name=f"context-{name}.json", data=data, wrong=wrong)
