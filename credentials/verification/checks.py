"""The lines of a report on a credential that could be read: one way of judging for every register."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import unquote
from uuid import UUID

from credentials.proofs import data_integrity, keys, moments
from credentials.proofs.certificates import Certificate
from credentials.proofs.keys import Public
from credentials.proofs.verdict import Verification
from credentials.verification.carriers import Carried
from credentials.verification.register import Issuer, Kept, Key, Looked, NotNow, Register
from credentials.verification.report import WORST_FIRST, Check, Outcome
from credentials.verification.saying import Said, Texts, day
from credentials.verification.saying import said as _
from credentials.verification.wording import FILE, proof_text, readable_text

if TYPE_CHECKING:
    from credentials.proofs.pades import PadesVerification

# Of shape and proof: perhaps sound, but not for us to say.
UNREADABLE_HERE = {
    "unknown-context", "inline-context", "unsupported-signature", "no-code", "other-code", "locked", "share",
    "not-now", "other-picture", "several-records",
}  # fmt: skip
FILE_OUTCOMES = {
    "verified": Outcome.VALID,
    "bad-signature": Outcome.INVALID,
    "bad-certificate": Outcome.INVALID,
    "sealed-by-another": Outcome.INVALID,
    "not-its-seal": Outcome.INVALID,
    "leaked": Outcome.INVALID,
}
HOST = re.compile(r"(?:did:web:|https?://)([\w.-]+(?::[0-9]{1,5})?)", re.ASCII)
ASSERTION = "assertion"  # the purpose of a key that may sign credentials
UNPROVABLE_HERE = {"unknown-key", "unsupported", "unknown-context", "inline-context", "too-complex"}


@dataclass(frozen=True, kw_only=True)
class Case:
    """What the checks look at: the document, when, and what the register says of it."""

    register: Register
    carried: Carried
    looked: Looked
    document: dict
    at: datetime
    issuer: str
    institution: Issuer | None
    credential: Kept | None
    proof: Verification
    is_bound: bool
    is_reached: bool  # False: a listed issuer elsewhere could not be asked for its key
    leaked: Key | None  # the key that signed it, when others have had that too


def of(carried: Carried, *, register: Register, at: datetime) -> tuple[list[Check], Kept | None]:
    """Every line there is something to say in, and the credential as the register keeps it."""
    case = _case(carried, register=register, at=at)
    lines = [_readable(case), *_file(case), _proof(case)]
    if lines[0].outcome == Outcome.INVALID:
        return lines, case.credential
    lines.append(_issuer(case))
    if case.institution:
        lines.append(_register(case))
    lines += [_status(case), _validity(case)]
    more = register.other_lines(
        kept=case.credential,
        issuer=case.institution,
        document=case.document,
        at=at,
        looked=case.looked,
        is_proven=_is_proven(case),
    )
    return [*lines, *more], case.credential


def of_code(
    code: str,
    *,
    register: Register,
    kept: list[Check],
    institution: Issuer | None,
    sealed: PadesVerification | None,
) -> list[Check]:
    """Of a file that shows a code and holds no credential; `kept` are the lines of what the code names, and
    `institution` its issuer, where there is such a one."""
    text = _("The file holds no credential itself, but a verification code can be read from it: %(code)s.")
    read = Check(name="readable", outcome=Outcome.VALID, message=text % {"code": code})
    lines = [read, _file_line(sealed, register=register, institution=institution, looked=None, kept=None)]
    if institution is None:
        text = _("The register has no such code. Do not rely on the file; ask the issuer.")
        return [*lines, Check(name="register", outcome=Outcome.INVALID, message=text)]
    return [*lines, *(in_register(line) for line in kept if line.name not in ("readable", "file"))]


def in_register(line: Check) -> Check:
    """What was looked at is the credential in the register, not the file that somebody gave. That its key
    has leaked since is said of it all the same."""
    texts = {
        "readable": _("The credential that the code names can be read."),
        "proof": _("The credential in the register is signed by its issuer and unchanged."),
        "register": _("The register holds the credential that the code names."),
    }
    if line.outcome != Outcome.VALID or line.why or line.name not in texts:
        return line
    return replace(line, message=texts[line.name])


def unreadable(code: str, detail: str) -> Check:
    outcome = Outcome.UNKNOWN if code in UNREADABLE_HERE else Outcome.INVALID
    return Check(name="readable", outcome=outcome, message=readable_text(code, detail=detail), why=code)


def _case(carried: Carried, *, register: Register, at: datetime) -> Case:
    issuer = data_integrity.issuer_of(carried.document) or ""
    institution = register.issuer(issuer)
    named = _NamedKeys(register)
    proof = carried.prove(named)
    return Case(
        register=register,
        carried=carried,
        looked=Looked(hashes=_hashes(carried), document=carried.document, signed=carried.signed),
        document=carried.document,
        at=at,
        issuer=issuer,
        institution=institution,
        credential=_kept_as(carried.document, register, institution),
        proof=proof,
        is_bound=not named.unbound,
        is_reached=named.is_reached,
        leaked=named.leaked,
    )


class _NamedKeys:
    """Finds the key of a verification method; asked are only issuers that the keeper has listed.

    `unbound` are methods of issuers not known here that carry the key in their own address: what is signed
    with it is unchanged, but nothing says that the key is the issuer's. `leaked` is a key of ours that others
    have had.
    """

    def __init__(self, register: Register) -> None:
        self.register = register
        self.unbound: set[str] = set()
        self.leaked: Key | None = None
        self.is_reached = True

    def key(self, method: str) -> Public | None:
        did, _hash, fragment = method.partition("#")
        ours = self.register.keys(did)
        if ours:  # retired keys too: what they signed stays signed
            return self._ours(next((key for key in ours if key.fragment == fragment), None))
        try:
            if self.register.is_listed(did):
                return self._listed(method)
            if did.startswith("did:key:"):
                return keys.did_key_public(method)
            written = keys.public_key(fragment)
        except keys.BadKey:
            return None
        self.unbound.add(method)
        return written

    def is_seal_of(self, issuer: str, certificate: Certificate) -> bool:
        ours = self.register.keys(issuer)
        if not ours:
            self.unbound.add(issuer)
            return True
        key = next((key for key in ours if certificate in key.certificates[:1]), None)
        if key and key.compromised_at:
            self.leaked = key
        return key is not None

    def _listed(self, method: str) -> Public | None:
        try:
            return self.register.listed_key(method)
        except NotNow:
            self.is_reached = False
            return None

    def _ours(self, key: Key | None) -> Public | None:
        """The published half of one that may sign credentials; a seal's counts by its certificate."""
        if key is None or key.purpose != ASSERTION:
            return None
        if key.compromised_at:
            self.leaked = key
        return key.public


