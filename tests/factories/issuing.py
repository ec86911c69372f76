"""Credentials as the product issues them: by a batch, with real keys and signatures."""

from datetime import datetime

import time_machine

from credentials.actions import batches
from credentials.models import Attainment, Batch, Credential
from registry.actions import codelists
from registry.models import Code
from tests.factories import AT
from tests.factories.credentials import AttainmentFactory
from tests.factories.registry import UserFactory


def started(*attainments: Attainment, at: datetime = AT) -> Batch:
    """A batch of these attainments, of one institution, that no worker has touched."""
    if not Code.objects.exists():
        codelists.load()
    return batches.start(
        institution=attainments[0].institution, attainments=attainments, by=UserFactory(), at=at
    )


def run(batch: Batch, *, at: datetime = AT) -> None:
    """What a worker does with the batch, with the clock standing at `at`."""
    with time_machine.travel(at, tick=False):
        batches.run(batch.pk)


def issued(attainment: Attainment | None = None, *, at: datetime = AT) -> Credential:
    """One credential, issued at `at`."""
    attainment = attainment or AttainmentFactory()
    run(started(attainment, at=at), at=at)
    return attainment.credentials.get(issued_at=at)
