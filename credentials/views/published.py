"""What verifiers anywhere fetch without asking us: the institutions' keys and the status lists."""

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from credentials import keystore
from credentials.formats import token_status_list
from credentials.models import StatusList
from registry.models import Institution

FOR_ANYBODY = {"Access-Control-Allow-Origin": "*"}  # verifiers run in browsers, too


@require_safe
def did_document(request, code):
    """did:web: every key the institution ever signed with."""
    institution = get_object_or_404(Institution, code=code.upper())
    document = keystore.did_document(institution) if code == code.lower() else None
    if document is None:
        raise Http404
    headers = FOR_ANYBODY | {"Cache-Control": "public, max-age=300"}
    return JsonResponse(document, content_type="application/did+json", headers=headers)


@require_safe
def status_list(request, public_id):
    """The bytes as they were signed last. Kept by caches for as long as a revocation may stay unseen."""
    row = get_object_or_404(StatusList, public_id=public_id)
    kind, content, hashed = "application/vc", row.document, row.etag
    offered = [kind, token_status_list.MEDIA_TYPE]
    if row.token and request.get_preferred_type(offered) == token_status_list.MEDIA_TYPE:
        kind, content, hashed = token_status_list.MEDIA_TYPE, row.token, row.token_etag
    etag = f'"{hashed}"'
    headers = FOR_ANYBODY | {"Cache-Control": "public, max-age=15", "ETag": etag, "Vary": "Accept"}
    response = HttpResponse(bytes(content), content_type=kind, headers=headers)
    return get_conditional_response(request, etag=etag, response=response)
