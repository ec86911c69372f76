"""The W3C suite's credentials to accept, and those to refuse. Presentations are not read."""

import json
import os
from pathlib import Path

import pytest

from credentials.proofs import contexts, shape

pytestmark = pytest.mark.once

SHARED = Path(os.environ.get("REGISTRY_REFERENCE") or Path(__file__).resolve().parents[3] / "shared")
CASES = sorted(SHARED.glob("reference/w3c-vc-2.0/cases/**/*.json"))
CREDENTIALS = [path for path in CASES if not path.name.startswith("presentation-")]
ACCEPTED = [path for path in CREDENTIALS if path.stem.endswith("-ok")]
REFUSED = [path for path in CREDENTIALS if "-fail" in path.stem]


def case(path):
    """The input as the W3C suite would send it: with an issuer of its own, and days for placeholders."""
    text = path.read_text("utf-8").replace("PAST DATE", "2020-01-01T00:00:00Z")
    document = json.loads(text.replace("FUTURE DATE", "2040-01-01T00:00:00Z"))
    if isinstance(document.get("issuer"), dict):
        document["issuer"].setdefault("id", "did:example:issuer")
    elif "no-issuer" not in path.stem:
        document.setdefault("issuer", "did:example:issuer")
    return document


def test_cases_are_all_there(reference):
    assert (len(ACCEPTED), len(REFUSED)) == (54, 41)


@pytest.mark.parametrize("path", ACCEPTED, ids=lambda path: path.stem)
def test_shape_accepts_ok_case(reference, path):
    assert shape.problems(case(path), contexts.known(reference / "contexts")) == []


@pytest.mark.parametrize("path", REFUSED, ids=lambda path: path.stem)
def test_shape_refuses_fail_case(reference, path):
    assert shape.problems(case(path), contexts.known(reference / "contexts")) != []
