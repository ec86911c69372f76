"""All that is kept of one person (GDPR 15 and 20 §): rows with words for people, and the files themselves."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from credentials import wallet
from credentials.document_forms import FORMS
from credentials.models import (
    Attainment,
    Claim,
    CompositeRequest,
    Correction,
    Credential,
    DataRequest,
    IssuingHold,
    Rectification,
)
from credentials.wallet_forms import WALLET_FORMS
from registry import access, trail
from registry.models import TrailEntry, User
from registry.models.texts import chosen

MADE = FORMS | WALLET_FORMS


@dataclass(frozen=True)
class Word:
    """A stored word with what pages call it."""

    code: str
    label: Promise | str


@dataclass(frozen=True, kw_only=True)
class Section:
    """One kind of data: `fields` says what pages call the names that each row has, in their order."""

    key: str
    label: Promise
    fields: dict[str, Promise]
    rows: list[dict]


def sections(user: User) -> list[Section]:
    """Account, records, studies, credentials, shares, requests and who looked."""
    makers = (
        _account, _roles, _records, _enrolments, _attainments, _credentials, _corrections, _composites,
        _shares, _viewings, _wallet_offers, _rectifications, _requests, _claims, _holds, _trail,
    )  # fmt: skip
    return [make(user) for make in makers]


def files(user: User) -> Iterable[tuple[str, bytes]]:
    """The signed documents as they are stored: pairs of name and bytes."""
    for one in wallet.credentials(user).prefetch_related("documents"):
        yield f"credentials/{one.grouped_code}.json", bytes(one.document)
        for document in one.documents.all():
            name = "-".join(filter(None, (one.grouped_code, document.form, document.language)))
            yield f"documents/{name}-{document.pk}.{MADE[document.form].suffix}", bytes(document.content)


def word(row, field: str) -> Word:
    """A choice field of a row with the label of its choice."""
    return Word(str(getattr(row, field)), getattr(row, f"get_{field}_display")())


def offering(version) -> str:
    _language, title = chosen(version.title, main=version.primary_language)
    return f"{version.offering.code} v{version.number} {title}"


def rows(found: Iterable, fields: Iterable[str], **made) -> list[dict]:
    """A row of each: `fields` are read as they are, `made` says how the others are."""
    return [
        {name: made[name](one) if name in made else getattr(one, name) for name in fields} for one in found
    ]


def _account(user: User) -> Section:
    fields = {
        "email": _("E-mail"),
        "name": _("Name"),
        "language": _("Language"),
        "date_joined": _("Account opened"),
        "last_login": _("Signed in last"),
    }
    return Section(key="account", label=_("Account"), fields=fields, rows=rows([user], fields))


def _roles(user: User) -> Section:
    fields = {"institution": _("Institution"), "role": _("Role")}
    held = user.memberships.select_related("institution").order_by("institution__short_name", "role")
    found = rows(held, fields, institution=_institution, role=lambda one: word(one, "role"))
    return Section(key="roles", label=_("Roles"), fields=fields, rows=found)


def _records(user: User) -> Section:
    fields = {
        "institution": _("Institution"),
        "given_names": _("Given names"),
        "family_name": _("Family name"),
        "email": _("E-mail"),
        "language": _("Language"),
        "birth_date": _("Birth date"),
        "learner_oid": _("Learner OID"),
        "has_safety_prohibition": _("Safety prohibition (turvakielto)"),
        "identity_code": _("Personal identity code kept since"),
        "created_at": _("Added"),
    }
    found = user.learner_records.select_related("institution", "identity_code")
    found = rows(
        found.order_by("institution__short_name", "pk"), fields, institution=_institution,
        identity_code=lambda one: one.identity_code.written_at if hasattr(one, "identity_code") else None,
    )  # fmt: skip
    return Section(key="records", label=_("What each institution keeps of you"), fields=fields, rows=found)


def _enrolments(user: User) -> Section:
    fields = {
        "institution": _("Institution"),
        "offering": _("Offering"),
        "realisation": _("Realisation"),
        "status": _("Status"),
        "enrolled_at": _("Enrolled on"),
        "accepted_at": _("Accepted on"),
        "home_institution": _("Home institution"),
        "asks_recognition": _("Asks for recognition of prior learning"),
    }
    found = rows(
        wallet.enrolments(user), fields, institution=_institution, status=lambda one: word(one, "status"),
        offering=lambda one: offering(one.realisation.version), realisation=lambda one: one.realisation.key,
    )  # fmt: skip
    return Section(key="enrolments", label=_("Enrolments"), fields=fields, rows=found)


def _attainments(user: User) -> Section:
    fields = {
        "institution": _("Institution"),
        "offering": _("Offering"),
        "completed_on": _("Completion date"),
        "grade": _("Grade"),
        "documented_as": _("Documented as"),
        "no_credits_reason": _("Why without credits"),
        "acquired_by": _("How it was acquired"),
        "recorded_at": _("Recorded"),
    }
    found = Attainment.objects.filter(learner__user=user).order_by("-completed_on", "-pk")
    found = rows(
        found.select_related("institution", "version__offering"), fields, institution=_institution,
        offering=lambda one: offering(one.version), documented_as=lambda one: word(one, "documented_as"),
        acquired_by=lambda one: word(one, "acquired_by"),
    )  # fmt: skip
    return Section(key="attainments", label=_("Attainments"), fields=fields, rows=found)


def _credentials(user: User) -> Section:
    fields = {
        "id": _("Identifier"),
        "code": _("Verification code"),
        "institution": _("Institution"),
        "offering": _("Offering"),
        "status": _("Status"),
        "issued_at": _("Issue date"),
        "valid_until": _("Valid until"),
        "revoked_at": _("Revoked on"),
        "sha256": _("SHA-256 of the file"),
    }
    found = rows(
        wallet.credentials(user), fields, id=lambda one: str(one.pk), code=lambda one: one.grouped_code,
        institution=_institution, offering=_signed_title,
        status=lambda one: word(one, "status"),
    )  # fmt: skip
    return Section(key="credentials", label=_("Credentials"), fields=fields, rows=found)


def _corrections(user: User) -> Section:
    fields = {
        "credential": _("Earlier credential"),
        "replacement": _("Corrected credential"),
        "made_at": _("Corrected"),
        "was": _("What it said"),
        "became": _("What it says now"),
        "reason": _("Reason"),
        "undone_at": _("Undone"),
        "undo_reason": _("Why it was undone"),
    }
    found = Correction.objects.filter(credential__learner__user=user)
    found = rows(
        found.select_related("credential", "replacement").order_by("-made_at", "-pk"), fields,
        credential=lambda one: one.credential.grouped_code,
        replacement=lambda one: one.replacement.grouped_code,
        was=lambda one: _differing(one.was, than=one.became),
        became=lambda one: _differing(one.became, than=one.was),
    )  # fmt: skip
    return Section(key="corrections", label=_("Corrections of credentials"), fields=fields, rows=found)


def _differing(facts: dict, *, than: dict) -> str:
    return ", ".join(facts[name] for name in sorted(facts) if facts[name] != than[name])


def _composites(user: User) -> Section:
    fields = {"pathway": _("Pathway"), "asked_at": _("Asked"), "credential": _("Credential")}
    found = CompositeRequest.objects.filter(learner__user=user).select_related("pathway", "credential")
    found = rows(
        found.order_by("-asked_at", "-pk"), fields, pathway=lambda one: chosen(one.pathway.name)[1],
        credential=lambda one: one.credential.grouped_code if one.credential else "",
    )  # fmt: skip
    label = _("Composite credentials that you have asked for")
    return Section(key="composites", label=label, fields=fields, rows=found)


def _shares(user: User) -> Section:
    fields = {
        "created_at": _("Made on"),
        "expires_at": _("Works until"),
        "withdrawn_at": _("Withdrawn on"),
        "purpose": _("What the link is for"),
        "note": _("Note to yourself"),
        "left_out": _("Left out"),
        "credentials": _("Credentials"),
    }
    found = rows(
        wallet.shares(user), fields, purpose=lambda one: word(one, "purpose"),
        credentials=lambda one: [credential.grouped_code for credential in one.credentials.all()],
    )  # fmt: skip
    return Section(key="shares", label=_("Share links"), fields=fields, rows=found)


def _viewings(user: User) -> Section:
    fields = {"on": _("Day"), "link": _("Link"), "kind": _("What"), "times": _("Times")}
    made = {"link": lambda one: one.share.created_at, "kind": lambda one: word(one, "kind")}
    found = rows(wallet.viewings(user), fields, **made)
    return Section(key="viewings", label=_("Viewings of your share links"), fields=fields, rows=found)


def _wallet_offers(user: User) -> Section:
    fields = {
        "made_at": _("Offered on"),
        "credential": _("Credential"),
        "form": _("Kind of wallet"),
        "taken_at": _("Taken on"),
        "cancelled_at": _("Cancelled on"),
    }
    made = {
        "credential": lambda one: one.credential.grouped_code,
        "form": lambda one: Word(one.form, WALLET_FORMS[one.form].label),
    }
    found = rows(wallet.offers(user), fields, **made)
    return Section(key="wallets", label=_("Offers to wallets"), fields=fields, rows=found)


def _rectifications(user: User) -> Section:
    fields = {
        "institution": _("Institution"),
        "about": _("What was decided"),
        "status": _("Status"),
        "asked_at": _("Asked"),
        "grounds": _("Grounds"),
        "answered_at": _("Answered"),
        "answer": _("Answer"),
        "board_asked_at": _("Examination board asked"),
        "board_grounds": _("Grounds to the board"),
        "board_answered_at": _("Answer of the board on"),
        "board_answer": _("Answer of the board"),
    }
    found = Rectification.objects.filter(learner__user=user).select_related("institution")
    status = {"institution": _institution, "status": lambda one: word(one, "status")}
    found = rows(found.order_by("-asked_at", "-pk"), fields, **status)
    return Section(key="rectifications", label=_("Requests for rectification"), fields=fields, rows=found)


def _requests(user: User) -> Section:
    fields = {
        "institution": _("Institution"),
        "kind": _("What was asked"),
        "text": _("In your words"),
        "status": _("Status"),
        "asked_at": _("Asked"),
        "ground": _("Ground"),
        "answered_at": _("Answered"),
        "answer": _("Answer"),
    }
    found = DataRequest.objects.filter(learner__user=user).select_related("institution")
    found = rows(
        found.order_by("-asked_at", "-pk"), fields, institution=_institution,
        kind=lambda one: word(one, "kind"), status=lambda one: word(one, "status"),
        ground=lambda one: word(one, "ground") if one.ground else "",
    )  # fmt: skip
    return Section(key="requests", label=_("Requests about own data"), fields=fields, rows=found)


def _claims(user: User) -> Section:
    fields = {
        "institution": _("Institution"),
        "created_at": _("Sent"),
        "expires_at": _("Works until"),
        "used_at": _("Used"),
    }
    found = Claim.objects.filter(learner__user=user).select_related("learner__institution")
    made = {"institution": lambda one: str(one.learner.institution)}
    found = rows(found.order_by("-created_at", "-pk"), fields, **made)
    return Section(key="claims", label=_("Links to open your account"), fields=fields, rows=found)


def _holds(user: User) -> Section:
    """That issuing was held, not why: the ground may belong to a suspicion that is looked into."""
    fields = {"institution": _("Institution"), "decided_at": _("From"), "lifted_at": _("Lifted")}
    found = IssuingHold.objects.filter(learner__user=user).select_related("institution")
    found = rows(found.order_by("-decided_at", "-pk"), fields, institution=_institution)
    return Section(key="holds", label=_("Holds on issuing"), fields=fields, rows=found)


def _trail(user: User) -> Section:
    fields = {
        "at": _("When"),
        "what": _("What"),
        "why": _("Why"),
        "who": _("Who"),
        "role": _("Role"),
        "institution": _("Institution"),
        "about": _("Row"),
    }

    def who(entry: TrailEntry):
        return _("You") if entry.by_id == user.pk else str(entry.by) if entry.by else _("The service")

    found = rows(
        wallet.trail(user), fields, what=lambda one: Word(one.verb, trail.VERBS.get(one.verb, one.verb)),
        why=trail.purpose, who=who, institution=_institution,
        role=lambda one: "" if trail.is_by_learner(one) else access.names(one.role),
    )  # fmt: skip
    return Section(key="trail", label=_("Who has looked at or changed your data"), fields=fields, rows=found)


def _signed_title(credential: Credential) -> str:
    _language, title = chosen(credential.award["title"], main=credential.language)
    return f"{credential.award['offering_code']} {title}"


def _institution(row) -> str:
    return str(row.institution or "")
