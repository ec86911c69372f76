"""The lines of a report on a credential that could be read."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from credentials.formats import status_list as format_
from credentials.models import Credential, SigningKey, StatusList
from credentials.proofs import canonical, contexts, data_integrity, keys, moments
from credentials.proofs.certificates import Certificate
from credentials.proofs.keys import Public
from credentials.proofs.verdict import Verification
from credentials.verification import foreign
from credentials.verification.carriers import Carried
from credentials.verification.report import WORST_FIRST, Check, Outcome
from credentials.verification.wording import FILE, proof_text, readable_text
from registry.fields import LANGUAGE_NAMES
from registry.models import Institution, OfferingVersion, Statement
from registry.models.texts import chosen

if TYPE_CHECKING:
    from credentials.proofs.pades import PadesVerification

# Of shape and proof: perhaps sound, but not for us to say.
UNREADABLE_HERE = {
    "unknown-context", "inline-context", "unsupported-signature", "no-code", "other-code", "locked", "share",
    "not-now", "other-picture",
}  # fmt: skip
FILE_OUTCOMES = {
    "verified": Outcome.VALID,
    "bad-signature": Outcome.INVALID,
    "bad-certificate": Outcome.INVALID,
    "sealed-by-another": Outcome.INVALID,
    "not-its-seal": Outcome.INVALID,
    "leaked": Outcome.INVALID,
}
UNPROVABLE_HERE = {"unknown-key", "unsupported", "unknown-context", "inline-context", "too-complex"}


@dataclass(frozen=True, kw_only=True)
class Case:
    """What the checks look at: the document, when, and what our rows say of it."""

    carried: Carried
    document: dict
    at: datetime
    issuer: str
    institution: Institution | None
    credential: Credential | None
    proof: Verification
    is_bound: bool
    is_reached: bool  # False: a listed issuer elsewhere could not be asked for its key
    leaked: SigningKey | None  # the key that signed it, when others have had that too


def of(carried: Carried, *, at: datetime) -> tuple[list[Check], Credential | None]:
    """Every line there is something to say in, and our row of the credential."""
    case = _case(carried, at=at)
    lines = [_readable(case), *_file(case), _proof(case)]
    if lines[0].outcome == Outcome.INVALID:
        return lines, case.credential
    lines.append(_issuer(case))
    if case.institution:
        lines.append(_register(case))
    return [*lines, _status(case), _validity(case), *_offering(case)], case.credential


def of_code(
    code: str, *, kept: list[Check], credential: Credential | None, sealed: PadesVerification | None
) -> list[Check]:
    """Of a file that shows a code and holds no credential; `kept` are the lines of what the code names."""
    text = _("The file holds no credential itself, but a verification code can be read from it: %(code)s.")
    read = Check(name="readable", outcome=Outcome.VALID, message=text % {"code": code})
    institution = credential.institution if credential else None
    lines = [read, file_line(sealed, institution=institution, is_held=_holds_nothing)]
    if credential is None:
        text = _("The register has no such code. Do not rely on the file; ask the issuer.")
        return [*lines, Check(name="register", outcome=Outcome.INVALID, message=text)]
    return [*lines, *(_of_register(line) for line in kept if line.name not in ("readable", "file"))]


def _of_register(line: Check) -> Check:
    """What was looked at is the credential in the register, not the file that somebody gave."""
    texts = {
        "proof": _("The credential in the register is signed by its issuer and unchanged."),
        "register": _("The register holds the credential that the code names."),
    }
    if line.outcome != Outcome.VALID or line.name not in texts:
        return line
    return replace(line, message=texts[line.name])


def unreadable(code: str, detail: str) -> Check:
    outcome = Outcome.UNKNOWN if code in UNREADABLE_HERE else Outcome.INVALID
    return Check(name="readable", outcome=outcome, message=readable_text(code, detail=detail))


def _case(carried: Carried, *, at: datetime) -> Case:
    issuer = data_integrity.issuer_of(carried.document) or ""
    key = SigningKey.objects.filter(did=issuer).select_related("institution").order_by("pk").first()
    institution = key.institution if key else None
    named = _NamedKeys()
    proof = carried.prove(named)
    return Case(
        carried=carried,
        document=carried.document,
        at=at,
        issuer=issuer,
        institution=institution,
        credential=_row(carried.document, institution),
        proof=proof,
        is_bound=not named.unbound,
        is_reached=named.is_reached,
        leaked=named.leaked,
    )


def seals() -> dict[Certificate, SigningKey]:
    """The certificates under which institutions of this register have sealed, past ones too."""
    keys_ = SigningKey.objects.filter(purpose=SigningKey.Purpose.SEAL).select_related("institution")
    return {key.certificates[0]: key for key in keys_}


class _NamedKeys:
    """Finds the key of a verification method; asked are only issuers that the keeper has listed.

    `unbound` are methods of issuers not known here that carry the key in their own address: what is signed
    with it is unchanged, but nothing says that the key is the issuer's. `leaked` is a key of ours that others
    have had.
    """

    def __init__(self) -> None:
        self.unbound: set[str] = set()
        self.leaked: SigningKey | None = None
        self.is_reached = True

    def key(self, method: str) -> Public | None:
        did, _hash, fragment = method.partition("#")
        ours = SigningKey.objects.filter(did=did)
        if ours:  # retired keys too: what they signed stays signed
            return self._ours(next((key for key in ours if key.fragment == fragment), None))
        try:
            if foreign.is_listed(did):
                return self._listed(method)
            if did.startswith("did:key:"):
                return keys.did_key_public(method)
            written = keys.public_key(fragment)
        except keys.BadKey:
            return None
        self.unbound.add(method)
        return written

    def is_seal_of(self, issuer: str, certificate: Certificate) -> bool:
        ours = SigningKey.objects.filter(did=issuer)
        if not ours:
            self.unbound.add(issuer)
            return True
        key = next((key for key in ours if certificate in key.certificates[:1]), None)
        if key and key.compromised_at:
            self.leaked = key
        return key is not None

    def _listed(self, method: str) -> Public | None:
        try:
            return foreign.key(method)
        except foreign.NotNow:
            self.is_reached = False
            return None

    def _ours(self, key: SigningKey | None) -> Public | None:
        """The published half of one that may sign credentials; a seal's counts by its certificate."""
        if key is None or key.purpose != key.Purpose.ASSERTION:
            return None
        if key.compromised_at:
            self.leaked = key
        return key.public


