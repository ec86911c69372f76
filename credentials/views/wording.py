"""How reports, states and the trail read on the pages of learners and verifiers."""

from collections.abc import Callable

from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from credentials import certificate
from credentials.facts import LANGUAGES
from credentials.formats import narrative
from credentials.models import Correction, Credential, Share, WalletOffer
from credentials.verification import Outcome, Report, subjects, summaries
from credentials.verification.report import WORST_FIRST
from credentials.verification.saying import Said, worded
from credentials.verification.summaries import UNREADABLE
from registry.actions import codelists
from registry.models import Institution
from registry.templatetags.texts import ONLY_IN, in_reader_language

STATUSES = {
    "valid": _("Valid"),
    "expired": _("Expired"),
    "suspended": pgettext_lazy("credential", "Suspended"),
    "revoked": _("Revoked"),
    "replaced": _("Replaced"),
}
CHECKS = {
    "readable": _("Readable"),
    "file": _("File"),
    "proof": _("Signature"),
    "issuer": _("Issuer"),
    "register": _("Register"),
    "status": _("Status"),
    "validity": _("Validity"),
    "offering": _("Offering"),
    "quality_at_issue": _("Quality on the day of issue"),
    "quality_today": _("Quality today"),
    "rectification": _("Rectification"),
    "record": _("Credential"),
}
OUTCOMES = {
    Outcome.VALID: _("In order"),
    Outcome.WARNING: _("Note"),
    Outcome.UNKNOWN: _("Could not be checked"),
    Outcome.INVALID: _("Not in order"),
}
VERBS = {
    "created": _("Added your data"),
    "updated": _("Changed your data"),
    "invited": _("Sent you a link to open your account"),
    "claimed": _("You took your data into your account"),
    "recorded": _("Recorded an attainment"),
    "corrected": _("Corrected an attainment"),
    "imported": _("Imported your data from a file"),
    "listed": _("Saw you in a list"),
    "looked_at": _("Looked at your data"),
    "read": _("Looked at your data"),
    "downloaded": _("Downloaded your credential"),
    "issued": _("Issued a credential"),
    "composite_asked": _("You asked for a composite credential"),
    "document_made": _("Made a document of your credential"),
    "revoked": _("Revoked a credential"),
    "suspended": _("Suspended a credential"),
    "valid": _("Put a credential in force again"),
    "replaced": _("Replaced a credential"),
    "enrolled": _("You were enrolled"),
    "received": _("Your enrolment through the cross-institutional service was received"),
    "queued": _("You were put in the queue"),
    "accepted": _("You accepted your enrolment"),
    "cancelled": _("Your enrolment was cancelled"),
    "completed": _("You completed a realisation"),
    "shared": _("You made a share link"),
    "share_withdrawn": _("You withdrew a share link"),
    "share_reminded": _("Reminded you of a share link without an end"),
    "wallet_offered": _("You offered a credential to a wallet"),
    "wallet_taken": _("Your wallet took a credential"),
    "wallet_cancelled": _("You cancelled an offer to a wallet"),
    "identity_kept": _("Kept your personal identity code"),
    "identity_seen": _("Looked at your personal identity code"),
    "identity_erased": _("Erased your personal identity code"),
    "own_data_fetched": _("You downloaded your data"),
    "data_asked": _("You asked for correction or erasure of your data"),
    "data_done": _("Did what you asked for with your data"),
    "data_refused": _("Refused what you asked for with your data"),
    "data_withdrawn": _("You withdrew your request about your data"),
    "data_erased": _("Erased data of yours"),
    "account_closed": _("You closed your account"),
    "survey_agreed": _("You agreed to surveys"),
    "survey_refused": _("You refused surveys"),
    "rectification_opened": _("Wrote down a decision that you may ask to be rectified"),
    "rectification_changed": _("Changed what is kept of such a decision"),
    "rectification_asked": _("You asked for rectification"),
    "rectification_granted": _("Granted your request for rectification"),
    "rectification_denied": _("Did not grant your request for rectification"),
    "rectification_withdrawn": _("You withdrew your request for rectification"),
    "board_asked": _("You asked the examination board"),
    "board_granted": _("Wrote down that the examination board granted your request"),
    "board_denied": _("Wrote down that the examination board did not grant your request"),
}
RIGHT_ALL_ALONG = _("Do not rely on this one. Ask the person for the credential that it was to correct.")
OTHER_VERB = _("Handled your data")


def in_words(sentence: Said) -> str:
    return worded(sentence, gettext=gettext, language=get_language())


