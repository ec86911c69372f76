"""Documents of a credential: made of its award and sealed when somebody first wants one, then kept."""

import hashlib
import logging
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from credentials import certificate, keystore
from credentials.document_forms import FORMS, Form, Material
from credentials.facts import Incomplete
from credentials.models import Credential, CredentialDocument, PlainCertificate
from credentials.proofs.canonical import NotCanonical
from registry import storing, trail
from registry.errors import Refused
from registry.models import Institution, User

log = logging.getLogger(__name__)
CERTIFICATE = "pdf"
Mode = Institution.CertificateMode
ENDED = {Credential.Status.REVOKED, Credential.Status.REPLACED}


class CannotMake(Refused):
    """The credential cannot be had in this form. Codes: not_in_force, form_incomplete, cannot_seal,
    not_for_badges, on_paper."""

    code = "cannot_make"


@dataclass(frozen=True, kw_only=True)
class File:
    """A document to hand over."""

    content: bytes
    name: str
    media_type: str


@transaction.atomic
def fetch(*, credential: Credential, form: str, language: str = "", by: User | None, at: datetime) -> File:
    """The credential in one of FORMS; made and sealed the first time, the same bytes ever after.

    `language` matters to forms that speak one: by default the credential's own. Raises CannotMake, NoSeal.
    """
    kind = FORMS[form]
    if credential.is_badge and not kind.is_for_badges:
        said = _(
            "A badge cannot be had in this form: there it would look like a micro-credential with credits."
        )
        raise CannotMake(said, code="not_for_badges")
    language = (language or credential.language) if kind.is_in_one_language else ""
    if form == CERTIFICATE:
        kind = _by_mode(credential, kind, language=language)
    if kind.key is None:
        beforehand = _made_beforehand(credential, form=form, language=language)
        content = beforehand or _content(
            kind, _material(credential, language=language, signer=None, by=by, at=at)
        )
    else:
        content = bytes(_row(credential, form=form, language=language, by=by, at=at).content)
    name = "-".join(filter(None, (credential.grouped_code, language)))
    return File(content=content, name=f"{name}.{kind.suffix}", media_type=kind.media_type)


def offered(credential: Credential) -> dict[str, Form]:
    """The forms in which its owner can have it."""
    without = {CERTIFICATE} if _mode(credential) == Mode.PAPER else set()
    return {
        name: form
        for name, form in FORMS.items()
        if name not in without and (form.is_for_badges or not credential.is_badge)
    }


def certificate_signer(*, institution: Institution, at: datetime) -> keystore.Signer | None:
    """Who seals the institution's certificates; nobody where they have no seal. Raises CannotMake, NoSeal."""
    is_sealed = institution.certificate_mode == Mode.ELECTRONIC_SEAL
    return _signer(institution, FORMS[CERTIFICATE], at=at) if is_sealed else None


def draft_certificate(*, credential: Credential, signer: keystore.Signer | None, at: datetime) -> bytes:
    """The certificate in the credential's own language, for `keep_certificates`. Raises CannotMake."""
    language = credential.language
    return _content(
        FORMS[CERTIFICATE],
        Material(
            award=credential.facts,
            badge=bytes(credential.document),
            human_code=credential.grouped_code,
            language=language,
            languages=[language],
            verify_urls={language: _verify_url(credential, language)},
            certificates=dict,
            seal=signer.seal if signer else None,
            at=at,
        ),
    )


@transaction.atomic
def keep_certificates(
    *, drafts: dict[Credential, bytes], signer: keystore.Signer | None, by: User, at: datetime
) -> list[UUID]:
    """Keep what was made beforehand, but where one has been fetched meanwhile or the credential has ended.

    Returns the ids of the credentials that have one now.
    """
    wanted = {credential.pk: (credential, content) for credential, content in drafts.items()}
    locked = Credential.objects.select_for_update(no_key=True).exclude(status__in=ENDED).order_by("pk")
    live = list(locked.filter(pk__in=wanted).values_list("pk", flat=True))
    kept = _kept_of(live, is_sealed=signer is not None)
    new = [wanted[pk] for pk in live if (pk, wanted[pk][0].language) not in kept]
    if signer is None:
        storing.insert(
            [
                PlainCertificate(credential=one, language=one.language, content=content, made_at=at)
                for one, content in new
            ]
        )
        return live
    made = [
        _document(one, content, form=CERTIFICATE, language=one.language, signer=signer, at=at)
        for one, content in new
    ]
    storing.insert(made)
    for language in sorted({one.language for one in made}):
        rows = [one for one in made if one.language == language]
        trail.record_each(
            verb="document_made",
            pairs=[(one.credential, one.credential.learner.uid) for one in rows],
            by=by,
            at=at,
            became=f"{CERTIFICATE} {language}",
            hashes={one.credential_id: one.sha256 for one in rows},
        )
    return live


