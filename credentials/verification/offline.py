"""The stand-alone verifier: `python3 PACK.zip FILE…`, without the service, without a network, for ever.

Exit codes: 0 all valid, 1 something is not, 2 nothing could be checked (a wrong pack or address of a file),
3 something only with notes, 4 something could not be checked wholly.
"""

import argparse
import hashlib
import json
import locale
import sys
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from credentials.proofs.canonical import NotCanonical
from credentials.verification import carriers, checks, printed, several, subjects, summaries, typed
from credentials.verification.packed import BadPack, Pack, instead
from credentials.verification.report import WORST_FIRST, Check, Outcome, Report
from credentials.verification.saying import LANGUAGES, Said, Texts, worded
from credentials.verification.saying import said as _

WORDS = "verifier/words.json"
CODES = {Outcome.VALID: 0, Outcome.INVALID: 1, Outcome.WARNING: 3, Outcome.UNKNOWN: 4}
MARKS = {Outcome.VALID: "✓", Outcome.WARNING: "!", Outcome.UNKNOWN: "?", Outcome.INVALID: "✗"}
SAYS = _("What the credential says")
OF_WHAT = {"title": _("Credential"), "person": _("Person"), "issuer": _("Issuer, by its own words")}
NO_CODE = _("The code is not in this pack. It may be of another institution, or newer than the pack.")
FROM = _("Continuity pack of %(issuer)s. Its manifest is signed with the key %(key)s.")
COMPARE = _("SHA-256 of the pack: %(sha256)s. Compare it with what the institution has published.")
BAD_PACK = _("The pack cannot be relied on, so nothing was checked with it (%(why)s).")
NO_FILE = _("There is no such file: %(name)s.")


def main(arguments: Sequence[str] | None = None, *, at: datetime | None = None) -> int:
    """Print what is found; returns the exit code."""
    options = _parser().parse_args(arguments)
    tell = _teller(options.language, options.pack)
    try:
        pack = Pack(options.pack)
        found = list(_all(options, pack, at=at or datetime.now(UTC)))
    except BadPack as fault:
        print(tell(BAD_PACK % {"why": str(fault)}), file=sys.stderr)  # noqa: T201
        return 2
    except FileNotFoundError as fault:
        print(tell(NO_FILE % {"name": str(fault.filename)}), file=sys.stderr)  # noqa: T201
        return 2
    said = _json(found, pack, tell) if options.json else _text(found, pack, tell)
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    print(said)  # noqa: T201
    return CODES[_worst(report.outcome for _name, report in found)]


def verify(data: bytes, *, pack: Pack, at: datetime) -> Report:
    """The report on one file, whatever it is; its `credential` is the pack's entry."""
    try:
        carried = carriers.read(data, at=at, contexts=pack.contexts, seals=pack.seals)
    except carriers.SeveralRecords as found:
        return several.report([_on_one(one, pack=pack, at=at) for one in found.records])
    except carriers.NoCredential as refusal:
        return _seen(data, sealed=refusal.sealed, pack=pack, at=at)
    except NotCanonical as refusal:
        return _unreadable(refusal.code, refusal.detail)
    return _on_one(carried, pack=pack, at=at)


def _on_one(carried: carriers.Carried, *, pack: Pack, at: datetime) -> Report:
    lines, kept = checks.of(carried, register=pack, at=at)
    return Report(
        checks=tuple(lines), document=carried.document, credential=kept, is_part=bool(carried.signed)
    )


def by_code(code: str, *, pack: Pack, at: datetime) -> Report:
    """The report on the credential that a plain human code names."""
    kept = pack.coded(code)
    if kept is None:
        return Report(checks=(Check(name="register", outcome=Outcome.UNKNOWN, message=NO_CODE),))
    issuer = Check(
        name="issuer",
        outcome=Outcome.VALID,
        message=_("Issuer: %(name)s.") % {"name": Texts(pack.institution.name)},
    )
    text = _("The register holds the credential that the code names.")
    held = Check(name="register", outcome=Outcome.VALID, message=text)
    validity = checks.validity(kept.issued_at, kept.valid_until, at=at)
    lines = (issuer, held, checks.of_kept(kept), *instead(kept), validity, pack.as_of())
    return Report(checks=lines, credential=kept)


def _unreadable(code: str, detail: str) -> Report:
    return Report(checks=(checks.unreadable(code, detail),))


def _seen(data: bytes, *, sealed: Any, pack: Pack, at: datetime) -> Report:
    """Of a picture or a print: what its code names."""
    try:
        seen = printed.look(data)
    except printed.Unseen as refusal:
        return _unreadable(refusal.code, refusal.detail)
    if seen.secret:
        return _unreadable("share", "")
    named, grouped = by_code(seen.code, pack=pack, at=at), typed.grouped(seen.code)
    if named.credential is None:
        text = _(
            "The file holds no credential itself, but a verification code can be read from it: %(code)s."
        )
        read = Check(name="readable", outcome=Outcome.VALID, message=text % {"code": grouped})
        return Report(checks=(read, *named.checks), code=seen.code)
    lines = checks.of_code(
        grouped, register=pack, kept=[*named.checks], institution=pack.institution, sealed=sealed
    )
    return Report(checks=tuple(lines), credential=named.credential, code=seen.code)


