"""Offerings made at random, in every format, read back by other people's software and refused when altered.

The readers stand with the tests, for they are of the development packages; the drill runs them at full size.
"""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READERS = "tests/flows/test_every_format.py"
NEEDED = "peers,java,xmlsec1"  # no reader may be skipped


class Failed(AssertionError):
    """A reader lost something or took an altered copy; its own words stand above."""


def run(options: dict) -> dict:
    """Figures of one rehearsal with that many `items`. Raises Failed."""
    began = time.monotonic()
    left_out = ("DATABASE_URL", "REDIS_URL", "VAR_DIR")
    environment = {name: value for name, value in os.environ.items() if name not in left_out}
    command = [sys.executable, "-m", "pytest", READERS, "-q", "-p", "no:cacheprovider", "--timeout=3600"]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment | {"DRILL_ITEMS": str(options["items"]), "REGISTRY_NO_SKIP": NEEDED},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Failed(done.stdout)
    (passed,) = re.findall(r"(\d+) passed", done.stdout)
    return {
        "offerings": options["items"],
        "checks_passed": int(passed),
        "seconds": round(time.monotonic() - began, 1),
    }