def contexts_here() -> contexts.Contexts:
    folder = settings.CONTEXTS_DIR
    return contexts.known(Path(folder)) if folder else contexts.known()


def _row(document: dict, institution: Institution | None) -> Credential | None:
    """Our row of the credential that the document says it is."""
    try:
        uuid = UUID(str(document.get("id", "")).removeprefix("urn:uuid:"))
    except ValueError:
        return None
    rows = Credential.objects.select_related(
        "version__offering",
        "statement",
        "institution",
        "key",
        "attainment__learner",
        "attainment__institution",
    )
    return rows.filter(pk=uuid, institution=institution).first() if institution else None


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
        yield file_line(
            case.carried.sealed, institution=case.institution, is_held=lambda key: _was_held(case, key)
        )


def file_line(
    sealed: PadesVerification | None,
    *,
    institution: Institution | None,
    is_held: Callable[[SigningKey], bool],
) -> Check:
    """`sealed` is a PadesVerification, or None of a picture. The seal has to be that of the institution."""
    code = sealed.code if sealed else "picture"
    key = seals().get(sealed.certificate) if sealed and sealed.certificate else None
    names = {"day": _day(sealed.created) if sealed and code == "verified" else "", "sealer": ""}
    if key:
        names["sealer"] = _said(key.institution.name)
    if code == "verified" and key and institution and key.institution != institution:
        code = "sealed-by-another"
    elif code == "verified" and key and key.compromised_at and not is_held(key):
        code = "leaked"
    elif code == "unknown-key" and institution:
        code = "not-its-seal"
    outcome = FILE_OUTCOMES.get(code, Outcome.UNKNOWN)
    return Check(name="file", outcome=outcome, message=str(FILE.get(code, FILE["bad-proof"])) % names)


