"""The forms in which a learner may have a credential: how each is made of the frozen award, and sealed.

What takes long to load is loaded where it is used. A new form is a row of FORMS.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from credentials.facts import Award
from credentials.formats import elm, elmo, open_badge, sd_jwt
from credentials.keystore import Algorithm, Purpose
from credentials.proofs import jades, vc_jwt, xmldsig
from credentials.proofs import sd_jwt as disclosable
from credentials.proofs.sealing import Seal


@dataclass(frozen=True, kw_only=True)
class Material:
    """What a document is made of. `badge` is the signed JSON as it is stored, `at` the moment of sealing.

    `languages` are those in which every word is there, the award's first; `verify_urls` and `certificates`
    go by language: where the code is checked, and the sealed PDF (made when asked for).
    """

    award: Award
    badge: bytes
    human_code: str
    language: str
    languages: list[str]
    verify_urls: Mapping[str, str]
    certificates: Callable[[], Mapping[str, bytes]]
    seal: Seal | None
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Form:
    """One form. `key` is the purpose and algorithm of the key that seals it; one without is not stored, for
    it only wraps the signed badge and is the same each time."""

    label: Promise
    text: Promise
    suffix: str
    media_type: str
    make: Callable[[Material], bytes]
    key: tuple[str, str] | None = None
    is_in_one_language: bool = False
    is_for_badges: bool = True  # whether it can say that something is a badge and no micro-credential


def _png(material: Material) -> bytes:
    from credentials.formats import badge_picture, baked  # noqa: PLC0415  Pillow is 6 MB

    return baked.png(badge_picture.png(material.award), credential=material.badge.decode())


def _pdf(material: Material) -> bytes:
    from credentials.formats import pdf  # noqa: PLC0415  Typst is 7 MB
    from credentials.proofs import pades  # noqa: PLC0415  pyHanko takes a second

    document = pdf.document(**_sheet(material, material.language))
    return pades.sign(document, seal=material.seal, at=material.at) if material.seal else document


def _jwt(material: Material) -> bytes:
    return vc_jwt.sign(open_badge.document(material.award), seal=material.seal).encode()


def _sd_jwt(material: Material) -> bytes:
    claims = sd_jwt.document(material.award)
    hidden = sd_jwt.hidden(claims)
    token = disclosable.issue(claims, hidden=hidden, seal=material.seal, salt=_salt)
    return token.encode()


def _elm(material: Material) -> bytes:
    from credentials.formats import pdf  # noqa: PLC0415  Typst is 7 MB

    pictures = {one: pdf.pictures(**_sheet(material, one)) for one in material.languages}
    holder = jades.holder(material.seal.chain[0])
    document = elm.document(material.award, pictures=pictures, holder=holder)
    return jades.sign(elm.encode(document), seal=material.seal, at=material.at)


def _elmo(material: Material) -> bytes:
    certificates = {material.award.credential_id: material.certificates()}
    return xmldsig.sign(elmo.document([material.award], certificates=certificates), seal=material.seal)


def _sheet(material: Material, language: str) -> dict:
    return {
        "award": material.award,
        "language": language,
        "badge": material.badge,
        "human_code": material.human_code,
        "verify_url": material.verify_urls[language],
    }


def _salt() -> str:
    return secrets.token_urlsafe(16)


SEAL = (Purpose.SEAL, Algorithm.P256)
FORMS: dict[str, Form] = {
    "pdf": Form(
        label=_("Certificate (PDF)"),
        text=_(
            "To print and to attach to an application. Sealed by the issuer, with the signed data inside."
        ),
        suffix="pdf",
        media_type="application/pdf",
        make=_pdf,
        key=SEAL,
        is_in_one_language=True,
    ),
    "badge": Form(
        label=_("Open Badge (JSON)"),
        text=_("The credential as the issuer signed it. For badge services, and to have it verified."),
        suffix="json",
        media_type="application/vc",
        make=lambda material: material.badge,
    ),
    "png": Form(
        label=_("Picture of the badge (PNG)"),
        text=_("A picture that carries the signed credential. For social media and badge services."),
        suffix="png",
        media_type="image/png",
        make=_png,
    ),
    "jwt": Form(
        label=_("Open Badge (JWT)"),
        text=_("The same badge for programs and wallets that want a signed token."),
        suffix="jwt",
        media_type="application/vc+jwt",
        make=_jwt,
        key=(Purpose.ASSERTION, Algorithm.RSA),
    ),
    "sd-jwt": Form(
        label=_("Credential for a wallet (SD-JWT)"),
        text=_("A wallet lets you choose which parts of it you show."),
        suffix="sd-jwt",
        media_type="application/dc+sd-jwt",
        make=_sd_jwt,
        key=(Purpose.ASSERTION, Algorithm.P256),
    ),
    "elm": Form(
        label=_("European Digital Credential"),
        text=_("For Europass, in every language at once. Sealed by the issuer."),
        suffix="jsonld",
        media_type="application/ld+json",
        make=_elm,
        key=SEAL,
        is_for_badges=False,
    ),
    "elmo": Form(
        label=_("Study record for another university (ELMO)"),
        text=_("For recognition of studies elsewhere through EMREX. Sealed by the issuer."),
        suffix="xml",
        media_type="application/xml",
        make=_elmo,
        key=SEAL,
        is_for_badges=False,
    ),
}