def _kept_as(document: dict, register: Register, institution: Issuer | None) -> Kept | None:
    """What the register keeps of the credential that the document says it is."""
    try:
        uuid = UUID(str(document.get("id", "")).removeprefix("urn:uuid:"))
    except ValueError:
        return None
    return register.credential(uuid, issuer=institution) if institution else None


def _readable(case: Case) -> Check:
    problems = case.carried.problems
    broken = [problem for problem in problems if not problem.is_tolerable]
    if broken:
        broken.sort(key=lambda problem: problem.code in UNREADABLE_HERE)
        first = broken[0]
        return unreadable(first.code, " ".join(filter(None, [first.path, first.detail])))
    if problems:
        text = _("The credential can be read, but strict readers of Open Badges may refuse its form.")
        return Check(name="readable", outcome=Outcome.WARNING, message=text)
    return Check(
        name="readable", outcome=Outcome.VALID, message=_("The file is a credential that can be read.")
    )


def _file(case: Case) -> Iterator[Check]:
    """What the seal of a PDF says of the file itself, its printed words too."""
    if case.carried.sealed:
        yield _file_line(
            case.carried.sealed,
            register=case.register,
            institution=case.institution,
            looked=case.looked,
            kept=case.credential,
        )


def _file_line(
    sealed: PadesVerification | None,
    *,
    register: Register,
    institution: Issuer | None,
    looked: Looked | None,
    kept: Kept | None,
) -> Check:
    """`sealed` is a PadesVerification, or None of a picture. The seal has to be that of the institution.

    What was `looked` at may have been held since before a leak; None where the file was not kept at all.
    """
    code = sealed.code if sealed else "picture"
    key = register.seals().get(sealed.certificate) if sealed and sealed.certificate else None
    names: dict = {"day": "", "sealer": ""}
    if sealed and code == "verified":
        names["day"] = day(sealed.created)
    if key:
        names["sealer"] = Texts(key.institution.name)
    if code == "verified" and key and institution and key.institution != institution:
        code = "sealed-by-another"
    elif code == "verified" and key and key.compromised_at:
        is_held = looked and register.held_before_leak(key, kept=kept, looked=looked)
        code = code if is_held else "leaked"
    elif code == "unknown-key" and institution and not (looked and register.is_older(looked.document)):
        code = "not-its-seal"
    outcome = FILE_OUTCOMES.get(code, Outcome.UNKNOWN)
    return Check(name="file", outcome=outcome, message=FILE.get(code, FILE["bad-proof"]) % names)


