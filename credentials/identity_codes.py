"""The henkilötunnus at rest: encrypted under its own key, opened only here (rule 10)."""

from django.conf import settings
from django.db import transaction

from credentials import encryption
from credentials.models import IdentityCode, Learner


def are_kept() -> bool:
    """Whether the keeper of the service has set a key for them."""
    return bool(settings.HENKILOTUNNUS_KEY)


def seal(code: str, *, learner: Learner) -> bytes:
    return encryption.seal(code.encode(), about=str(learner.uid), keys=_keys())


def opened(kept: IdentityCode) -> str:
    """Raises encryption.CannotOpen."""
    sealed = bytes(kept.sealed)
    return encryption.opened(sealed, about=str(kept.learner.uid), keys=_keys()).decode()


@transaction.atomic
def reencrypt() -> int:
    """Encrypt each under the newest HENKILOTUNNUS_KEY. Returns how many there are. Raises CannotOpen."""
    rows = IdentityCode.objects.select_for_update(of=("self",)).select_related("learner").order_by("pk")
    held = list(rows)
    for kept in held:
        kept.sealed = seal(opened(kept), learner=kept.learner)
    IdentityCode.objects.bulk_update(held, ["sealed"])
    return len(held)


def _keys() -> list[str]:
    return [settings.HENKILOTUNNUS_KEY, *settings.HENKILOTUNNUS_KEY_FALLBACKS]
