"""What the holder of a share link sees, and the files and the picture behind it."""

import re
from collections.abc import Collection

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import View

from credentials import certificate, progress, verification, wallet
from credentials.actions import documents, shares
from credentials.formats import parts
from credentials.models import Credential, Share, ShareViewing
from credentials.proofs import sd_jwt
from credentials.views import pathways as pathway_rows
from credentials.views import wording
from credentials.views.wallet import sheet
from registry import access, attempts, catalogue, trail
from registry.access import Permission
from registry.models import Pathway
from registry.models.texts import chosen
from registry.web import SignedInView, too_many

MEDIA_TYPE = "application/vc"
Kind = ShareViewing.Kind
# Programs that fetch a link as soon as it is pasted somewhere: nobody has looked at the page then.
PREVIEWERS = re.compile(
    r"bot\b|crawler|spider|preview|facebookexternalhit|whatsapp|slack|telegram|discord|linkedin|embedly|skype"
    r"|teams",
    re.IGNORECASE,
)
LOCALES = {"fi": "fi_FI", "sv": "sv_FI", "en": "en_GB"}


class Shared(View):
    """Mixin: something behind a share link, for whoever has it. Sets `self.share` and `self.now`.

    A link that never was, has ended or was withdrawn gets the same answer, until there were too many of them
    from one address; a link that is open always opens. A viewing is counted when something was shown; the
    owner's own are not.
    """

    kind = Kind.DOCUMENT
    is_page = False

    def dispatch(self, request, *args, **kwargs):
        self.now = timezone.now()
        self.share = shares.find(secret=kwargs.pop("secret"), at=self.now)
        if self.share is None:
            return unlisted(self.nothing(request))
        response = super().dispatch(request, *args, **kwargs)
        if request.method == "GET" and response.status_code == 200 and request.user.pk != self.share.user_id:
            is_preview = self.is_page and PREVIEWERS.search(request.headers.get("User-Agent", ""))
            shares.count_viewing(
                share=self.share, kind=Kind.PREVIEW if is_preview else self.kind, at=self.now
            )
        return unlisted(response)

    def nothing(self, request) -> HttpResponse:
        address = get_adapter().get_client_ip(request)
        if seconds := attempts.wait(kind="share", address=address):
            return too_many(request, seconds)
        attempts.add(kind="share", address=address)
        if self.is_page:
            return render(request, "credentials/share_ended.html", status=404)
        return HttpResponse(
            _("The sharing has ended, or the link is wrong."),
            status=404,
            content_type="text/plain; charset=utf-8",
        )

    def credential(self, uuid) -> Credential:
        found = [one for one in wallet.shown(self.share) if uuid in (None, one.pk)]
        if len(found) != 1:
            raise Http404
        return found[0]


@method_decorator(never_cache, name="dispatch")
class SharePage(Shared):
    """The credentials, as much of them as the owner lets be seen."""

    kind, is_page = Kind.PAGE, True

    def get(self, request):
        share, secret = self.share, request.resolver_match.kwargs["secret"]
        shown = wallet.shown(share)
        if not shown:  # its owner's account is being closed
            return self.nothing(request)
        context = {
            **page(shown, left_out=share.left_out, pathway=share.pathway, at=self.now),
            "share": share,
            "secret": secret,
            "social": social(share, shown, secret=secret) if share.purpose == Share.Purpose.PROFILE else None,
        }
        return render(request, "credentials/share.html", context)


@method_decorator(never_cache, name="dispatch")
class ShareBytes(Shared):
    """The signed bytes for whoever has the link to all of it; also for verifiers that run in a browser.

    They hold every part, so where some are left out there is nothing here.
    """

    def get(self, request, uuid=None):
        if self.share.left_out:
            raise Http404
        return for_browsers(signed(self.credential(uuid)))

    def nothing(self, request):
        return for_browsers(super().nothing(request))


@method_decorator(never_cache, name="dispatch")
class SharePresentation(Shared):
    """What is shown of one credential as an SD-JWT that the issuer has signed; the rest is not in it."""

    def get(self, request, uuid):
        credential = self.credential(uuid)
        whole = documents.fetch(credential=credential, form="sd-jwt", by=None, at=self.now).content.decode()
        claims = sd_jwt.claims(sd_jwt.read(whole))
        disclosed = parts.disclosed(claims, left_out=self.share.left_out)
        response = HttpResponse(
            sd_jwt.present(whole, shown=disclosed),
            content_type="application/dc+sd-jwt",
            headers={
                "Content-Disposition": f'attachment; filename="{credential.facts.offering_code}.sd-jwt"',
                "X-Content-Type-Options": "nosniff",
            },
        )
        return for_browsers(response)

    def nothing(self, request):
        return for_browsers(super().nothing(request))


