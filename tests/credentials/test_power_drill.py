"""The drill of power cuts in small; docs/drills.md has the figures of 1,000 awards and 20 kills."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.services, pytest.mark.slow]
ROOT = Path(__file__).resolve().parents[2]


def test_killed_worker_broker_and_database_lose_nothing_and_double_nothing(tmp_path):
    """Issue 5, "Shows": servers of its own, kill -9 of each, the batch goes on; no index is used twice."""
    figures = tmp_path / "figures.json"
    command = ["manage.py", "drill", "power", "--items", "400", "--kills", "3", "--json"]

    ended = subprocess.run(
        [sys.executable, *command, figures], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert ended.returncode == 0, ended.stderr
    found = json.loads(figures.read_text())
    assert (found["items"], found["kills"], found["credentials"]) == (400, 3, 400)
    assert [line.split()[0] for line in found["killed"].split(", ")] == ["valkey", "worker", "postgres"]
