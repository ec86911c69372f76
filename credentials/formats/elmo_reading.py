"""A study record (EMREX ELMO) that anybody sent, in the members of a Verifiable Credential 2.0.

One of ours has the whole award in an extension; one of others has its issuer, learner and course.
"""

from typing import Any

from credentials.formats import award_xml
from credentials.formats.alignments import filled
from credentials.formats.award_xml import LANGUAGES, XML_LANG
from credentials.formats.elmo import NAMESPACE

ROOT = f"{{{NAMESPACE}}}elmo"
ELMO = f"{{{NAMESPACE}}}"
AWARD = f"{{{award_xml.NAMESPACE}}}"


MOST = 50  # records of a file that are looked at


class BadRecords(ValueError):
    """`code`: not-elmo (XML of another kind), no-record, or several-records, with their number as detail: too
    many, or told in such a way that it is not clear which is which."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(detail or code)
        self.code = code


def credentials(root: Any) -> list[dict[str, Any]]:
    """Issuer, title, holder, days, offering and status of each course, or of the module that is made of
    courses. Raises BadRecords."""
    if root.tag != ROOT:
        raise BadRecords("not-elmo")
    courses = [
        (report, course)
        for report in root.iterfind(f"{ELMO}report")
        for course in report.iterfind(f"{ELMO}learningOpportunitySpecification")
    ]
    awards = list(root.iter(f"{AWARD}award"))
    if not courses:
        raise BadRecords("no-record")
    if len(courses) == 1 and len(awards) == 1:
        return [_award(awards[0])]
    inside = [list(course.iter(f"{AWARD}award")) for _report, course in courses]
    is_clear = sum(map(len, inside)) == len(awards) and all(len(found) < 2 for found in inside)
    if not is_clear or len(courses) > MOST:
        raise BadRecords("several-records", str(max(len(courses), len(awards))))
    return [
        _award(found[0]) if found else _course(root, report, course)
        for (report, course), found in zip(courses, inside, strict=True)
    ]


def generated(root: Any) -> str | None:
    """The moment at which the record says it was made."""
    return _text(root, f"{ELMO}generatedDate")


def _award(award: Any) -> dict[str, Any]:
    issuer = award.find(f"{AWARD}issuer")
    learner = award.find(f"{AWARD}learner")
    status = award.find(f"{AWARD}status")
    return _credential(
        id_=f"urn:uuid:{_text(award, f'{AWARD}credentialId')}",
        issuer={"id": _text(issuer, f"{AWARD}did"), "name": _said(issuer, f"{AWARD}name")},
        name=_said(award, f"{AWARD}title"),
        person=[_text(learner, f"{AWARD}{part}") for part in ("givenNames", "familyName")],
        days=(_text(award, f"{AWARD}issuedAt"), _text(award, f"{AWARD}validUntil")),
        achievement={
            "humanCode": _text(award, f"{AWARD}offeringCode"),
            "version": _text(award, f"{AWARD}versionNumber"),
        },
        status={
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": _text(status, f"{AWARD}index"),
            "statusListCredential": _text(status, f"{AWARD}listUrl"),
        }
        if status is not None
        else None,
    )


def _course(root: Any, report: Any, course: Any) -> dict[str, Any]:
    """Of another issuer: what ELMO itself has. A study record is not revoked by a list."""
    issuer, learner = report.find(f"{ELMO}issuer"), root.find(f"{ELMO}learner")
    named = issuer.iterfind(f"{ELMO}identifier") if issuer is not None else ()
    did = next((one.text for one in named if one.get("type") == "did"), None)
    return _credential(
        id_=None,
        issuer={"id": did, "name": _said(issuer, f"{ELMO}title")},
        name=_said(course, f"{ELMO}title"),
        person=[_text(learner, f"{ELMO}{part}") for part in ("givenNames", "familyName")],
        days=(_text(report, f"{ELMO}issueDate"), None),
        achievement={},
        status=None,
    )


def _credential(
    *,
    id_: str | None,
    issuer: dict[str, str | None],
    name: str | None,
    person: list[str | None],
    days: tuple[str | None, str | None],
    achievement: dict[str, str | None],
    status: dict[str, str | None] | None,
) -> dict[str, Any]:
    whole = " ".join(part for part in person if part)
    return filled(
        {
            "id": id_,
            "type": ["VerifiableCredential"],
            "issuer": filled(issuer),
            "name": name,
            "validFrom": days[0],
            "validUntil": days[1],
            "credentialSubject": {
                "identifier": [{"identityType": "name", "identityHash": whole}] if whole else [],
                "achievement": achievement,
            },
            "credentialStatus": status,
        }
    )


def _text(parent: Any, path: str) -> str | None:
    found = parent.find(path) if parent is not None else None
    return (found.text or "").strip() or None if found is not None else None


def _said(parent: Any, path: str) -> str | None:
    """The first language it is said in, ours first."""
    rows = parent.iterfind(path) if parent is not None else ()
    texts = {row.get(XML_LANG, ""): row.text for row in rows if row.text}
    return next((texts[name] for name in (*LANGUAGES, *texts) if name in texts), None)
