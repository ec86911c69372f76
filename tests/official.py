"""The checker of the reference folder, which shares no code with the product: one process for many files."""

import subprocess
import sys
from pathlib import Path

EACH = """
import sys
sys.path.insert(0, sys.argv[1])
from check_reference import main
for path in sys.argv[3:]:
    main([sys.argv[2], path, "--quiet"])
"""


def verdicts(interop: Path, kind: str, files: list[bytes], *, folder: Path) -> list[str]:
    """What is said of each file in turn: “RESULT PASS”, or what fails."""
    paths = [folder / f"{number}.{kind}" for number in range(len(files))]
    for path, data in zip(paths, files, strict=True):
        path.write_bytes(data)
    command = [sys.executable, "-W", "ignore", "-c", EACH, interop, kind, *paths]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said, found = [], []
    for line in done.stdout.splitlines():
        said.append(line)
        if line.startswith("RESULT"):
            found.append("\n".join(said))
            said = []
    return found
