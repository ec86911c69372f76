"""Why a credential cannot be read or its proof does not hold, for people who never saw one from inside."""

from credentials.verification.saying import Said
from credentials.verification.saying import said as _

NO_CREDENTIAL = _(
    "The file is not a credential: it is neither JSON, a JWT nor another form that is read here. Give the "
    "file that the learner downloaded, or a picture of the certificate with its QR code."
)
UNREADABLE = {
    "too-large": _("The file is too large: at most 10 MB is read, of text 1 MB, of a picture 40 megapixels."),
    "too-many-attachments": _("Several files are attached to the PDF, so it can be read in two ways."),
    "no-code": _(
        "No credential and no verification code was found in the file. Take the picture again so that the "
        "whole QR code is sharp, or write the code that stands on the certificate."
    ),
    "other-code": _(
        "The QR code is not of this register (%(detail)s), and what it leads to was not opened. Look for the "
        "verification code on the certificate."
    ),
    "not-now": _("The file cannot be looked at just now. Try again later, or write the verification code."),
    "other-picture": _(
        "Pictures of this kind (such as HEIC) are not read. Save the picture as JPEG or PNG, or take a "
        "screenshot of it."
    ),
    "two-codes": _("The file shows the codes of several credentials. Check them one by one."),
    "locked": _("The PDF is locked with a password. Ask for one without, or write the verification code."),
    "share": _("The file shows the link of a share. Open it to see what the learner shares."),
    "not-elm": _("The file is sealed, but what is in it is not a European Digital Credential."),
    "not-elmo": NO_CREDENTIAL,
    "no-record": _("The file is a study record (ELMO), but there is no attainment in it."),
    "several-records": _(
        "The file is a study record (ELMO) with %(detail)s attainments, which is more than can be told apart "
        "here: ask the learner for them one by one, or check the verification codes of their certificates."
    ),
    "not-xml": _("The file is damaged: it is not well-formed XML."),
    "dtd": _("The file contains a document type declaration, which a study record may not have."),
    "too-many": _("The file has too many parts to be a credential."),
    "empty": _("The file is empty."),
    "not-json": NO_CREDENTIAL,
    "not-a-picture": NO_CREDENTIAL,
    "not-baked": _(
        "The picture holds no credential. Many programs drop it when they save or resize a picture: ask the "
        "learner for the file as it was downloaded."
    ),
    "old-badge": _(
        "The picture holds a badge of an older form (Open Badges 2), which cannot be checked here."
    ),
    "two-credentials": _("The picture holds two credentials, so it can be read in two ways."),
    "bad-picture": _("The file is damaged or has been tampered with, so no credential is read from it."),
    "unsupported-signature": _("The credential is signed in a way that cannot be checked here (%(detail)s)."),
    "sd-jwt": _("The parts of the credential do not belong together, so nothing is read from it."),
    "duplicate-member": _("The file says the same thing twice in one place, so it can be read in two ways."),
    "too-deep": _("The file is nested too deeply to be a credential."),
    "control-character": _("The file contains a forbidden control character."),
    "unsafe-number": _("The file contains a number that programs read in different ways."),
    "null-value": _("The file contains an empty value (null), which a credential may not have."),
    "unknown-context": _(
        "The credential uses terms that are not known here (%(detail)s), so it cannot be checked."
    ),
    "inline-context": _("The credential defines its own terms, so it cannot be checked here."),
    "undefined-term": _("The credential uses words that nothing defines: %(detail)s."),
    "context": _("The file is not a Verifiable Credential 2.0: its contexts are wrong."),
    "type": _("The file is not a Verifiable Credential: its type is missing."),
    "period": _("The dates of the credential cannot be read."),
    "vc1-date": _("The credential is written in an older form (Verifiable Credentials 1.1)."),
}
OTHERWISE = _("The file does not have the form of a credential (%(detail)s).")

PROOF = {
    "verified": _("The signature is genuine and nothing has been changed."),
    "no-proof": _("The credential has no signature, so anybody may have written it."),
    "unsupported": _("The credential is signed in a way that cannot be checked here."),
    "unknown-context": _(
        "The signature cannot be checked, because the credential uses terms not known here."
    ),
    "inline-context": _("The signature cannot be checked, because the credential defines its own terms."),
    "too-complex": _("The credential is too complex for its signature to be checked here."),
    "unknown-key": _("The signature cannot be checked here: the issuer's key is not known. Ask the issuer."),
    "not-now": _("The signature cannot be checked just now: the issuer could not be asked. Try again later."),
    "unbound-key": _(
        "Nothing has been changed since it was signed, but whether the key is the issuer's cannot be checked "
        "here. Ask the issuer."
    ),
    "wrong-controller": _("The signature was made with a key that is not the issuer's."),
    "contradiction": _("The signature says something else of the credential than the credential itself."),
    "bad-binding": _(
        "The holder's own signature does not match, so somebody else may be showing the credential."
    ),
    "early-proof": _("The signature is not valid yet."),
    "wrong-purpose": _("The signature was not made for issuing credentials."),
    "expired-proof": _("The signature has expired."),
    "bad-proof": _("The signature is damaged or not in a form that can be read."),
    "bad-signature": _("The signature does not match: the credential has been changed after it was signed."),
    "too-many-proofs": _("The credential is sealed more than once, so it can be read in two ways."),
    "not-whole": _("The signature does not cover the whole file, so parts of it may have been added."),
    "bad-certificate": _("The certificate of the seal is damaged, or was not valid when the seal was made."),
    "wrong-holder": _("The seal is by somebody else than the issuer that the credential names."),
}
FILE = {
    "verified": _("The PDF was sealed by %(sealer)s on %(day)s and has not been changed since."),
    "bad-signature": _("The PDF has been changed after it was sealed. Do not rely on what it says."),
    "no-proof": _(
        "The PDF itself is unproven: it has no seal, as when it was printed or saved again. Anybody may have "
        "written what it says, so compare it with what the register says."
    ),
    "picture": _(
        "The picture itself proves nothing: anybody may have changed what it shows. Compare it with what the "
        "register says."
    ),
    "unknown-key": _("The PDF is unchanged since it was sealed, but who sealed it is not known here."),
    "not-its-seal": _("The PDF was sealed by somebody else than the issuer of the credential."),
    "sealed-by-another": _("The PDF was sealed by %(sealer)s, which did not issue the credential."),
    "leaked": _(
        "The seal proves nothing: the key of %(sealer)s has leaked, and the register holds no such file from "
        "before."
    ),
    "bad-certificate": _("The certificate of the seal was not valid when the PDF was sealed."),
    "bad-proof": _("The PDF is damaged or locked, so its seal cannot be checked."),
}
ABSENT = _("The register has no such credential. Ask the issuer before you rely on it.")
NOT_ITS_KEY = _("The signature names a key that the issuer does not have.")
NO_CANONICAL_FORM = _(
    "The signature cannot hold, because the credential itself cannot be read in one way only."
)


def readable_text(code: str, *, detail: str) -> Said:
    """What is wrong with the form of the document."""
    return UNREADABLE.get(code, OTHERWISE) % {"detail": detail[:200]}


def proof_text(code: str, *, is_known: bool) -> Said:
    """What the signature proves or why it does not; `is_known`: the issuer's keys are ours to tell."""
    if is_known and code == "unknown-key":
        return NOT_ITS_KEY
    return PROOF.get(code, NO_CANONICAL_FORM)