def _holds_nothing(_key: SigningKey) -> bool:
    return False


def _proof(case: Case) -> Check:
    code = case.proof.code
    if case.proof.is_verified and case.leaked:
        return _proof_of_leaked(case, case.leaked)
    if case.proof.is_verified and not case.is_bound:
        code, outcome = "unbound-key", Outcome.UNKNOWN
    elif not case.is_reached and code == "unknown-key":
        code, outcome = "not-now", Outcome.UNKNOWN
    elif case.proof.is_verified:
        outcome = Outcome.VALID
    elif code in UNPROVABLE_HERE and not (case.institution and code == "unknown-key"):
        outcome = Outcome.UNKNOWN
    else:
        outcome = Outcome.INVALID
    return Check(name="proof", outcome=outcome, message=proof_text(code, is_known=bool(case.institution)))


def _proof_of_leaked(case: Case, key: SigningKey) -> Check:
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
    return Check(name="proof", outcome=outcome, message=text % {"day": _day(key.compromised_at)})


def _was_held(case: Case, key: SigningKey) -> bool:
    """Whether the register has had this since before the leak: its stored day, and its stored hash."""
    kept, signed = case.credential, case.carried.signed
    before = key.documents.filter(made_at__lt=key.compromised_at)
    if before.filter(sha256__in=_hashes(case)).exists():
        return True
    wholes = before.filter(credential=kept) if kept and signed else ()
    if any(bytes(one.content).startswith(signed) for one in wholes):
        return True
    return (
        kept is not None and kept.key_id == key.pk and key.proves_at(kept.issued_at) and _is_same(case, kept)
    )


def _is_same(case: Case, kept: Credential) -> bool:
    """Byte for byte, by the hash that was stored, or written in another way only."""
    if kept.sha256 in _hashes(case):
        return True
    return _ordered(case.document) == _ordered(canonical.read(bytes(kept.document)))


def _hashes(case: Case) -> set[str]:
    """Of the file, and of what is in it."""
    files = (case.carried.data, case.carried.inside)
    return {hashlib.sha256(one).hexdigest() for data in files for one in (data, data.strip())}


def _ordered(document: dict) -> str:
    return json.dumps(document, sort_keys=True)


def _issuer(case: Case) -> Check:
    if case.institution:
        name = _said(case.institution.name)
        return Check(name="issuer", outcome=Outcome.VALID, message=_("Issuer: %(name)s.") % {"name": name})
    if foreign.is_listed(case.issuer):
        text = _("Issuer: %(issuer)s, an issuer elsewhere whom the keeper of this service has listed.")
        return Check(name="issuer", outcome=Outcome.VALID, message=text % {"issuer": case.issuer[:200]})
    text = _("The issuer is not known here: %(issuer)s. Ask the issuer itself who it is.") % {
        "issuer": case.issuer[:200] or "–"
    }
    return Check(name="issuer", outcome=Outcome.WARNING, message=text)


def _register(case: Case) -> Check:
    if case.credential is None:
        text = _("The register has no such credential. Ask the issuer before you rely on it.")
        return Check(name="register", outcome=Outcome.WARNING, message=text)
    kept = case.credential
    is_proven = case.proof.is_verified and (not case.leaked or _was_held(case, case.leaked))
    is_wrapped = case.carried.sealed and not _is_stored(case, kept)
    if is_wrapped and bytes(kept.document) == case.carried.inside:
        text = _("The credential inside the file is exactly the one in the register.")
    elif bytes(kept.document) == case.carried.inside or (is_proven and _is_stored(case, kept)):
        text = _("The file is exactly the one in the register.")
    elif is_proven:
        text = _("The content is the one in the register; only the way it is written differs.")
    else:
        text = _("The content differs from the credential in the register.")
        return Check(name="register", outcome=Outcome.INVALID, message=text)
    return Check(name="register", outcome=Outcome.VALID, message=text)


