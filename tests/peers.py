"""The npm peers of the reference folder, and the wallet beside the tests, installed once and kept under
var/peers for the next run."""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


class Peers:
    """The programs of the folder `home`, all run in one Node that is started when the first is asked."""

    def __init__(self, home: Path):
        self.home, self._node = home, None

    def says(self, program: str, *words) -> tuple[int, list[str]]:
        """The code that `node program words…` ends with, and its lines."""
        if not self._node:
            pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "bufsize": 1}
            self._node = subprocess.Popen(["node", ROOT / "tests" / "peers.mjs"], cwd=self.home, **pipes)
        print(json.dumps([program, *map(str, words)]), file=self._node.stdin)
        answer = json.loads(self._node.stdout.readline())
        return answer["code"], answer["said"]

    def close(self) -> None:
        if self._node:
            self._node.communicate()


def missing_node() -> str:
    """Why the peers cannot run, or nothing."""
    if not shutil.which("node") or not shutil.which("npm"):
        return "node and npm are missing (Node 20 or newer)"
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    return (
        ""
        if int(version.lstrip("v").split(".")[0]) >= 20
        else f"Node 20 or newer is needed, this is {version}"
    )


def install(shared: Path) -> Path:
    """The folder of the installed copy: `interop` and `reference` side by side, as its README asks."""
    return _installed(shared, ("interop", "reference"))


def install_wallet() -> Path:
    """The folder to run `node wallet.mjs …` in: other people's OpenID4VCI client."""
    return _installed(ROOT / "tests", ("wallet",))


def _installed(source: Path, names: tuple[str, ...]) -> Path:
    """The first of the folders, copied with the others beside it and with its packages."""
    home = _writable_home() / _digest(source / names[0])
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several test processes, one installation
        if not (home / "complete").exists():
            for name in names:
                _copy(source / name, home / name)
            command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
            subprocess.run(command, cwd=home / names[0], check=True, capture_output=True, text=True)
            (home / "complete").touch()
    return home / names[0]


def _copy(source: Path, target: Path) -> None:
    """The folders' content, writable for us also where the source is read-only."""
    target.mkdir(exist_ok=True)
    for path in source.iterdir():
        if path.is_dir():
            _copy(path, target / path.name)
        else:
            shutil.copyfile(path, target / path.name)


def _writable_home() -> Path:
    kept = ROOT / "var" / "peers"
    try:
        kept.mkdir(parents=True, exist_ok=True)
    except OSError:
        return Path(os.environ["VAR_DIR"]) / "peers"
    return kept if os.access(kept, os.W_OK) else Path(os.environ["VAR_DIR"]) / "peers"


def _digest(folder: Path) -> str:
    """Of everything that is copied beside the packages: a changed script is a new installation."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.glob("*") if path.is_file()):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]
