"""The product's server for a benchmark: two processes with the settings of production, or the local ones."""

import os
import secrets
import socket
import sys
from base64 import urlsafe_b64encode
from http.client import HTTPConnection
from pathlib import Path
from subprocess import run

from django.conf import settings

from registry.management.processes import Children

ROOT = Path(__file__).resolve().parents[2]
SERVERS = 2
THREADS = ["--blocking-threads", "4"]  # of each server process: as many as its pool has connections
# What the proxy in front would say; without it production sends everybody to https.
HEADERS = {"Host": "registry.example.fi", "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1"}
TICKS = os.sysconf("SC_CLK_TCK")


class Server:
    """Two running processes, stopped with `children`. Production where the database is a server."""

    def __init__(self, children: Children):
        self.port = _free_port()
        environment = {"API_REQUESTS_PER_MINUTE": str(10**9)}  # four clients ask more than one address may
        if os.environ.get("REDIS_URL"):
            environment |= _production()
            run([sys.executable, "manage.py", "collectstatic", "--no-input", "-v0"], cwd=ROOT, check=True,
                env=os.environ | environment)  # fmt: skip
        else:
            environment["ALLOWED_HOSTS"] = HEADERS["Host"]
        address = ["--host", "127.0.0.1", "--port", str(self.port), "--workers", str(SERVERS), *THREADS]
        application = "registry.config.wsgi:application"
        children.start(
            "server", "granian", "--interface", "wsgi", *address, application, environment=environment
        )
        children.wait_for(self.is_ready, what="the server")
        self._main = children.running[-1][1].pid

    def is_ready(self) -> bool:
        try:
            connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
            connection.request("GET", "/health/ready", headers=HEADERS)
            return connection.getresponse().status == 200
        except OSError:
            return False

    def cpu_seconds(self) -> float:
        """Processor time that the server's processes have used; 0 where the system does not tell."""
        return sum(_cpu_ticks(folder) for folder in self._processes()) / TICKS

    def megabytes(self) -> int:
        """Resident memory of the biggest process; 0 where the system does not tell."""
        return max((_resident_kilobytes(folder) // 1024 for folder in self._processes()), default=0)

    def _processes(self) -> list[Path]:
        return [
            status.parent
            for status in Path("/proc").glob("[0-9]*/stat")
            if int(_after_name(status)[1]) == self._main
        ]


def _production() -> dict[str, str]:
    """What production needs to start (.env.example). Letters go nowhere."""
    secret = urlsafe_b64encode(secrets.token_bytes(32)).decode()
    return {
        "PRODUCTION": "true",
        "BASE_URL": f"https://{HEADERS['Host']}",
        "TRUSTED_PROXIES": "1",
        "SECRET_KEY": secret,
        "KEY_ENCRYPTION_KEY": secret,
        "EMAIL_URL": "smtp+tls://nobody:nothing@smtp.example.fi:587",
        "DEFAULT_FROM_EMAIL": "registry@example.fi",
        "ACCESSIBILITY_CONTACT": "accessibility@example.fi",
        "STATIC_ROOT": str(Path(settings.VAR_DIR) / "static"),
        "MALLOC_ARENA_MAX": "1",
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _after_name(stat: Path) -> list[str]:
    """The fields of /proc/…/stat behind the name: state, parent …; a process may end meanwhile."""
    try:
        return stat.read_text().rpartition(")")[2].split()
    except OSError:
        return ["Z", "0"]


def _cpu_ticks(folder: Path) -> int:
    user, system = _after_name(folder / "stat")[11:13]
    return int(user) + int(system)


def _resident_kilobytes(folder: Path) -> int:
    lines = (folder / "status").read_text().splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS")), 0)
