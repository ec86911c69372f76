"""Values from the environment: each has a safe local default, or a clear error in production."""

import os
import secrets
from base64 import urlsafe_b64encode
from contextlib import suppress
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parents[2]

env = environ.Env()
env.read_env(env.path("ENV_FILE", default=str(BASE_DIR / ".env"))())  # what is already set wins over the file

PRODUCTION = env.bool("PRODUCTION", default=False)
VAR_DIR = Path(env.str("VAR_DIR", default="") or BASE_DIR / "var").resolve()


def needed(name: str, *, local: str) -> str:
    """The value of a variable that production must set; elsewhere `local` stands in for it."""
    if value := env.str(name, default=""):
        return value
    if PRODUCTION:
        raise ImproperlyConfigured(
            f"{name} is not set; in production nothing is guessed. See .env.example for what belongs there."
        )
    return local


def needed_secret(name: str) -> str:
    """A secret of 32 bytes, base64url. Outside production it is made once and kept in var/secrets."""
    if value := env.str(name, default=""):
        return value
    return needed(name, local="" if PRODUCTION else kept_secret(VAR_DIR / "secrets" / name.lower()))


def kept_secret(path: Path) -> str:
    """The content of a file that only its owner may read, made when it is missing."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(urlsafe_b64encode(secrets.token_bytes(32)).decode())
        with suppress(FileExistsError):  # another process was faster: its secret counts
            os.link(draft, path)  # whole or not at all
        draft.unlink()
    return path.read_text()


def folder(*parts: str) -> str:
    """A folder under var, made when it is missing."""
    path = VAR_DIR.joinpath(*parts)
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return str(path)
