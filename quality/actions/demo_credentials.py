"""The demo's credentials: issued by the worker like any others, then one revoked, one made of a completed
pathway, and each shared by its owner."""

from datetime import datetime
from urllib.parse import urlsplit

from django.db.models import Q
from django.urls import reverse
from django.utils import translation

from credentials.actions import batches, composites, credentials, shares
from credentials.formats import did
from credentials.models import Batch, Credential, Share, SigningKey
from credentials.verification import verify
from quality.actions import demo
from registry.access import Role

# A late check or a superseded version is a warning, a credential past its date or taken back is not valid.
EXPECTED = {"valid": {"valid", "warning"}, "expired": {"invalid"}, "revoked": {"invalid"}}


def address() -> str:
    """Where the institutions' DIDs lead to, by their first key; "" before there is one."""
    key = SigningKey.objects.order_by("pk").first()
    return f"http://{urlsplit(did.address_of(key.did)).netloc}" if key else ""


def start_issuing(*, at: datetime) -> int:
    """Queue what the demo wants and nobody has issued yet, dated as the file says. Returns how many were
    queued."""
    queued = 0
    for item in demo.to_issue():
        attainment = item.attainment
        if attainment.credentials.exists() or attainment.batch_items.filter(outcome="open").exists():
            continue
        start_one(item=item, at=at)
        queued += 1
    return queued


def start_one(*, item: demo.ToIssue, at: datetime) -> Batch:
    return batches.start(
        institution=item.attainment.institution,
        attainments=[item.attainment],
        by=_issuer(item.attainment.institution),
        at=at,
        issued_at=item.issued_at,
    )


def is_issued() -> bool:
    return all(item.attainment.credentials.exists() for item in demo.to_issue())


def revoke() -> None:
    """Revoke what the file says was revoked, on its day."""
    for item in demo.to_issue():
        if item.revoked_at is None:
            continue
        for credential in item.attainment.credentials.filter(status=Credential.Status.VALID):
            credentials.revoke(
                credential=credential,
                reason=item.revocation_reason,
                note="",
                by=_issuer(credential.institution),
                at=item.revoked_at,
            )


def compose(*, at: datetime) -> None:
    """Ask for and issue the composite credential of who has completed a pathway, once."""
    for user, pathway in demo.completed():
        if pathway.credentials.filter(learner__user=user).exists():
            continue
        learner = composites.ask(pathway=pathway, by=user, at=at).learner
        composites.issue(learner=learner, pathway=pathway, by=_issuer(pathway.institution), at=at)


def lists_are_signed() -> bool:
    """Whether every status list that the demo uses shows its newest bits."""
    lists = {one.status_list for one in _credentials()}
    return all(one.signed_at is not None and one.signed_at >= one.changed_at for one in lists)


def describe(*, base_url: str, kept: dict, at: datetime) -> dict:
    """What a script needs to use the demo: people with passwords, and each credential with its addresses.

    `kept` is the description of an earlier run; its share links are taken over while they are open, since a
    link's secret is known only when it is made.
    """
    links = {one["id"]: one["share_url"] for one in kept.get("credentials", [])}
    return {
        "base_url": base_url,
        "people": [
            {
                "username": person["email"],
                "password": person["password"],
                "role": person["role"],
                "institution": person["institution"],
            }
            for person in demo.read(name="demo_people.json")["people"]
        ],
        "credentials": [
            _describe(credential, base_url=base_url, link=links.get(f"urn:uuid:{credential.pk}", ""), at=at)
            for credential in _credentials()
        ],
    }


def check(*, at: datetime) -> list[str]:
    """Verify every credential of the demo by its stored bytes. Returns what is not as it should be."""
    faults = []
    for credential in _credentials():
        state = credential.status_at(at)
        report = verify(document=bytes(credential.document), at=at)
        if report.outcome not in EXPECTED[state]:
            faults.append(f"{credential.pk}: {state}, but verification says {report.outcome}")
    return faults


def _credentials() -> list[Credential]:
    wanted = Q(attainment__in=[item.attainment.pk for item in demo.to_issue()])
    for user, pathway in demo.completed():
        wanted |= Q(pathway=pathway, learner__user=user)
    found = Credential.objects.filter(wanted).prefetch_related("parts").order_by("issued_at", "pk")
    return list(found.select_related("institution", "learner__user", "status_list", "key"))


def _describe(credential: Credential, *, base_url: str, link: str, at: datetime) -> dict:
    secret = _secret(credential, link=link, at=at)
    with translation.override(credential.learner.language):
        share = reverse("share", kwargs={"secret": secret})
    return {
        "id": f"urn:uuid:{credential.pk}",
        "status": credential.status_at(at),
        "parts": sorted(f"urn:uuid:{part.pk}" for part in credential.parts.all()),
        "bytes_url": base_url + reverse("share-bytes", kwargs={"secret": secret}),
        "share_url": base_url + share,
        "human_code": credential.grouped_code,
        "did_url": base_url + reverse("did-document", kwargs={"code": credential.institution.code.lower()}),
        "status_list_url": base_url + urlsplit(credential.status_list.url).path,
    }


def _secret(credential: Credential, *, link: str, at: datetime) -> str:
    """The secret of the kept link while its share is open, else of a new share without an end."""
    secret = urlsplit(link).path.rstrip("/").rpartition("/")[2]
    share = shares.find(secret=secret, at=at) if secret else None
    if share is not None and share.credentials.filter(pk=credential.pk).exists():
        return secret
    _share, secret = shares.create(
        credentials=[credential],
        purpose=Share.Purpose.OTHER,
        months=None,
        confirmed=True,
        shows_places=True,
        note="Demo",
        by=credential.learner.user,
        at=at,
    )
    return secret


def _issuer(institution):
    return institution.memberships.filter(role=Role.ISSUER).select_related("user").earliest("pk").user
