"""What a wallet asks an institution for: who it is, what is offered, a token, a nonce, the credential.

Not pages: JSON for programs, by OpenID for Verifiable Credential Issuance 1.0, without cookies and with the
standard's own errors. Scripts of other sites may read the two documents that are public anyway, no more.
"""

from functools import wraps
from urllib.parse import parse_qsl

from django.conf import settings
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from credentials.actions import wallet_offers
from credentials.actions.wallet_offers import DIGITS, WalletRefused
from credentials.formats import wallet_metadata
from credentials.models import WalletOffer
from credentials.proofs import canonical
from credentials.proofs.canonical import NotCanonical
from credentials.views.published import FOR_ANYBODY
from credentials.wallet_forms import WALLET_FORMS
from registry.models import Institution

NOT_KEPT = {"Cache-Control": "no-store"}
LONGEST = 20_000  # bytes of a request; a proof takes one thousand
MOST_FIELDS = 50


def answering(view):
    """A POST of a wallet: its institution found, its refusals told in the standard's form."""

    @csrf_exempt
    @require_POST
    @wraps(view)
    def answer(request, code):
        institution = institution_of(code)
        try:
            return JsonResponse(view(request, institution), headers=NOT_KEPT)
        except WalletRefused as refusal:
            return _refused(refusal)

    return answer


@require_safe
def issuer(request, code):
    """The Credential Issuer Metadata."""
    institution = institution_of(code)
    document = wallet_metadata.issuer(identifier(institution), name=institution.name)
    return JsonResponse(document, headers=FOR_ANYBODY | {"Cache-Control": "public, max-age=300"})


@require_safe
def authorization_server(request, code):
    """The OAuth 2.0 Authorization Server Metadata of the same."""
    document = wallet_metadata.authorization_server(identifier(institution_of(code)))
    return JsonResponse(document, headers=FOR_ANYBODY | {"Cache-Control": "public, max-age=300"})


@require_safe
def credential_offer(request, code, secret):
    """The offer that the learner's QR code leads to, while it waits."""
    institution = institution_of(code)
    offer = wallet_offers.find(institution=institution, code=secret, at=timezone.now())
    if offer is None:
        raise Http404
    with translation.override(offer.credential.learner.user.language):
        guidance = _("The six digits are on the page where you made the offer.")
    document = wallet_metadata.offer(
        identifier(institution),
        configuration=WALLET_FORMS[offer.form].configuration,
        code=secret,
        digits=DIGITS,
        guidance=guidance,
    )
    return JsonResponse(document, headers=NOT_KEPT)


@answering
def token(request, institution):
    said = _form(request)
    if said.get("grant_type", "") != wallet_metadata.GRANT:
        wanted = "unsupported_grant_type" if "grant_type" in said else "invalid_request"
        raise WalletRefused(wanted, "Only the pre-authorized code is granted")
    if "authorization_details" in said:
        raise WalletRefused("invalid_authorization_details", "Ask by credential_configuration_id")
    for name in ("pre-authorized_code", "tx_code"):
        if not said.get(name):
            raise WalletRefused("invalid_request", f"{name} is missing")
    given = wallet_offers.redeem(
        institution=institution,
        code=said["pre-authorized_code"],
        digits=said["tx_code"],
        at=timezone.now(),
    )
    seconds = int(WalletOffer.LASTS.total_seconds())
    return {"access_token": given, "token_type": "Bearer", "expires_in": seconds}


@answering
def nonce(request, institution):
    return {"c_nonce": wallet_offers.nonce(at=timezone.now())}


@answering
def credential(request, institution):
    now = timezone.now()
    offer = wallet_offers.open_offer(institution=institution, token=_bearer(request), at=now)
    said = _json(request)
    if "credential_identifier" in said:
        raise WalletRefused("unknown_credential_identifier", "Ask by credential_configuration_id")
    configuration = said.get("credential_configuration_id")
    if not isinstance(configuration, str):
        raise WalletRefused("invalid_credential_request", "credential_configuration_id is missing")
    if "credential_response_encryption" in said:
        raise WalletRefused("invalid_encryption_parameters", "Answers are encrypted by TLS alone")
    copy = wallet_offers.hand_over(
        offer=offer,
        configuration=configuration,
        proofs=_proofs(said.get("proofs")),
        issuer=identifier(institution),
        at=now,
    )
    return {"credentials": [{"credential": copy}]}


def institution_of(code: str) -> Institution:
    if code != code.lower():
        raise Http404
    return get_object_or_404(Institution, code=code.upper())


def identifier(institution: Institution) -> str:
    """The Credential Issuer Identifier: where the institution's wallet addresses begin."""
    return f"{settings.SITE_URL}/institutions/{institution.code.lower()}"


def offer_address(offer: WalletOffer, code: str) -> str:
    """Where a wallet fetches the offer."""
    house = offer.credential.institution.code.lower()
    return settings.SITE_URL + reverse("wallet-offer", args=[house, code])


def _form(request) -> dict[str, str]:
    if request.content_type != "application/x-www-form-urlencoded":
        raise WalletRefused("invalid_request", "Send application/x-www-form-urlencoded")
    try:
        text = _body(request, "invalid_request").decode()
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError as fault:
        raise WalletRefused("invalid_request", "Not a form that is read here") from fault
    if len(dict(pairs)) < len(pairs):
        raise WalletRefused("invalid_request", "A parameter stands twice")
    return dict(pairs)


def _json(request) -> dict:
    if request.content_type != "application/json":
        raise WalletRefused("invalid_credential_request", "Send application/json")
    try:
        return canonical.read(_body(request, "invalid_credential_request"))
    except NotCanonical as fault:
        said = f"Not JSON that is read here: {fault.code}"
        raise WalletRefused("invalid_credential_request", said) from fault


def _body(request, error: str) -> bytes:
    body = request.read(LONGEST + 1)
    if len(body) > LONGEST:
        raise WalletRefused(error, "The request is too long", status=413)
    return body


def _bearer(request) -> str:
    scheme, _blank, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not given:
        raise WalletRefused("", "An access token is needed", status=401)
    return given.strip()


def _proofs(said) -> list[str]:
    """The key proofs of type jwt; the only kind there is here."""
    listed = said.get("jwt") if isinstance(said, dict) and len(said) == 1 else None
    if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
        raise WalletRefused("invalid_proof", "proofs must hold one key proof of type jwt")
    return listed


def _refused(refusal: WalletRefused) -> JsonResponse:
    said = {"error": refusal.error, "error_description": refusal.detail} if refusal.error else {}
    answer = JsonResponse(said, status=refusal.status, headers=NOT_KEPT)
    if refusal.status in (401, 403):
        named = f' error="{refusal.error}"' if refusal.error else ""
        answer["WWW-Authenticate"] = f"Bearer{named}"
    return answer
