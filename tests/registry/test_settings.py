"""The settings as an operator meets them: each test starts a fresh process with its own environment."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "PRODUCTION": "true",
    "BASE_URL": "https://registry.example.fi",
    "SECRET_KEY": "k" * 50 + "0123456789",
    "KEY_ENCRYPTION_KEY": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    "DATABASE_URL": "postgres://registry@db.example.fi/registry",
    "REDIS_URL": "redis://redis.example.fi:6379/0",
    "EMAIL_URL": "smtp+tls://user:password@smtp.example.fi:587",
    "DEFAULT_FROM_EMAIL": "registry@example.fi",
    "ACCESSIBILITY_CONTACT": "accessibility@example.fi",
}


def started(code: str, tmp_path: Path, **environment: str) -> subprocess.CompletedProcess:
    program = "import django; django.setup(); from django.conf import settings\n" + code
    inherited = {"PATH": os.environ["PATH"], "ENV_FILE": os.devnull, "VAR_DIR": str(tmp_path)}
    inherited["DJANGO_SETTINGS_MODULE"] = "registry.config.settings"
    command = [sys.executable, "-W", "error", "-c", program]
    env = inherited | environment
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def test_local_start_needs_no_variable_and_keeps_its_secrets(tmp_path):
    code = "print(settings.SECRET_KEY, settings.KEY_ENCRYPTION_KEY)"

    first, second = started(code, tmp_path), started(code, tmp_path)

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "secrets").iterdir()}
    assert first.stderr == ""
    assert first.stdout == second.stdout
    assert len(set(first.stdout.split())) == 2
    assert modes == dict.fromkeys(("secret_key", "key_encryption_key", "henkilotunnus_key"), 0o600)


@pytest.mark.parametrize("name", sorted(PRODUCTION.keys() - {"PRODUCTION"}))
def test_production_start_names_what_is_missing(tmp_path, name):
    result = started("", tmp_path, **{**PRODUCTION, name: ""})

    assert result.returncode == 1
    assert f"{name} is not set" in result.stderr
    assert not (tmp_path / "secrets").exists()


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("BASE_URL", "http://registry.example.fi", "BASE_URL must start with https://"),
        ("DEBUG", "true", "DEBUG and PRODUCTION exclude each other"),
        ("DEMO", "true", "DEMO and PRODUCTION exclude each other"),
    ],
)
def test_production_start_refuses_what_is_unsafe(tmp_path, name, value, complaint):
    result = started("", tmp_path, **{**PRODUCTION, name: value})

    assert result.returncode == 1
    assert complaint in result.stderr


def test_production_passes_djangos_deployment_check(tmp_path):
    code = """
from django.core.management import call_command
call_command("check", deploy=True, fail_level="WARNING")
"""

    result = started(code, tmp_path, **PRODUCTION)

    assert (result.returncode, result.stderr) == (0, "")


def test_logs_never_hold_an_address_that_opens_something(tmp_path):
    code = "import logging; logging.getLogger('x').error('GET %s', '/fi/s/verysecret/credential.json?x=1')"

    result = started(code, tmp_path)

    assert "verysecret" not in result.stderr
    assert "/fi/s/…/credential.json" in result.stderr


@pytest.mark.parametrize(
    ("given", "used"),
    [("", PRODUCTION["BASE_URL"]), ("https://pages.example.fi/", "https://pages.example.fi")],
)
def test_letters_lead_to_the_base_address_unless_another_is_given(tmp_path, given, used):
    result = started("print(settings.SITE_URL)", tmp_path, **PRODUCTION, SITE_URL=given)

    assert result.stdout.strip() == used, result.stderr
