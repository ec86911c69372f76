"""Who reads the log cannot tell which credential was checked (issue D, Shows; rule 10)."""

import io
import json
import logging
import re

import pytest
from django.conf import settings
from django.test import Client

from credentials.models import Credential
from tests.factories.shares import own, shared

pytestmark = pytest.mark.django_db
PASSING = re.compile(r"^\S+Z |request_id=\S+")  # the moment, the number of the request


@pytest.fixture
def log():
    """Whatever the service writes, as it writes it; the formatter is that of the settings."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logging.getLogger().handlers[0].formatter)
    loggers = [logging.getLogger(), logging.getLogger("django_structlog")]
    levels = [one.level for one in loggers]
    loggers[0].addHandler(handler)
    for one in loggers:
        one.setLevel(logging.INFO)
    yield written
    loggers[0].removeHandler(handler)
    for one, level in zip(loggers, levels, strict=True):
        one.setLevel(level)


def lines(log, credential: Credential, link: str) -> list[str]:
    """What is left in the log when a stranger checks the credential in every way there is."""
    log.seek(0)
    log.truncate()
    stranger = Client()
    document = json.loads(bytes(credential.document))
    code = credential.grouped_code
    answers = [
        stranger.get(f"/fi/verify/{code}/"),
        stranger.get("/fi/verify/frame/", {"code": code}),
        stranger.post("/fi/verify/", {"text": code}),
        stranger.post("/fi/verify/", {"text": json.dumps(document)}),
        stranger.post("/api/v1/verifications/", credential.document, content_type="application/json"),
        stranger.get(f"/credentials/{credential.pk}"),
        stranger.get(f"/institutions/{credential.institution.code.lower()}/log/{credential.sha256}.json"),
        stranger.get(link),
        stranger.get(document["credentialStatus"]["statusListCredential"].removeprefix(settings.BASE_URL)),
    ]
    assert {answer.status_code for answer in answers} <= {200, 302, 404}
    return [PASSING.sub("", line) for line in log.getvalue().splitlines()]


def test_checks_of_two_credentials_leave_the_same_lines(log):
    first = own()
    second = own(institution=first.institution)
    links = [shared(one)[1] for one in (first, second)]

    found = [lines(log, one, f"/fi/s/{link}/") for one, link in zip((first, second), links, strict=True)]

    assert found[0] == found[1]
    assert len(found[0]) >= 9