@method_decorator(never_cache, name="dispatch")
class SharePicture(Shared):
    """The picture of a link for a public profile: what it is about, nobody's name."""

    kind = Kind.PICTURE

    def get(self, request):
        from registry import picture  # noqa: PLC0415  Pillow is 6 MB

        if self.share.purpose != Share.Purpose.PROFILE:
            raise Http404
        shown = wallet.shown(self.share)
        drawn = picture.draw(
            title=heading(self.share.pathway, shown)["text"],
            institution=", ".join(sorted({str(one.institution) for one in shown})),
            facts=_("Open the link to check it"),
            register=_("Micro-credential registry"),
        )
        headers = {"Cross-Origin-Resource-Policy": "cross-origin"}  # it stands on the owner's own page, too
        return HttpResponse(drawn, content_type="image/png", headers=headers)


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


def page(shown: list[Credential], *, left_out: Collection[str], pathway: Pathway | None, at) -> dict:
    """What somebody with the link sees of these credentials: context of credentials/share_shown.html.

    One whole credential is a certificate; else each is a section, without codes where a part is left out.
    """
    sections = [_section(one, left_out=left_out, at=at) for one in shown]
    newest = max(sections, key=_standing_and_newest)  # a name may have been corrected since an earlier one
    only = shown[0] if len(shown) == 1 and not left_out else None
    found = _progress(pathway, shown, at=at)
    return {
        "heading": heading(pathway, shown),
        "title": _page_title(sections, progress=found),
        "name": newest["certificate"].name,
        "is_whole": not left_out,
        "sections": sections,
        "sheet": sheet(only, language=sections[0]["certificate"].language) if only else None,
        "progress": found,
    }


def _page_title(sections: list[dict], *, progress: dict | None) -> str:
    if progress:
        return _("Shared progress")
    return _("Shared credential") if len(sections) == 1 else _("Shared credentials")


def _standing_and_newest(section: dict) -> tuple:
    credential = section["credential"]
    return credential.status == Credential.Status.VALID, credential.issued_at


def heading(pathway: Pathway | None, shown: list[Credential]) -> dict:
    """What a link is about, in a line, and the language of it."""
    if pathway:
        language, text = chosen(pathway.name)
    elif len(shown) == 1:
        said = wording.heading(shown[0])
        language, text = said["language"] or get_language(), said["text"]
    else:
        language = get_language()
        text = ngettext("%(count)d credential", "%(count)d credentials", len(shown)) % {"count": len(shown)}
    return {"text": text, "language": language}


def social(share: Share, shown: list[Credential], *, secret: str) -> dict:
    """What a service shows of a link to a public profile (OpenGraph)."""
    issuers = ", ".join(sorted({str(one.institution) for one in shown}))
    return {
        "title": heading(share.pathway, shown)["text"],
        "description": _("Shared by its owner. Issuer: %(issuers)s.") % {"issuers": issuers},
        "url": settings.SITE_URL + reverse("share", args=[secret]),
        "image": settings.SITE_URL + reverse("share-picture", args=[secret]),
        "locale": LOCALES[get_language()],
        "is_hidden": True,
    }


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


def for_browsers(response: HttpResponse) -> HttpResponse:
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _section(credential: Credential, *, left_out: Collection[str], at) -> dict:
    report = verification.verify(document=bytes(credential.document), at=at)
    language = certificate.language_for(credential)
    section = {
        "credential": credential,
        "heading": wording.heading(credential),
        "certificate": certificate.read(credential, language=language, left_out=left_out),
        "only_in": wording.only_in(credential),
        "is_presentable": credential.status not in documents.ENDED,
        **wording.status(credential, at),
        **wording.report(report),
    }
    if "name" in left_out and report.outcome == verification.Outcome.VALID:
        section["next_step"] = _("You can rely on it. Whose it is, this page does not tell: ask its owner.")
    return section


def _progress(pathway: Pathway | None, shown: list[Credential], *, at) -> dict | None:
    """How far the shown credentials come on a pathway that the catalogue still shows; no others count, but
    what a shown composite credential is made of: it says so itself."""
    found = catalogue.pathways().filter(pk=pathway.pk).first() if pathway else None
    if found is None:
        return None
    valid = [one for one in shown if one.status_at(at) == Credential.Status.VALID]
    return pathway_rows.row(progress.on(found, held=wallet.with_parts(valid), at=at))
