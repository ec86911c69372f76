"""What verifiers anywhere fetch without asking us: the institutions' keys and the status lists."""

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from credentials import keystore
from credentials.actions import issued_log
from credentials.formats import token_status_list
from credentials.models import StatusList, TreeHead
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
    """The bytes as they were signed last, or the token that readers of SD-JWTs ask for. Kept by caches for
    as long as a revocation may stay unseen."""
    row = get_object_or_404(StatusList, public_id=public_id)
    kind, content, hashed = "application/vc", row.document, row.etag
    offered = [kind, token_status_list.MEDIA_TYPE]
    if row.token and request.get_preferred_type(offered) == token_status_list.MEDIA_TYPE:
        kind, content, hashed = token_status_list.MEDIA_TYPE, row.token, row.token_etag
    etag = f'"{hashed}"'
    headers = FOR_ANYBODY | {"Cache-Control": "public, max-age=15", "ETag": etag, "Vary": "Accept"}
    response = HttpResponse(bytes(content), content_type=kind, headers=headers)
    return get_conditional_response(request, etag=etag, response=response)


@require_safe
def log_head(request, code):
    """The signed head of an institution's log of issued documents."""
    head = issued_log.head(_institution(code))
    if head is None:
        raise Http404
    return _told(_head(head))


@require_safe
def log_entry(request, code, sha256):
    """That a document stands in the log: its place, and the path to the head that is signed."""
    institution = _institution(code)
    entry = get_object_or_404(institution.log_entries.select_related("institution"), sha256=sha256)
    head = issued_log.head(institution)
    if head is None or head.size <= entry.number:
        raise Http404
    path = issued_log.inclusion(entry=entry, size=head.size)
    return _told(_head(head) | {"index": entry.number, "inclusion_path": [one.hex() for one in path]})


@require_safe
def log_growth(request, code, old, new):
    """That the log of `new` entries begins with that of `old`."""
    institution = _institution(code)
    head = issued_log.head(institution)
    if head is None or not 0 < old <= new <= head.size:
        raise Http404
    path = issued_log.consistency(institution=institution, old=old, new=new)
    return _told({"old": old, "new": new, "consistency_path": [one.hex() for one in path]})


def _institution(code: str) -> Institution:
    return get_object_or_404(Institution, code=code.upper() if code == code.lower() else "")


def _head(head: TreeHead) -> dict:
    return {"tree_head": head.token, "size": head.size, "root": head.root}


def _told(said: dict) -> JsonResponse:
    return JsonResponse(said, headers=FOR_ANYBODY | {"Cache-Control": "public, max-age=60"})
