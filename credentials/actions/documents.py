"""Documents of a credential: made of its award and sealed when somebody first wants one, then kept."""

import hashlib
import logging
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from credentials import certificate, keystore
from credentials.document_forms import FORMS, Form, Material
from credentials.facts import Incomplete
from credentials.models import Credential, CredentialDocument
from credentials.proofs.canonical import NotCanonical
from registry import trail
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
        content = _content(kind, _material(credential, language=language, signer=None, by=by, at=at))
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
    signer = _signer(credential, kind, at=at)
    content = _content(kind, _material(credential, language=language, signer=signer, by=by, at=at))
    made = CredentialDocument.objects.create(
        credential=credential,
        form=form,
        language=language,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        key=signer.key,
        made_at=at,
    )
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


def _signer(credential: Credential, kind: Form, *, at: datetime) -> keystore.Signer:
    purpose, algorithm = kind.key
    try:
        return keystore.active(
            institution=credential.institution, purpose=purpose, algorithm=algorithm, at=at
        )
    except keystore.KeyUnreadable as problem:
        log.exception("%s: no document can be sealed", credential.institution)
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