def report(found: Report) -> dict:
    """Context of components/report.html."""
    title, next_step = summaries.of(found)
    is_undone = title is summaries.STANDING["revoked"][0] and _right_all_along(found.credential)
    lines = sorted(found.checks, key=lambda check: WORST_FIRST.index(check.outcome))
    return {
        # A wrong file is no false credential: it is told without alarm.
        "outcome": str(Outcome.UNKNOWN if title is UNREADABLE[0] else found.outcome),
        "outcome_title": in_words(title),
        "next_step": RIGHT_ALL_ALONG if is_undone else in_words(next_step),
        "checks": [
            {
                "label": CHECKS[check.name],
                "outcome": str(check.outcome),
                "word": OUTCOMES[check.outcome],
                "message": check.message,
            }
            for check in lines
        ],
    }


def learned(found: Report) -> dict:
    """Context of credentials/learned.html: what was learned, never by whom."""
    credential = found.credential
    return {
        "credential": credential,
        "heading": heading(credential),
        "certificate": certificate.read(credential, language=certificate.language_for(credential)),
        "only_in": only_in(credential),
    }


def status(credential: Credential, now) -> dict:
    word = credential.status_at(now)
    return {"status": word, "label": STATUSES[word]}


def title(credential: Credential) -> dict:
    """Its title as it was signed, with the language it is in."""
    return in_reader_language(credential.award["title"], main=credential.language)


def whole(credential: Credential, *, institution: Institution) -> dict:
    """A composite credential that an act on a part moves too. Another institution's is the learner's to show
    (rule 8)."""
    if credential.institution_id == institution.pk:
        return title(credential)
    return {"text": _("A composite credential of another institution")}


def heading(credential: Credential) -> dict:
    """The same with what kind of badge it is, for the head of a page."""
    titles = {one: narrative.title(credential.facts, one) for one in LANGUAGES}
    return in_reader_language(titles, main=credential.language)


def made_of(credential: Credential, *, at, address: Callable[[Credential], str]) -> dict:
    """Context of credentials/made_of.html; `address` gives "" where a page has no link for the reader."""
    parts = credential.parts.order_by("pk") if credential.is_composite else ()
    order = {one.credential_id: place for place, one in enumerate(credential.facts.parts)}
    sorted_parts = sorted(parts, key=lambda one: order.get(one.pk, 0))
    return {
        "parts": [_piece(one, at=at, address=address) for one in sorted_parts],
        "wholes": [
            _piece(one, at=at, address=address) for one in credential.wholes.order_by("issued_at", "pk")
        ],
    }


def _piece(one: Credential, *, at, address: Callable[[Credential], str]) -> dict:
    said = one.facts
    return {
        "title": title(one),
        "ects": number_format(said.ects.normalize()) if said.ects else "",
        "issuer": in_reader_language(said.issuer.name),
        "url": address(one),
        **status(one, at),
    }


def standing(credential: Credential, *, address: Callable[[Credential], str]) -> list[dict]:
    """Why it stands as it does: text, tone and where that is so the other credential's code and address."""
    found = []
    if credential.status == Credential.Status.REVOKED:
        reason = in_reader_language(
            codelists.label(code_list="revocation_reason", code=credential.revocation_reason)
        )
        text = _("Revoked on %(day)s. Reason: %(reason)s.")
        found.append({"text": text % {"day": _day(credential.revoked_at), "reason": reason["text"]}})
        if earlier := _right_all_along(credential):
            text = _("It was to correct a credential that was right. In force again:")
            found.append({"text": text, "code": earlier.grouped_code, "url": address(earlier)})
    elif credential.status == Credential.Status.SUSPENDED:
        found.append({"text": _suspended(credential)})
    elif correction := credential.corrections.filter(undone_at=None).select_related("replacement").first():
        text = _("Replaced on %(day)s by a corrected credential:") % {"day": _day(correction.made_at)}
        new = correction.replacement
        found.append({"text": text, "code": new.grouped_code, "url": address(new)})
    if credential.attainment and (asked := credential.attainment.rectifications.open().first()):
        text = (
            _("Under rectification since %(day)s. The credential is valid meanwhile, and marked.")
            if credential.status == Credential.Status.VALID
            else _("Under rectification since %(day)s.")
        )
        found.append({"text": text % {"day": _day(asked.board_asked_at or asked.asked_at)}})
    if (earlier := _correction_of(credential)) is not None:
        text = _("Issued on %(day)s in place of a credential that had an error:")
        found.append(
            {
                "text": text % {"day": _day(earlier.made_at)},
                "code": earlier.credential.grouped_code,
                "url": address(earlier.credential),
            }
        )
    return found


