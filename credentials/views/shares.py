"""What the holder of a share link sees, and the signed bytes behind it."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import View

from credentials import certificate, verification, wallet
from credentials.actions import shares
from credentials.models import Credential, Share
from credentials.views import wording
from credentials.views.wallet import sheet
from registry import access, trail
from registry.access import Permission
from registry.web import SignedInView

MEDIA_TYPE = "application/vc"


@method_decorator(never_cache, name="dispatch")
class SharePage(View):
    """The credential with its owner's name, as long as the owner lets it be seen."""

    def get(self, request, secret):
        now, share = timezone.now(), _found(secret)
        if not share.is_open(now):
            return unlisted(render(request, "credentials/share_ended.html", status=410))
        credential = share.credential
        report = verification.verify(document=bytes(credential.document), at=now)
        context = {
            **sheet(credential, language=certificate.language_for(credential)),
            **wording.report(report),
            **wording.status(credential, now),
            "only_in": wording.only_in(credential),
            "share": share,
            "secret": secret,
        }
        return unlisted(render(request, "credentials/share.html", context))


@method_decorator(never_cache, name="dispatch")
class ShareBytes(View):
    """The signed bytes for whoever has the link; also for verifiers that run in a browser."""

    def get(self, request, secret):
        share = _found(secret)
        if share.is_open(timezone.now()):
            response = signed(share.credential)
        else:
            response = HttpResponse(
                _("The sharing has ended."), status=410, content_type="text/plain; charset=utf-8"
            )
        response["Access-Control-Allow-Origin"] = "*"
        return unlisted(response)


@method_decorator(never_cache, name="dispatch")
class CredentialBytes(SignedInView, View):
    """The signed bytes for the owner, and for the issuer's staff, which is written down."""

    def get(self, request, uuid):
        own = wallet.credentials(request.user).filter(pk=uuid).first()
        return signed(own or self.for_staff(request.user, uuid))

    def for_staff(self, user, uuid) -> Credential:
        memberships = user.memberships.select_related("institution")
        readers = {
            one.institution for one in memberships if Permission.CREDENTIAL_READ in access.ROLES[one.role]
        }
        for institution in readers:
            found = institution.credentials.select_related("learner").filter(pk=uuid).first()
            if found:
                learner = found.learner.uid
                trail.record(verb="downloaded", row=found, by=user, at=timezone.now(), learner=learner)
                return found
        raise Http404


def signed(credential: Credential) -> HttpResponse:
    """The bytes as they were signed."""
    return HttpResponse(
        bytes(credential.document),
        content_type=MEDIA_TYPE,
        headers={
            "Content-Disposition": f'attachment; filename="{credential.grouped_code}.json"',
            "X-Content-Type-Options": "nosniff",
        },
    )


def unlisted(response: HttpResponse) -> HttpResponse:
    """No search engine keeps it, and no page that it links to learns its address."""
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _found(secret: str) -> Share:
    share = shares.find(secret=secret)
    if share is None:
        raise Http404
    return share