def _is_stored(case: Case, kept: Credential) -> bool:
    """One of the forms that have been made of it, to the byte."""
    return kept.documents.filter(sha256__in=_hashes(case)).exists()


def _status(case: Case) -> Check:
    entries = case.document.get("credentialStatus", [])
    entries = entries if isinstance(entries, list) else [entries]
    found = [_entry(entry, case) for entry in entries] + _kept(case)
    if not found and case.credential:
        return Check(name="status", outcome=Outcome.VALID, message=_("The credential has not been revoked."))
    if not found:
        text = _("The credential names no status list: its issuer has no way to revoke it.")
        return Check(name="status", outcome=Outcome.VALID, message=text)
    outcome, text = min(found, key=lambda pair: WORST_FIRST.index(pair[0]))
    return Check(name="status", outcome=outcome, message=text)


def _entry(entry: object, case: Case) -> tuple[Outcome, str]:
    """What one place in a status list says, right now; only lists that the issuer has here can be read."""
    unknown = (
        Outcome.UNKNOWN,
        _("Whether the credential has been revoked cannot be checked here. Ask the issuer."),
    )
    entry = entry if isinstance(entry, dict) else {}
    url, index = entry.get("statusListCredential"), str(entry.get("statusListIndex"))
    if foreign.is_listed(case.issuer) and isinstance(url, str) and re.fullmatch(r"[0-9]{1,9}", index):
        return _foreign_entry(entry, url, int(index), case)
    if case.institution is None or not isinstance(url, str) or not re.fullmatch(r"[0-9]{1,9}", index):
        return unknown
    listed = StatusList.objects.filter(url=url, institution=case.institution).first()
    if listed is None or listed.purpose != entry.get("statusPurpose"):
        return unknown
    try:
        is_set = format_.StatusList(purpose=listed.purpose, bits=bytes(listed.bits)).bit(int(index))
    except format_.BadList:
        return unknown
    if is_set:
        return Outcome.INVALID, _("The issuer has revoked the credential.")
    return Outcome.VALID, _("The credential has not been revoked.")


def _foreign_entry(entry: dict, url: str, index: int, case: Case) -> tuple[Outcome, str]:
    """The same of an issuer elsewhere, on a list that it has signed itself."""
    try:
        listed = foreign.listed_status(url, issuer=case.issuer)
        proof = data_integrity.verify(listed, resolve=_NamedKeys().key, at=case.at, contexts=contexts_here())
        is_set = proof.is_verified and foreign.bit(
            listed, url=url, issuer=case.issuer, purpose=entry.get("statusPurpose"), index=index
        )
    except foreign.NotNow:
        text = _("Whether the credential has been revoked cannot be checked just now. Try again later.")
        return Outcome.UNKNOWN, text
    if not proof.is_verified:
        text = _("The issuer's status list is not signed by the issuer, so it says nothing. Ask the issuer.")
        return Outcome.UNKNOWN, text
    if is_set:
        return Outcome.INVALID, _("The issuer has revoked the credential.")
    return Outcome.VALID, _("The credential has not been revoked.")


def _kept(case: Case) -> list[tuple[Outcome, str]]:
    """What our row says beyond the list's one bit."""
    credential = case.credential
    if credential is None or credential.status == Credential.Status.VALID:
        return []
    if credential.status == Credential.Status.REVOKED:
        text = _("The issuer revoked the credential on %(day)s.") % {"day": _day(credential.revoked_at)}
        return [(Outcome.INVALID, text)]
    if credential.status == Credential.Status.SUSPENDED:
        return [(Outcome.INVALID, _("The issuer has suspended the credential for the time being."))]
    return [(Outcome.WARNING, _("The issuer has replaced the credential by a newer one."))]


def _validity(case: Case) -> Check:
    start, end = (moments.parse(case.document.get(name)) for name in ("validFrom", "validUntil"))
    if start and start > case.at:
        outcome, text = Outcome.INVALID, _("Not valid before %(day)s.") % {"day": _day(start)}
    elif end and end < case.at:
        outcome, text = Outcome.INVALID, _("Expired on %(day)s.") % {"day": _day(end)}
    elif end:
        outcome, text = Outcome.VALID, _("Valid until %(day)s.") % {"day": _day(end)}
    else:
        outcome, text = Outcome.VALID, _("Valid without an end date.")
    return Check(name="validity", outcome=outcome, message=text)


