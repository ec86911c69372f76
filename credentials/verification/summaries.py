"""The word for a whole report, and what to do next: for the pages and for a continuity pack alike."""

from collections.abc import Sequence

from credentials.verification.register import Kept
from credentials.verification.report import WORST_FIRST, Check, Outcome, Report
from credentials.verification.saying import Said
from credentials.verification.saying import said as _

Summary = tuple[Said, Said]

SUMMARIES: dict[Outcome, Summary] = {
    Outcome.VALID: (
        _("The credential is valid"),
        _("You can rely on it. Compare the name in it with the person you know."),
    ),
    Outcome.WARNING: (
        _("The credential is genuine as far as can be seen; read the notes"),
        _("Read the lines marked as notes and decide whether they matter to you. In doubt, ask the issuer."),
    ),
    Outcome.UNKNOWN: (
        _("The credential could not be checked wholly"),
        _("Do not rely on it before you have asked the issuer about what could not be checked here."),
    ),
    Outcome.INVALID: (
        _("The credential is not valid"),
        _("Do not rely on it. Ask the person for the original file or a share link, or ask the issuer."),
    ),
}
SEVERAL: dict[Outcome, Summary] = {
    Outcome.VALID: (
        _("Every credential in the file is valid"),
        _("You can rely on them. Compare the name in them with the person you know."),
    ),
    Outcome.WARNING: (
        _("Every credential in the file is genuine as far as can be seen; read the notes"),
        _("Read the notes on each and decide whether they matter to you. In doubt, ask the issuer."),
    ),
    Outcome.UNKNOWN: (
        _("Not every credential in the file could be checked wholly"),
        _("Rely only on those that are valid, and ask the issuer about the others."),
    ),
    Outcome.INVALID: (
        _("Not every credential in the file is valid"),
        _("Rely only on those that are valid. Ask the person or the issuer about the others."),
    ),
}
UNREADABLE: Summary = (
    _("No credential could be read from this"),
    _(
        "This says nothing about the person: it may simply be the wrong file. Choose the file as it was "
        "downloaded, or write the verification code that stands on the certificate into its own field."
    ),
)
UNSEEN: Summary = (
    UNREADABLE[0],
    _(
        "This says nothing about the person. Take the picture again so that the whole QR code is sharp, or "
        "write the verification code that stands on the certificate into its own field."
    ),
)
NOT_FOUND: Summary = (
    _("No credential was found with this code"),
    _(
        "Check the code against the certificate. If it is the same there, ask the institution that the "
        "certificate names."
    ),
)
WHY = {"no-code": UNSEEN, "other-code": UNSEEN, "other-picture": UNREADABLE, "locked": UNREADABLE}
CHANGED: Summary = (
    _("The file has been changed; the credential it names is valid"),
    _("Do not rely on what the file says. Ask the person for the original file or a share link."),
)
# The signature fails, and the register holds something else under the same name; or nothing it could be.
ALTERED: Summary = (
    _("The credential has been changed after it was issued"),
    _("Do not rely on it. Ask the person for the original file or a share link, or ask the issuer."),
)
UNPROVEN: Summary = (
    _("Nothing shows that the issuer named in it has given this credential"),
    _("Do not rely on it. Ask the person for the original file or a share link, or ask the issuer."),
)
EXPIRED: Summary = (
    _("The credential is genuine, but its time has ended"),
    _("What was learned was proven; ask the person for a newer credential, or the issuer whether it counts."),
)
# Genuine, but it does not stand: by its status in the register, where that is known.
STANDING: dict[str, Summary] = {
    "": (
        _("The credential is genuine, but it does not count now"),
        _("Do not rely on it. The line of its status says why; the issuer can tell more."),
    ),
    "revoked": (
        _("The credential has been revoked"),
        _("Do not rely on it: its issuer has taken it back, and a new link would say the same."),
    ),
    "fell_with_part": (
        _("The composite credential is no longer in force"),
        _(
            "Do not rely on it: one of the credentials that it is made of has been revoked or replaced. Ask"
            " the person for a new one."
        ),
    ),
    "suspended": (
        _("The credential is suspended for now"),
        _("Do not rely on it yet. Look again later, or ask the issuer when the matter is decided."),
    ),
    "replaced": (
        _("The credential has been replaced by another"),
        _("Do not rely on this one. Ask the person for the credential that replaces it."),
    ),
}
COPY: Summary = (
    _("The file itself is unproven; the credential it names is valid"),
    _(
        "Compare the fields below with what the file says. If any of them differs, do not rely on the file. "
        "The learner can also give you the original PDF or a share link."
    ),
)


def of(found: Report) -> Summary:
    """Of a whole report, of the service or of a continuity pack."""
    if found.records:
        return SEVERAL[found.outcome]
    title, following = summary(found.checks, status=standing(found.credential))
    if found.is_copy:
        has_notes = any(line.outcome == Outcome.WARNING for line in found.checks)
        return title if has_notes else COPY[0], COPY[1]
    return title, following


def standing(kept: Kept | None) -> str:
    """The key of its summary: its status, or that it was revoked with a part; "" where nobody knows it."""
    if kept is None:
        return ""
    return "fell_with_part" if kept.status == "revoked" and kept.fell_with_part else str(kept.status)


def summary(lines: Sequence[Check], *, status: str = "") -> Summary:
    """Of a report's lines; `status` is the credential's in the register, "" where nobody knows it."""
    wrong = {line.name for line in lines if line.outcome == Outcome.INVALID}
    if nothing := _of_nothing(lines, wrong):
        return nothing
    if "proof" in wrong:
        return ALTERED if "register" in wrong else UNPROVEN
    if wrong == {"file"} and status == "valid":
        return CHANGED
    if "status" in wrong and wrong <= {"status", "validity"}:
        return STANDING.get(status, STANDING[""])
    if wrong == {"validity"}:
        return EXPIRED
    found = {line.outcome for line in lines}
    return SUMMARIES[next((outcome for outcome in WORST_FIRST if outcome in found), Outcome.VALID)]


def _of_nothing(lines: Sequence[Check], wrong: set[str]) -> Summary | None:
    """Where there is no credential to say anything of."""
    if wrong == {"readable"}:
        return UNREADABLE
    unknown = {line.name for line in lines if line.outcome == Outcome.UNKNOWN}
    if unknown == {"register"} and not wrong:  # of a pack, which holds no codes but its own
        return NOT_FOUND
    return next((WHY[line.why] for line in lines if line.why in WHY), None)
