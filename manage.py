#!/usr/bin/env python3
"""Django's command line. Outside a virtual environment it makes .venv from the pins and goes on there."""

import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

RUNTIME, DEVELOPMENT = "requirements.txt", "requirements-dev.txt"  # the second holds all of the first
DEVELOPMENT_COMMANDS = {"test", "drill", "benchmark", "schema", "messages"}


def main() -> None:
    if sys.version_info < (3, 11):
        sys.exit("Python 3.11 or newer is needed; this is " + sys.version.split()[0] + ".")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if not in_virtual_environment():
        install(DEVELOPMENT if command in DEVELOPMENT_COMMANDS else RUNTIME)
        go_on_inside()
    if command == "test":
        from tests.run import main as run_tests

        sys.exit(run_tests(sys.argv[2:]))

    if command == "demo":
        os.environ.setdefault("DEMO", "true")  # for its worker and server too
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


def in_virtual_environment() -> bool:
    """NO_VENV=1 is for a container or a server whose system Python holds the packages."""
    return sys.prefix != sys.base_prefix or bool(os.environ.get("NO_VENV"))


def install(requirements: str) -> None:
    """Bring .venv to the pins, unless its stamp says that it already has them."""
    if is_installed(requirements):
        return
    print(f"Installing {requirements} into .venv …", flush=True)
    make_environment()
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    if not install_by_uv(pip, requirements) and not succeeds([*pip, "-r", ROOT / requirements]):
        sys.exit("The packages could not be installed; see above. The same command goes on from here.")
    if requirements == DEVELOPMENT:
        stamp(RUNTIME).write_text(digest(RUNTIME))
    stamp(requirements).write_text(digest(requirements))  # last: an interrupted installation starts again


def is_installed(requirements: str) -> bool:
    return (
        PYTHON.exists()
        and stamp(requirements).exists()
        and stamp(requirements).read_text() == digest(requirements)
    )


def stamp(requirements: str) -> Path:
    return VENV / f".{requirements}.sha256"


def digest(requirements: str) -> str:
    return hashlib.sha256((ROOT / requirements).read_bytes()).hexdigest()


def make_environment() -> None:
    if PYTHON.exists() and succeeds([PYTHON, "-c", "import pip"]):
        return
    try:
        import ensurepip  # noqa: F401
        import venv
    except ImportError:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        sys.exit(
            "This Python cannot make virtual environments. Install its venv module, then run this again.\n"
            f"On Debian and Ubuntu: sudo apt-get install python3-venv   (or python{version}-venv)"
        )
    venv.create(VENV, with_pip=True, clear=VENV.exists())


def install_by_uv(pip: list, requirements: str) -> bool:
    """The same wheels some times faster. Where uv does not run or find the packages, pip does the work."""
    pins = (ROOT / RUNTIME).read_text()
    uv_only = VENV / "uv.txt"
    uv_only.write_text(re.search(r"^uv==.*\n(?:    .*\n)*", pins, re.MULTILINE).group())
    if not succeeds([*pip, "-r", uv_only]):
        return False
    uv = [PYTHON, "-m", "uv", "pip", "install", "--quiet", "--require-hashes", "--python", PYTHON]
    return succeeds([*uv, "-r", ROOT / requirements])


def succeeds(command: list) -> bool:
    return subprocess.run(command, check=False).returncode == 0


def go_on_inside() -> None:
    """Become the same command under .venv's Python: signals and the exit code reach it directly."""
    command = [str(PYTHON), str(Path(__file__).resolve()), *sys.argv[1:]]
    if os.name == "nt":
        sys.exit(subprocess.call(command))
    os.execv(command[0], command)


if __name__ == "__main__":
    main()