def _offering(case: Case) -> Iterator[Check]:
    """The version of the offering it was earned in, and that version's quality then and now."""
    version = _version(case)
    if version is None:
        text = _("The offering is not in this register, so nothing can be said of its quality here.")
        yield Check(name="offering", outcome=Outcome.WARNING, message=text)
        return
    text = _("%(title)s (%(code)s, version %(number)s): %(status)s.") % {
        "title": _said(version.title, main=version.primary_language),
        "code": version.offering.code,
        "number": version.number,
        "status": version.get_status_display(),
    }
    yield Check(name="offering", outcome=Outcome.VALID, message=text)
    yield _quality_at_issue(case, version)
    yield _quality_today(case, version)


def _said(texts: dict, *, main: str = "") -> str:
    """A text inside a sentence; what is not in the reader's language says in which it is (rule 16)."""
    language, text = chosen(texts, main=main)
    return text if language in ("", get_language()) else f"{text} ({LANGUAGE_NAMES[language]})"


def _version(case: Case) -> OfferingVersion | None:
    if case.institution is None or not case.proof.is_verified:
        return None
    if case.credential:
        return case.credential.version
    achievement = _first(_first(case.document.get("credentialSubject")).get("achievement"))
    code, number = achievement.get("humanCode"), str(achievement.get("version"))
    if not isinstance(code, str) or not re.fullmatch(r"[0-9]{1,4}", number):
        return None
    published = OfferingVersion.objects.filter(published_at__isnull=False).select_related("offering")
    return published.filter(offering__code=code, number=int(number)).first()


def _quality_at_issue(case: Case, version: OfferingVersion) -> Check:
    issued = moments.parse(case.document.get("validFrom"))
    day = localtime(issued).date() if issued else None
    statement = case.credential.statement if case.credential else _newest(version, day=day)
    if statement and day and statement.decided_on <= day and not _has_ended(statement, day=day):
        text = _("Quality assured on the day of issue: yes (decided on %(day)s, criteria %(criteria)s).") % {
            "day": date_format(statement.decided_on, "j.n.Y"),
            "criteria": statement.criteria_set,
        }
        return Check(name="quality_at_issue", outcome=Outcome.VALID, message=text)
    text = _("Quality assured on the day of issue: no decision in force was found.")
    return Check(name="quality_at_issue", outcome=Outcome.WARNING, message=text)


def _quality_today(case: Case, version: OfferingVersion) -> Check:
    today = localtime(case.at).date()
    statement = _newest(version, day=today)
    outcome = Outcome.WARNING
    if statement is None:
        text = _("Today: no quality decision in force.")
    elif statement.suspended_at:
        text = _("Today: the offering is suspended for its quality since %(day)s.") % {
            "day": _day(statement.suspended_at)
        }
    elif _has_ended(statement, day=today):
        text = _("Today: the quality approval ended on %(day)s.") % {
            "day": date_format(statement.approved_until, "j.n.Y")
        }
    elif statement.is_check_late(today=today):
        text = _("Today: the quality check due on %(day)s is late.") % {
            "day": date_format(statement.check_due_on, "j.n.Y")
        }
    else:
        outcome, text = Outcome.VALID, _("Today: quality assured.")
    return Check(name="quality_today", outcome=outcome, message=text)


def _newest(version: OfferingVersion, *, day: date | None) -> Statement | None:
    found = version.statements.filter(decided_on__lte=day) if day else version.statements.none()
    return found.order_by("-created_at", "-pk").first()


def _has_ended(statement: Statement, *, day: date) -> bool:
    return statement.approved_until is not None and statement.approved_until < day


def _first(value: object) -> dict:
    value = value[0] if isinstance(value, list) and value else value
    return value if isinstance(value, dict) else {}


def _day(moment: datetime) -> str:
    return date_format(localtime(moment), "j.n.Y")
