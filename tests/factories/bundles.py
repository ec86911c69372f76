"""A bundle that is ready, with a file of a few bytes in its place: for pages that only serve it."""

import hashlib

from quality.actions import bundles
from quality.models import Bundle
from registry.models import Institution, User
from tests.factories import AT

DATA = b"PK\x05\x06" + bytes(18)  # a zip with nothing in it


def ready(*, institution: Institution, by: User) -> Bundle:
    """Of this year up to the day of the tests."""
    bundle = Bundle.objects.create(
        institution=institution,
        begins_on=AT.date().replace(month=1, day=1),
        ends_on=AT.date(),
        language="fi",
        status=Bundle.Status.DONE,
        requested_at=AT,
        requested_by=by,
        made_at=AT,
        size=len(DATA),
        sha256=hashlib.sha256(DATA).hexdigest(),
    )
    bundles.path(bundle).write_bytes(DATA)
    return bundle
