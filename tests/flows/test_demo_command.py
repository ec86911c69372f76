"""`manage.py demo` as a newcomer and a script meet it; what it issued, other verifiers judge."""

import copy
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from tests import official

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 150


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read()


def answers(url: str) -> bool:
    try:
        return bool(get(url))
    except OSError:
        return False


def own_services() -> dict[str, str]:
    """A database and a Redis number of its own; nothing where the demo keeps files."""
    if not settings.REDIS_URL:
        return {}
    place = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    server = os.environ["DATABASE_URL"].rpartition("/")[0]
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as database:
        database.execute(f"DROP DATABASE IF EXISTS demo{place} WITH (FORCE)")
        database.execute(f"CREATE DATABASE demo{place}")
    redis = settings.REDIS_URL.rpartition("/")[0]
    return {"DATABASE_URL": f"{server}/demo{place}", "REDIS_URL": f"{redis}/{10 + place}"}


class Demo:
    """The demo in a folder of its own, as a process of its own."""

    def __init__(self, folder: Path):
        self.folder, self.port = folder, free_port()
        own = {"VAR_DIR": str(folder)} | own_services()
        self.environment = {k: v for k, v in os.environ.items() if k != "REGISTRY_NO_SKIP"} | own
        self.process = None

    def start(self) -> "Demo":
        with (self.folder / "demo.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "demo", "--port", str(self.port)],
                cwd=ROOT, env=self.environment, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip
        end = time.monotonic() + SECONDS
        while not answers(f"{self.base}/health/ready"):
            said = (self.folder / "demo.log").read_text()
            assert self.process.poll() is None, said
            assert time.monotonic() < end, said
            time.sleep(0.2)
        return self

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def described(self) -> dict:
        return json.loads((self.folder / "demo.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    demo = Demo(tmp_path_factory.mktemp("demo")).start()
    yield demo
    if demo.process.poll() is None:
        demo.stop()


@pytest.mark.slow
@pytest.mark.once
@pytest.mark.worker
def test_demo_describes_people_of_every_role_and_each_credential(demo):
    said = demo.described()

    assert said["base_url"] == demo.base
    assert {person["role"] for person in said["people"]} == {
        "author", "quality", "reviewer", "publisher", "rectorate", "issuer", "admin", "partner", "learner",
    }  # fmt: skip
    assert sorted(one["status"] for one in said["credentials"]) == ["expired", "revoked", *["valid"] * 8]
    [whole] = [one for one in said["credentials"] if one["parts"]]
    assert set(whole["parts"]) <= {one["id"] for one in said["credentials"] if one["status"] == "valid"}


@pytest.mark.slow
@pytest.mark.once
@pytest.mark.worker
def test_demo_credential_is_served_by_its_share_without_signing_in(demo):
    for one in demo.described()["credentials"]:
        assert json.loads(get(one["bytes_url"]))["id"] == one["id"]
        assert json.loads(get(one["status_list_url"]))["type"] == [
            "VerifiableCredential",
            "BitstringStatusListCredential",
        ]


@pytest.mark.slow
@pytest.mark.worker
def test_demo_credential_is_judged_by_the_api(demo):
    outcomes = {"valid": {"valid", "warning"}, "expired": {"invalid"}, "revoked": {"invalid"}}
    for one in demo.described()["credentials"]:
        request = urllib.request.Request(
            f"{demo.base}/api/v1/verifications/",
            data=get(one["bytes_url"]),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            report = json.loads(answer.read())

        assert report["outcome"] in outcomes[one["status"]], report


@pytest.mark.slow
@pytest.mark.once
@pytest.mark.worker
@pytest.mark.peers
def test_npm_peers_agree_on_every_demo_credential(demo, peers, tmp_path):
    """PASS for the valid; FAIL for the revoked, for the expired, and after a value was changed."""

    def verdict(badge: dict, one: dict) -> str:
        files = {
            "badge.json": json.dumps(badge).encode(),
            "did.json": get(one["did_url"]),
            "status.json": get(one["status_list_url"]),
        }
        for name, content in files.items():
            (tmp_path / name).write_bytes(content)
        badge_file, did_file, status_file = (tmp_path / name for name in files)
        words = (badge_file, did_file, "--status", status_file, "--quiet")
        _code, said = peers.says("verify_openbadge.mjs", *words)
        return said[-1].split("(")[0].strip()

    for one in demo.described()["credentials"]:
        badge = json.loads(get(one["bytes_url"]))
        altered = copy.deepcopy(badge)
        altered["credentialSubject"]["creditsEarned"] += 1

        assert verdict(badge, one) == ("RESULT PASS" if one["status"] == "valid" else "RESULT FAIL"), one
        assert verdict(altered, one) == "RESULT FAIL"


@pytest.mark.slow
@pytest.mark.once
@pytest.mark.worker
def test_official_schema_holds_for_every_demo_credential(demo, interop, tmp_path):
    badges = [get(one["bytes_url"]) for one in demo.described()["credentials"]]

    assert official.verdicts(interop, "ob3", badges, folder=tmp_path) == ["RESULT PASS"] * len(badges)


def signed_in(demo, email: str):
    """Opens addresses as a person of the demo."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    login = f"{demo.base}/en/accounts/login/"
    token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', opener.open(login).read())[1].decode()
    (password,) = {one["password"] for one in demo.described()["people"] if one["username"] == email}
    typed = {"login": email, "password": password, "csrfmiddlewaretoken": token}
    opener.open(urllib.request.Request(login, urllib.parse.urlencode(typed).encode(), {"Referer": login}))
    return opener


@pytest.mark.slow
@pytest.mark.once
@pytest.mark.worker
@pytest.mark.peers
def test_reference_passes_what_a_learner_of_the_demo_downloads(demo, peers, interop, tmp_path):
    """Issue D, Shows: the European Digital Credential and its seal, the study record, the JWT."""
    opener = signed_in(demo, "bjorn.exempel@example.com")
    wallet = opener.open(f"{demo.base}/sv/my/").read().decode()
    valid = [one for one in demo.described()["credentials"] if one["status"] == "valid"]
    own = next(one for one in valid if one["id"].removeprefix("urn:uuid:") in wallet)
    downloads = f"{demo.base}/sv/my/credentials/{own['id'].removeprefix('urn:uuid:')}/download/"
    elm, elmo, jwt = (opener.open(f"{downloads}{form}/").read() for form in ("elm", "elmo", "jwt"))
    for name in ("did", "status_list"):
        (tmp_path / name).write_bytes(get(own[f"{name}_url"]))

    def verdict(program: str, data: bytes, *beside) -> str:
        (tmp_path / "document").write_bytes(data)
        _code, said = peers.says(program, tmp_path / "document", *beside)
        return last(said)

    def checked(kind: str, files: list[bytes]) -> list[str]:
        found = official.verdicts(interop, kind, files, folder=tmp_path)
        return [last(lines.splitlines()) for lines in found]

    def last(lines: list[str]) -> str:
        return lines[-1].split("(")[0].strip()

    assert checked("elm", [elm]) == ["RESULT PASS"]
    assert verdict("verify_jades.mjs", elm) == "RESULT PASS"
    assert verdict("verify_jades.mjs", elm.replace(b"Exempel", b"Exampel")) == "RESULT FAIL"
    altered = elmo.replace(b"<value>", b"<value>x", 1)
    assert checked("elmo", [elmo, altered]) == ["RESULT PASS", "RESULT FAIL"]
    beside = (tmp_path / "did", "--status", tmp_path / "status_list")
    assert verdict("verify_openbadge.mjs", jwt, *beside) == "RESULT PASS"
    assert verdict("verify_openbadge.mjs", jwt[:-9] + b"A" * 9, *beside) == "RESULT FAIL"


@pytest.mark.slow
@pytest.mark.once
@pytest.mark.worker
def test_demo_refuses_a_port_that_is_taken(demo):
    done = subprocess.run(
        [sys.executable, "manage.py", "demo", "--port", str(demo.port)],
        cwd=ROOT, env=demo.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 1
    assert f"Port {demo.port} is in use" in done.stderr


@pytest.mark.slow
@pytest.mark.once
@pytest.mark.worker
def test_demo_killed_and_started_again_keeps_its_credentials_and_links(demo):
    """kill -9 leaves no server behind, the next start goes on with what was made, SIGTERM ends it cleanly.

    Architecture §5: another port changes the addresses of pages, never a document, and says so. In the end
    the demo runs for the other tests where they began.
    """
    first, earlier, port = demo.described(), demo.base, demo.port
    demo.stop(signal.SIGKILL)
    end = time.monotonic() + 30
    while answers(f"{demo.base}/health/live"):
        assert time.monotonic() < end, "the server outlived the demo"
        time.sleep(0.2)

    assert "carry the address" not in (demo.folder / "demo.log").read_text()
    demo.port = free_port()
    demo.start()
    again = json.dumps(demo.described()).replace(demo.base, earlier)
    documents = [json.loads(get(one["bytes_url"])) for one in demo.described()["credentials"]]
    code = demo.stop(signal.SIGTERM)

    assert json.loads(again) == first
    assert {one["credentialStatus"]["statusListCredential"].startswith(earlier) for one in documents} == {
        True
    }
    assert f"carry the address {earlier}, which" in (demo.folder / "demo.log").read_text()
    assert (code, answers(f"{demo.base}/health/live")) == (0, False)
    demo.port = port
    demo.start()


@pytest.mark.slow
@pytest.mark.once
@pytest.mark.worker
def test_demo_writes_its_own_port_into_documents_and_letters(demo):
    """A newcomer's demo on another port is not one whose documents lead to where nobody answers."""
    one = demo.described()["credentials"][0]
    document = json.loads(get(one["bytes_url"]))
    letters = [path.read_text() for path in (demo.folder / "mail").glob("*")]

    assert document["issuer"]["id"].startswith(f"did:web:127.0.0.1%3A{demo.port}:institutions:")
    assert document["credentialSubject"]["achievement"]["id"].startswith(f"{demo.base}/offerings/")
    assert letters
    assert [letter for letter in letters if f"{demo.base}/" not in letter] == []