def _proof(case: Case) -> Check:
    code = case.proof.code
    is_known = case.institution is not None and not case.register.is_older(case.document)
    if case.proof.is_verified and case.leaked:
        return _proof_of_leaked(case, case.leaked)
    if case.proof.is_verified and not case.is_bound:
        code, outcome = "unbound-key", Outcome.UNKNOWN
    elif not case.is_reached and code == "unknown-key":
        code, outcome = "not-now", Outcome.UNKNOWN
    elif case.proof.is_verified:
        outcome = Outcome.VALID
    elif code in UNPROVABLE_HERE and not (is_known and code == "unknown-key"):
        outcome = Outcome.UNKNOWN
    else:
        outcome = Outcome.INVALID
    return Check(name="proof", outcome=outcome, message=proof_text(code, is_known=is_known))


def _proof_of_leaked(case: Case, key: Key) -> Check:
    """Whoever has the key can write any date: what counts is what the register has held since before."""
    if _was_held(case, key):
        text = _(
            "The signature is genuine. The issuer's key leaked on %(day)s, but the register has held exactly "
            "this credential since before."
        )
        outcome = Outcome.VALID
    else:
        text = _(
            "The signature proves nothing: the issuer's key leaked on %(day)s, and the register holds no "
            "such credential from before."
        )
        outcome = Outcome.INVALID
    return Check(name="proof", outcome=outcome, message=text % {"day": day(key.compromised_at)}, why="leaked")


def _is_proven(case: Case) -> bool:
    return case.proof.is_verified and (not case.leaked or _was_held(case, case.leaked))


def _was_held(case: Case, key: Key) -> bool:
    return case.register.held_before_leak(key, kept=case.credential, looked=case.looked)


def _hashes(carried: Carried) -> frozenset[str]:
    """Of the file, and of what is in it."""
    files = (carried.data, carried.inside)
    return frozenset(hashlib.sha256(one).hexdigest() for data in files for one in (data, data.strip()))


def _issuer(case: Case) -> Check:
    if case.institution:
        name = Texts(case.institution.name)
        return Check(name="issuer", outcome=Outcome.VALID, message=_("Issuer: %(name)s.") % {"name": name})
    if case.register.is_listed(case.issuer):
        text = _("The issuer is elsewhere, at %(host)s, and the keeper of this service has listed it.")
        return Check(name="issuer", outcome=Outcome.VALID, message=text % {"host": _host(case.issuer)})
    text = _("The issuer is not known here. Ask the issuer itself who it is.")
    if host := _host(case.issuer):
        text = _("The issuer, at %(host)s, is not known here. Ask the issuer itself who it is.") % {
            "host": host
        }
    return Check(name="issuer", outcome=Outcome.WARNING, message=text)


def _host(issuer: str) -> str:
    """What people can make of an issuer's identifier: the host, where it names one."""
    found = HOST.match(unquote(issuer[:300]))
    return found[1] if found else ""


def _register(case: Case) -> Check:
    if case.credential is None:
        text = case.register.absent(case.document)
        return Check(name="register", outcome=Outcome.WARNING, message=text)
    kept = case.credential
    is_proven = _is_proven(case)
    is_the_badge = kept.sha256 == hashlib.sha256(case.carried.inside).hexdigest()
    is_wrapped = case.carried.sealed and not case.register.has_document(kept, case.looked)
    if is_wrapped and is_the_badge:
        text = _("The credential inside the file is exactly the one in the register.")
    elif is_the_badge or (is_proven and case.register.has_document(kept, case.looked)):
        text = _("The file is exactly the one in the register.")
    elif is_proven and case.carried.signed:
        text = _(
            "It is the credential in the register, as its owner chose to show it. Parts may have been left "
            "out; nothing that is there has been changed."
        )
    elif is_proven:
        text = _("The content is the one in the register; only the way it is written differs.")
    else:
        text = _("What it says is not what the credential in the register says.")
        return Check(name="register", outcome=Outcome.INVALID, message=text)
    return Check(name="register", outcome=Outcome.VALID, message=text)


def _status(case: Case) -> Check:
    entries = case.document.get("credentialStatus", [])
    entries = entries if isinstance(entries, list) else [entries]
    if set_aside := _set_aside(case.credential):
        return set_aside
    if case.credential and case.credential.fell_with_part:
        return of_kept(case.credential)
    found = [_entry(entry, case) for entry in entries] + _ended(case.credential)
    if not found and case.credential:
        return of_kept(case.credential)
    if not found:
        text = _("The credential names no status list: its issuer has no way to revoke it.")
        return Check(name="status", outcome=Outcome.VALID, message=text)
    outcome, text = min(found, key=lambda pair: WORST_FIRST.index(pair[0]))
    return Check(name="status", outcome=outcome, message=text)