def _kept_of(credentials: list, *, is_sealed: bool) -> set[tuple]:
    """The credentials whose certificate in some language is there, each with that language."""
    if not is_sealed:
        rows = PlainCertificate.objects.filter(credential__in=credentials)
        return set(rows.values_list("credential", "language"))
    documents = CredentialDocument.objects.filter(credential__in=credentials, form=CERTIFICATE, holder="")
    rows = documents.select_related("key").defer("content")
    return {(row.credential_id, row.language) for row in rows if row.stands}


def _document(
    credential: Credential, content: bytes, *, form: str, language: str, signer: keystore.Signer, at: datetime
) -> CredentialDocument:
    return CredentialDocument(
        credential=credential,
        form=form,
        language=language,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        key=signer.key,
        made_at=at,
    )


def _mode(credential: Credential) -> str:
    return credential.institution.certificate_mode


def _by_mode(credential: Credential, kind: Form, *, language: str) -> Form:
    """The certificate as its institution hands it over today (C-16); one that was sealed already stays."""
    if _mode(credential) == Mode.ELECTRONIC_SEAL or _kept(credential, form=CERTIFICATE, language=language):
        return kind
    if _mode(credential) == Mode.PAPER:
        said = _("The institution gives its certificates on paper. Ask its study affairs for yours.")
        raise CannotMake(said, code="on_paper")
    return replace(kind, key=None)


def _row(
    credential: Credential, *, form: str, language: str, by: User | None, at: datetime
) -> CredentialDocument:
    """The one that is kept; else a new one, while nobody else can be making it."""
    if kept := _kept(credential, form=form, language=language):
        return kept
    Credential.objects.select_for_update(no_key=True, of=("self",)).get(pk=credential.pk)
    if kept := _kept(credential, form=form, language=language):
        return kept
    if credential.status in ENDED:
        said = _("The credential is no longer in force, so no new documents are made of it.")
        raise CannotMake(said, code="not_in_force")
    kind = FORMS[form]
    signer = _signer(credential.institution, kind, at=at)
    content = _content(kind, _material(credential, language=language, signer=signer, by=by, at=at))
    made = _document(credential, content, form=form, language=language, signer=signer, at=at)
    made.save(force_insert=True)
    is_own = by is not None and by.pk == credential.learner.user_id
    trail.record(
        verb="document_made",
        row=credential,
        by=by,
        at=at,
        role=trail.LEARNER if is_own else "",
        became=" ".join(filter(None, (form, language))),
        learner=credential.learner.uid,
        content_hash=made.sha256,
    )
    return made


def _kept(credential: Credential, *, form: str, language: str) -> CredentialDocument | None:
    """The newest that a key has sealed before it leaked, if it ever did."""
    rows = credential.documents.filter(form=form, language=language).select_related("key").order_by("-pk")
    return next((row for row in rows if row.stands), None)


def _made_beforehand(credential: Credential, *, form: str, language: str) -> bytes | None:
    """The certificate without a seal, where it was made with its batch."""
    found = credential.plain_certificates.filter(language=language) if form == CERTIFICATE else None
    row = found.first() if found is not None else None
    return bytes(row.content) if row else None


def _signer(institution: Institution, kind: Form, *, at: datetime) -> keystore.Signer:
    purpose, algorithm = kind.key
    try:
        return keystore.active(institution=institution, purpose=purpose, algorithm=algorithm, at=at)
    except keystore.KeyUnreadable as problem:
        log.exception("%s: no document can be sealed", institution)
        said = _("The document cannot be sealed right now. Try again later; the service's keepers are told.")
        raise CannotMake(said, code="cannot_seal") from problem


def _content(kind: Form, material: Material) -> bytes:
    try:
        return kind.make(material)
    except (Incomplete, NotCanonical) as gap:
        log.warning("credential %s: not as %s: %s", material.award.credential_id, kind.suffix, gap)
        said = _(
            "The credential lacks something that this form cannot do without (%(what)s). Choose another."
        )
        raise CannotMake(said % {"what": gap}, code="form_incomplete") from gap


def _material(
    credential: Credential, *, language: str, signer: keystore.Signer | None, by: User | None, at: datetime
) -> Material:
    complete = certificate.languages(credential)
    return Material(
        award=credential.facts,
        badge=bytes(credential.document),
        human_code=credential.grouped_code,
        language=language,
        languages=complete,
        verify_urls={one: _verify_url(credential, one) for one in {*complete, language} - {""}},
        certificates=lambda: {
            one: bytes(_row(credential, form=CERTIFICATE, language=one, by=by, at=at).content)
            for one in complete
        },
        seal=signer.seal if signer else None,
        at=at,
    )


def _verify_url(credential: Credential, language: str) -> str:
    """Where the code leads for ever, whatever address the service is reached by today."""
    with translation.override(language):
        return settings.BASE_URL + reverse("verify-code", args=[credential.grouped_code])
