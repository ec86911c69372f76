"""Why a credential cannot be read or its proof does not hold, for people who never saw one from inside."""

from django.utils.translation import gettext_lazy as _

NO_CREDENTIAL = _(
    "The file is not a credential: it is neither JSON, a JWT nor the picture of a badge. Give the file that "
    "the learner downloaded."
)
UNREADABLE = {
    "too-large": _("The file is too large to be a credential: at most 1 MB is read."),
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
    "bad-picture": _("The picture is damaged or has been tampered with, so no credential is read from it."),
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
}
NOT_ITS_KEY = _("The signature names a key that the issuer does not have.")
NO_CANONICAL_FORM = _(
    "The signature cannot hold, because the credential itself cannot be read in one way only."
)


def readable_text(code: str, *, detail: str) -> str:
    """What is wrong with the form of the document."""
    return str(UNREADABLE.get(code, OTHERWISE)) % {"detail": detail[:200]}


def proof_text(code: str, *, is_known: bool) -> str:
    """What the signature proves or why it does not; `is_known`: the issuer's keys are ours to tell."""
    if is_known and code == "unknown-key":
        return str(NOT_ITS_KEY)
    return str(PROOF.get(code, NO_CANONICAL_FORM))