def _entry(entry: object, case: Case) -> tuple[Outcome, Said]:
    """What one place in a status list says, right now; only lists that the issuer has here can be read."""
    unknown = (
        Outcome.UNKNOWN,
        _("Whether the credential has been revoked cannot be checked here. Ask the issuer."),
    )
    entry = entry if isinstance(entry, dict) else {}
    url, index = entry.get("statusListCredential"), str(entry.get("statusListIndex"))
    if case.register.is_listed(case.issuer) and isinstance(url, str) and re.fullmatch(r"[0-9]{1,9}", index):
        return _foreign_entry(entry, url, int(index), case)
    if case.institution is None or not isinstance(url, str) or not re.fullmatch(r"[0-9]{1,9}", index):
        return unknown
    is_set = case.register.is_set(
        url=url, issuer=case.institution, purpose=entry.get("statusPurpose"), index=int(index)
    )
    if is_set is None:
        return unknown
    if is_set:
        return Outcome.INVALID, _("The issuer has revoked the credential.")
    return Outcome.VALID, _("The credential has not been revoked.")


def _foreign_entry(entry: dict, url: str, index: int, case: Case) -> tuple[Outcome, Said]:
    """The same of an issuer elsewhere, on a list that it has signed itself."""
    try:
        listed = case.register.listed_status(url, issuer=case.issuer)
        proof = data_integrity.verify(
            listed, resolve=_NamedKeys(case.register).key, at=case.at, contexts=case.register.contexts
        )
        is_set = proof.is_verified and case.register.listed_bit(
            listed, url=url, issuer=case.issuer, purpose=entry.get("statusPurpose"), index=index
        )
    except NotNow:
        text = _("Whether the credential has been revoked cannot be checked just now. Try again later.")
        return Outcome.UNKNOWN, text
    if not proof.is_verified:
        text = _("The issuer's status list is not signed by the issuer, so it says nothing. Ask the issuer.")
        return Outcome.UNKNOWN, text
    if is_set:
        return Outcome.INVALID, _("The issuer has revoked the credential.")
    return Outcome.VALID, _("The credential has not been revoked.")


def of_kept(credential: Kept) -> Check:
    """The status of a credential as the register alone tells it."""
    if set_aside := _set_aside(credential):
        return set_aside
    standing = (Outcome.VALID, _("The credential has not been revoked."))
    outcome, text = next(iter(_ended(credential)), standing)
    return Check(name="status", outcome=outcome, message=text)


def _ended(credential: Kept | None) -> list[tuple[Outcome, Said]]:
    """What the register says beyond the list's one bit."""
    if credential is None or credential.status != "revoked" or not credential.revoked_at:
        return []
    text = (
        _(
            "The composite credential is not in force since %(day)s, because one of the credentials that it"
            " is made of has been revoked or replaced."
        )
        if credential.fell_with_part
        else _("The issuer revoked the credential on %(day)s.")
    )
    return [(Outcome.INVALID, text % {"day": day(credential.revoked_at)})]


def _set_aside(credential: Kept | None) -> Check | None:
    """What the list's bit cannot tell from a revocation: that it is suspended, or that another counts."""
    texts = {
        "suspended": _("The issuer has suspended the credential for the time being."),
        "replaced": _("The issuer has replaced the credential by a corrected one. Ask for that."),
    }
    if credential is None or credential.status not in texts:
        return None
    if credential.fell_with_part:
        text = _(
            "The composite credential is suspended for the time being, because one of the credentials that"
            " it is made of is suspended."
        )
        return Check(name="status", outcome=Outcome.INVALID, message=text)
    return Check(name="status", outcome=Outcome.INVALID, message=texts[credential.status])


def _validity(case: Case) -> Check:
    start, end = (moments.parse(case.document.get(name)) for name in ("validFrom", "validUntil"))
    return validity(start, end, at=case.at)


def validity(start: datetime | None, end: datetime | None, *, at: datetime) -> Check:
    if start and start > at:
        outcome, text = Outcome.INVALID, _("Not valid before %(day)s.") % {"day": day(start)}
    elif end and end < at:
        outcome, text = Outcome.INVALID, _("Expired on %(day)s.") % {"day": day(end)}
    elif end:
        outcome, text = Outcome.VALID, _("Valid until %(day)s.") % {"day": day(end)}
    else:
        outcome, text = Outcome.VALID, _("Valid without an end date.")
    return Check(name="validity", outcome=outcome, message=text)