def _all(options: argparse.Namespace, pack: Pack, *, at: datetime) -> Iterator[tuple[str, Report]]:
    for code in options.code:
        yield typed.grouped(typed.code(code)), by_code(typed.code(code), pack=pack, at=at)
    for path in (file for named in options.files for file in _files(named)):
        yield str(path), verify(path.read_bytes(), pack=pack, at=at)


def _files(path: Path) -> list[Path]:
    return sorted(one for one in path.iterdir() if one.is_file()) if path.is_dir() else [path]


def _worst(outcomes: Iterator[Outcome]) -> Outcome:
    found = {*outcomes}
    return next((outcome for outcome in WORST_FIRST if outcome in found), Outcome.VALID)


def _text(found: list[tuple[str, Report]], pack: Pack, tell: Callable[[Said | str], str]) -> str:
    said = [line for name, report in found for line in _lines(name, report, tell)]
    facts = {"issuer": Texts(pack.institution.name), "key": pack.signed_with}
    said += [tell(FROM % facts), tell(COMPARE % {"sha256": _sha256(pack.path)})]
    return "\n".join(said)


def _lines(name: str, report: Report, tell: Callable[[Said | str], str]) -> list[str]:
    """Of a file, and then of each of the credentials in it, where there are several."""
    title, following = summaries.of(report)
    if report.is_copy:  # a pack has nothing of what was learned to compare with
        following = summaries.CHANGED[1]
    mark = MARKS[Outcome.UNKNOWN if title is summaries.UNREADABLE[0] else report.outcome]
    said = [f"{name}\n{mark} {tell(title)}"]
    said += [f"  {MARKS[line.outcome]} {_printable(tell(line.message))}" for line in report.checks]
    said += [f"  → {tell(following)}"]
    says = [f"    {tell(OF_WHAT[part])}: {text}" for part, text in _says(report).items()]
    said += [f"  {tell(SAYS)}", *says, ""] if says else [""]
    for number, record in enumerate(report.records, start=1):
        said += _lines(f"{name} ({number}/{len(report.records)})", record, tell)
    return said


def _json(found: list[tuple[str, Report]], pack: Pack, tell: Callable[[Said | str], str]) -> str:
    results = [{"file": name, **_result(report, tell)} for name, report in found]
    about = {"did": pack.institution.did, "made_at": pack.manifest["made_at"], "key": pack.signed_with}
    return json.dumps(
        {"pack": about | {"sha256": _sha256(pack.path)}, "results": results}, ensure_ascii=False
    )


def _result(report: Report, tell: Callable[[Said | str], str]) -> dict[str, Any]:
    checks_ = [
        {"name": one.name, "outcome": str(one.outcome), "message": tell(one.message)} for one in report.checks
    ]
    said = {"outcome": str(report.outcome), "says": _says(report), "checks": checks_}
    records = [_result(one, tell) for one in report.records]
    return said | {"records": records} if records else said


def _says(report: Report) -> dict[str, str]:
    """Of what the file says it is, whose and by whom, in its own words as on the page: the register of a pack
    has neither names nor titles."""
    if report.document is None:
        return {}
    read = subjects.read(report.document)
    found = {"title": read.title, "person": read.person, "issuer": read.issuer}
    return {name: _printable(text) for name, text in found.items() if text}


def _printable(text: str) -> str:
    """Without what would steer the terminal of whoever checks a file of somebody else."""
    return "".join(sign if sign.isprintable() else "�" for sign in text)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _teller(language: str, path: Path) -> Callable[[Said | str], str]:
    """Puts sentences into words by the pack's own file of them; in English without one."""
    try:
        with zipfile.ZipFile(path) as pack:
            words = json.loads(pack.read(WORDS)).get(language, {})
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        words = {}
    return lambda sentence: worded(sentence, gettext=lambda text: words.get(text, text), language=language)


def _parser() -> argparse.ArgumentParser:
    program = Path(sys.argv[0])
    own = program if program.suffix == ".zip" else None
    spoken = (locale.getlocale()[0] or "")[:2].lower()
    parser = argparse.ArgumentParser(
        prog=f"python3 {program.name}",
        description="Verify credentials by a continuity pack, without a network.",
        epilog="Exit codes: 0 valid, 1 not valid, 2 nothing checked, 3 with notes, 4 not wholly checked.",
    )
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="files, or folders of files")
    parser.add_argument(
        "--pack", type=Path, default=own, required=own is None, help="by default this file itself"
    )
    parser.add_argument("--code", action="append", default=[], help="a verification code: ABCD-EFGH-JKLM")
    parser.add_argument("--language", choices=LANGUAGES, default=spoken if spoken in LANGUAGES else "en")
    parser.add_argument("--json", action="store_true", help="for programs")
    return parser