def replacement(found: Report) -> dict | None:
    """Of a credential that was replaced, or that was a correction which is undone: the code and address of
    the one that counts now. Not of one that is shown in part: by its code all of it could be seen."""
    credential = found.credential
    if credential is None or found.is_part:
        return None
    counting, is_correction = _right_all_along(credential), False
    if credential.status == Credential.Status.REPLACED:
        correction = credential.corrections.filter(undone_at=None).select_related("replacement").first()
        counting, is_correction = (correction.replacement, True) if correction else (None, False)
    if counting is None:
        return None
    code = counting.grouped_code
    return {"code": code, "url": reverse("verify-code", args=[code]), "is_correction": is_correction}


def _right_all_along(credential: Credential) -> Credential | None:
    """Of one that was revoked as its correction was undone: what it had replaced, while that is valid."""
    if credential.status != Credential.Status.REVOKED:
        return None
    undone = getattr(credential, "correction_of", None)
    earlier = undone.credential if undone and undone.undone_at else None
    return earlier if earlier and earlier.status == Credential.Status.VALID else None


def _correction_of(credential: Credential) -> Correction | None:
    found = getattr(credential, "correction_of", None)  # the other end of a one-to-one
    return found if found and found.undone_at is None else None


def _suspended(credential: Credential) -> str:
    said = {"day": _day(credential.suspended_at), "reason": credential.get_suspension_reason_display()}
    if credential.suspended_until is None:
        return _("Suspended on %(day)s for the time being. Reason: %(reason)s.") % said
    until = date_format(credential.suspended_until, "j.n.Y")
    return _("Suspended from %(day)s to %(until)s. Reason: %(reason)s.") % {**said, "until": until}


def _day(moment) -> str:
    return date_format(localtime(moment), "j.n.Y")


def share_state(share: Share, now) -> dict:
    if share.withdrawn_at:
        return {"status": "withdrawn", "label": _("Withdrawn")}
    if not share.is_open(now):
        return {"status": "expired", "label": _("Ended")}
    return {"status": "valid", "label": _("Works")}


# The word and the mark of each state of an offer to a wallet.
OFFER_STATES = {
    "waiting": ("waiting", _("Waits for the wallet")),
    "opened": ("running", _("The wallet is taking it")),
    "taken": ("done", _("In the wallet")),
    "cancelled": ("withdrawn", _("Offer cancelled")),
    "locked": ("failed", _("Ended after too many wrong digits")),
    "ended": ("expired", _("Ended unused")),
}


def offer_state(offer: WalletOffer, now) -> dict:
    state = offer.state_at(now)
    status, label = OFFER_STATES[state]
    return {"status": status, "label": label, "is_open": state in ("waiting", "opened")}


def only_in(credential: Credential) -> str:
    """The note of rule 16, where the words of the credential are not in the reader's language."""
    offered = certificate.languages(credential)
    return (
        ""
        if get_language() in offered
        else ONLY_IN[tuple(one for one in ("fi", "sv", "en") if one in offered)]
    )


def subject(found: Report) -> list[dict]:
    """What a document that somebody gave us says, for people: label, text, its language where that is another
    and the note that says so. It was theirs to begin with."""
    if found.document is None:
        return []
    said = subjects.read(found.document)
    pairs = [
        (_("Credential"), _titled(found, said)),
        (_("Person"), {"text": said.person}),
        (_("Issuer, by its own words"), _issuer(found, said)),
    ]
    return [{"label": label, **text} for label, text in pairs if text["text"]]


def records(found: Report) -> list[dict]:
    """Of a file of several credentials: the report on each, by the title that it gives itself."""
    return [
        {
            **report(one),
            "id": f"report-{number}",
            "heading": f"{number}. {_titled(one, subjects.read(one.document or {}))['text']}",
            "subject": subject(one),
            "replacement": replacement(one),
        }
        for number, one in enumerate(found.records, start=1)
    ]


def technical(found: Report) -> list[dict]:
    """The same for programs and for those who mend them."""
    if found.document is None:
        return []
    said = subjects.read(found.document)
    pairs = [(_("Identifier"), said.id), (_("Identifier of the issuer"), said.issuer_id)]
    return [{"label": label, "text": text} for label, text in pairs if text]


def _is_its_own(found: Report) -> bool:
    """Whether the register has the words of the document in other languages too."""
    sound = {one.name for one in found.checks if one.outcome == Outcome.VALID}
    return bool(found.credential) and {"proof", "register"} <= sound


def _issuer(found: Report, said: subjects.Subject) -> dict:
    """Its name in the reader's language, where the credential has it."""
    if _is_its_own(found):
        return in_reader_language(found.credential.facts.issuer.name, main=found.credential.language)
    return {"text": said.issuer}


def _titled(found: Report, said: subjects.Subject) -> dict:
    """The title in the reader's language, where the register has it and the document is its own."""
    if _is_its_own(found):
        return heading(found.credential)
    return {"text": said.title, "language": said.language if said.language != get_language() else ""}
