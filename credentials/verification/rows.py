"""The register of this service, as the checks ask it: our rows, and issuers elsewhere who are listed."""

import json
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from django.conf import settings

from credentials.formats import status_list as format_
from credentials.models import Credential, SigningKey, StatusList
from credentials.proofs import canonical, contexts
from credentials.proofs.certificates import Certificate
from credentials.verification import foreign, offerings
from credentials.verification.register import Looked
from credentials.verification.report import Check
from credentials.verification.saying import Said
from credentials.verification.wording import ABSENT
from credentials.wallet_forms import WALLET_FORMS
from registry.models import Institution

WRITTEN_ANEW = [name for name, form in WALLET_FORMS.items() if form.is_json]  # by each wallet in its own way


class Rows:
    """verification.register.Register over the database."""

    is_listed = staticmethod(foreign.is_listed)
    listed_key = staticmethod(foreign.key)
    listed_status = staticmethod(foreign.listed_status)
    listed_bit = staticmethod(foreign.bit)

    @property
    def contexts(self) -> contexts.Contexts:
        folder = settings.CONTEXTS_DIR
        return contexts.known(Path(folder)) if folder else contexts.known()

    def issuer(self, did: str) -> Institution | None:
        key = SigningKey.objects.filter(did=did).select_related("institution").order_by("pk").first()
        return key.institution if key else None

    def keys(self, did: str) -> list[SigningKey]:
        return list(SigningKey.objects.filter(did=did))

    def seals(self) -> dict[Certificate, SigningKey]:
        keys = SigningKey.objects.filter(purpose=SigningKey.Purpose.SEAL).select_related("institution")
        return {key.certificates[0]: key for key in keys}

    def credential(self, uuid: UUID, *, issuer: Institution) -> Credential | None:
        rows = Credential.objects.select_related(
            "version__offering",
            "statement",
            "pathway",
            "institution",
            "key",
            "attainment__learner",
            "attainment__institution",
        )
        return rows.filter(pk=uuid, institution=issuer).first()

    def is_older(self, document: dict) -> bool:
        return False

    def absent(self, document: dict) -> Said:
        return ABSENT

    def is_same(self, kept: Credential, looked: Looked) -> bool:
        if kept.sha256 in looked.hashes:
            return True
        return _ordered(looked.document) == _ordered(canonical.read(bytes(kept.document)))

    def has_document(self, kept: Credential, looked: Looked) -> bool:
        return kept.documents.filter(sha256__in=looked.hashes).exists()

    def held_before_leak(self, key: SigningKey, *, kept: Credential | None, looked: Looked) -> bool:
        before = key.documents.filter(made_at__lt=key.compromised_at)
        if before.filter(sha256__in=looked.hashes).exists():
            return True
        wholes = before.filter(credential=kept) if kept and looked.signed else ()
        if any(bytes(one.content).startswith(looked.signed) for one in wholes):
            return True
        copies = before.filter(credential=kept, form__in=WRITTEN_ANEW) if kept else ()
        if any(_ordered(looked.document) == _ordered(canonical.read(bytes(one.content))) for one in copies):
            return True
        return (
            kept is not None
            and kept.key_id == key.pk
            and key.proves_at(kept.issued_at)
            and self.is_same(kept, looked)
        )

    def is_set(self, *, url: str, issuer: Institution, purpose: object, index: int) -> bool | None:
        listed = StatusList.objects.filter(url=url, institution=issuer).first()
        if listed is None or listed.purpose != purpose:
            return None
        try:
            return format_.StatusList(purpose=listed.purpose, bits=bytes(listed.bits)).bit(index)
        except format_.BadList:
            return None

    def other_lines(self, **case) -> Iterator[Check]:
        return offerings.lines(**case)


def _ordered(document: dict) -> str:
    return json.dumps(document, sort_keys=True)
