"""The register that the corpus is drawn from: credentials in every state, and each of them in every form."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings

from credentials import keystore
from credentials.actions import (
    batches,
    corrections,
    credentials,
    documents,
    keys,
    rectifications,
    suspensions,
)
from credentials.certificate import language_for
from credentials.document_forms import FORMS, SEAL
from credentials.drills import school
from credentials.formats import badge_picture, baked, pdf
from credentials.models import Attainment, Credential, Learner
from registry.actions import statements
from registry.models import User

OTHER = "VAMK-MC-2025-006"
SPOILT = "KAMK-MC-2026-002"
DAY = timedelta(days=1)
YEARS_AGO = timedelta(days=3 * 366 + 30)  # a credential of the first offering holds for three years
WHOLE = ("good", "revoked")
STATES = ("good", "revoked", "suspended", "replaced", "expired", "rectification")
# What each state does to the report: the lines that are not in order.
WRONG = {
    "good": {},
    "revoked": {"status": "invalid"},
    "suspended": {"status": "invalid"},
    "replaced": {"status": "invalid"},
    "expired": {"validity": "invalid"},
    "rectification": {"rectification": "warning"},
}


@dataclass(frozen=True, kw_only=True)
class Issued:
    """One credential of the corpus as everybody may have it."""

    credential: Credential
    state: str
    language: str
    forms: dict[str, bytes]

    @property
    def page(self) -> bytes:
        """A picture of its certificate's first page."""
        return pdf.pictures(
            self.credential.facts,
            language=language_for(self.credential, wished=self.language),
            badge=self.forms["badge"],
            human_code=self.credential.grouped_code,
            verify_url=self.address,
        )[0]

    @property
    def address(self) -> str:
        """Where its QR code leads."""
        return f"{settings.BASE_URL}/{self.language}/verify/{self.credential.grouped_code}/"


@dataclass(frozen=True, kw_only=True)
class School:
    """`other` is a credential of another institution, `spoilt` one under a key that has leaked since."""

    at: datetime
    issued: list[Issued]
    other: Issued
    spoilt: Issued
    seal: keystore.Signer
    signer: keystore.Signer
    others_seal: keystore.Signer
    others_signer: keystore.Signer
    leaked: keystore.Signer

    def of(self, state: str) -> list[Issued]:
        """One in each language."""
        return [one for one in self.issued if one.state == state]

    @property
    def good(self) -> Issued:
        return self.of("good")[0]


def build(*, languages: tuple[str, ...], codes: int, at: datetime, few: Collection[str]) -> School:
    """A credential of each state and language, and as many good ones as make up `codes` in all.

    The good and the revoked are in every form, the others in these `few`.
    """
    offered = school.attainments(count=max(codes, len(STATES) * len(languages)), at=at - YEARS_AGO)
    wished = [(state, language) for state in STATES for language in languages]
    for attainment, (_state, language) in zip(offered, wished, strict=False):
        Learner.objects.filter(pk=attainment.learner_id).update(language=language)
    expired = [one for one, (state, _) in zip(offered, wished, strict=False) if state == "expired"]
    _issue(expired, at=at, issued_at=at - YEARS_AGO)
    _renew(offered[0], at=at)
    _issue([one for one in offered if one not in expired], at=at)
    issued = [
        _made(one, state=state, language=language, at=at, forms=FORMS if state in WHOLE else few)
        for one, (state, language) in zip(offered, wished, strict=False)
    ]
    other = _elsewhere(OTHER, at=at, forms=["pdf"])
    spoilt = _elsewhere(SPOILT, at=at - 2 * DAY, forms=["badge"])
    leaked = keystore.active(institution=spoilt.credential.institution, at=at)
    for one in issued:
        _bring(one.credential, to=one.state, at=at)
    keys.mark_leaked(key=leaked.key, since=at - DAY, reason="Drill", by=None, at=at)
    house, neighbour = issued[0].credential.institution, other.credential.institution
    return School(
        at=at, issued=issued, other=other, spoilt=spoilt, leaked=leaked,
        seal=_seal(house, at=at), signer=keystore.active(institution=house, at=at),
        others_seal=_seal(neighbour, at=at), others_signer=keystore.active(institution=neighbour, at=at),
    )  # fmt: skip


def _seal(institution, *, at: datetime) -> keystore.Signer:
    purpose, algorithm = SEAL
    return keystore.active(institution=institution, at=at, purpose=purpose, algorithm=algorithm)


def _elsewhere(offering: str, *, at: datetime, forms: Collection[str]) -> Issued:
    (attainment,) = school.attainments(count=1, at=at, offering=offering)
    _issue([attainment], at=at, issued_at=at)
    return _made(attainment, state="good", language="fi", at=at, forms=forms)


def _renew(attainment: Attainment, *, at: datetime) -> None:
    """The quality decision of years ago has been made again since."""
    statements.publish(
        version=attainment.version,
        review_id=uuid4(),
        criteria_set="EU-10/1",
        decided_on=(at - timedelta(days=30)).date(),
        approved_until=None,
        check_due_on=(at + timedelta(days=365)).date(),
        opens_until=None,
        at=at,
    )


def _issue(attainments: list[Attainment], *, at: datetime, issued_at: datetime | None = None) -> None:
    institution = attainments[0].institution
    batch = batches.start(
        institution=institution,
        attainments=attainments,
        by=school.issuer_of(institution),
        at=at,
        issued_at=issued_at,
    )
    batches.run(batch.pk)


def _made(
    attainment: Attainment, *, state: str, language: str, at: datetime, forms: Collection[str]
) -> Issued:
    """The credential of the attainment in those forms, and as SVG where it is a JWT."""
    credential = attainment.credentials.select_related("institution", "learner").get()
    made = {form: documents.fetch(credential=credential, form=form, by=None, at=at).content for form in forms}
    if "jwt" in made:
        made["svg"] = baked.svg(badge_picture.svg(credential.facts), credential=made["jwt"].decode())
    return Issued(credential=credential, state=state, language=language, forms=made)


def _bring(credential: Credential, *, to: str, at: datetime) -> None:
    by = school.issuer_of(credential.institution)
    if to == "revoked":
        credentials.revoke(credential=credential, reason="issued_in_error", note="", by=by, at=at)
    elif to == "suspended":
        suspensions.suspend(credential=credential, reason="identity", until=None, by=by, at=at)
    elif to == "replaced":
        facts = replace(corrections.signed(credential), family_name="Oikea")
        corrections.correct(credential=credential, facts=facts, reason="Drill", by=by, at=at)
    elif to == "rectification":
        _ask_for_rectification(credential, at=at)


def _ask_for_rectification(credential: Credential, *, at: datetime) -> None:
    learner = credential.learner
    learner.user = User.objects.create_user(email=learner.email)
    learner.save(update_fields=["user"])
    rectifications.ask(
        learner=learner,
        attainment=credential.attainment,
        about="",
        told_on=at.date(),
        until=at.date() + timedelta(days=14),
        grounds="Drill",
        by=learner.user,
        at=at,
    )
