"""Tests about the project itself: what docs/architecture.md §2 promises and imports cannot say."""

import ast
import re
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django import forms
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction
from django.urls import URLPattern, get_resolver

from registry.access import ROLES, Permission
from registry.config import logs
from registry.fields import CleanForm
from registry.web import StaffView

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("registry", "credentials", "quality")
OUR_MODELS = [model for package in PACKAGES for model in apps.get_app_config(package).get_models()]


def run(*command: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False
    )


def sources(*folders: str) -> list[Path]:
    return [
        path for folder in folders for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts
    ]


def addresses(patterns, prefix: str = "") -> list[tuple[str, URLPattern]]:
    found = []
    for pattern in patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            found.append((address, pattern))
        else:
            found += addresses(pattern.url_patterns, address)
    return found


@pytest.mark.parametrize("check", [("ruff", "check"), ("ruff", "format", "--check"), ("mypy",)], ids=" ".join)
def test_code_is_clean(check):
    result = run(*check)

    assert result.returncode == 0, result.stdout + result.stderr


def test_import_contracts_hold():
    result = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 0, result.stdout


def test_top_level_is_what_was_designed():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if tracked.returncode:
        pytest.skip("not a git checkout")
    folders = {line.split("/")[0] for line in tracked.stdout.splitlines() if "/" in line}

    assert folders <= {*PACKAGES, "templates", "tests", "docs", "locale", "static", "benchmarks", ".ci"}


def test_staff_address_names_a_permission():
    """N5: no staff page without a permission."""
    staff = [
        (address, pattern)
        for address, pattern in addresses(get_resolver().url_patterns)
        if "<str:institution>" in address
    ]
    views = {address: getattr(pattern.callback, "view_class", None) for address, pattern in staff}

    assert views
    assert {a for a, view in views.items() if view is None or not issubclass(view, StaffView)} == set()
    assert {a for a, view in views.items() if not isinstance(view.permission, Permission)} == set()


def test_address_that_opens_something_is_masked_in_the_log():
    """Who reads the log could sit on a panel, take a role or answer a survey with it."""
    found = [address for address, _pattern in addresses(get_resolver().url_patterns)]
    lines = [f"GET /{one.replace('<str:secret>', 'SECRET')}" for one in found if "<str:secret>" in one]
    written = [logs.without_keys(None, "info", {"request": line})["request"] for line in lines]

    assert lines
    assert [line for line in written if "SECRET" in line] == []


def test_permission_is_held_by_some_role():
    assert set().union(*ROLES.values()) == set(Permission)


@pytest.mark.parametrize("model", [m for m in OUR_MODELS if hasattr(m, "Status")], ids=lambda m: m.__name__)
def test_status_has_its_row_in_next(model):
    assert set(model.NEXT) == set(model.Status)
    assert set().union(*model.NEXT.values()) <= set(model.Status)


def pairs() -> list[tuple[type[models.Model], str]]:
    found = []
    for model in OUR_MODELS:
        names = {field.name for field in model._meta.get_fields() if isinstance(field, models.Field)}
        found += [
            (model, name[:-3])
            for name in sorted(names)
            if name.endswith("_at") and f"{name[:-3]}_by" in names and model._meta.get_field(name).null
        ]
    return found


@pytest.mark.parametrize(("model", "stem"), pairs(), ids=lambda value: getattr(value, "__name__", value))
def test_moment_and_person_are_both_set_or_none(model, stem):
    """A database constraint names both fields of every optional `_at`/`_by` pair."""
    constraints = [c for c in model._meta.constraints if isinstance(c, models.CheckConstraint)]
    named = [_fields(constraint.condition) for constraint in constraints]

    assert any({f"{stem}_at", f"{stem}_by"} <= names for names in named)


def _fields(condition: models.Q) -> set[str]:
    names = set()
    for child in condition.children:
        names |= _fields(child) if isinstance(child, models.Q) else {child[0].split("__")[0]}
    return names


def test_form_refuses_control_characters():
    """Every form of ours is a CleanForm; control characters would break a signed document."""
    for path in sources("registry/forms", "credentials/forms", "quality/forms"):
        __import__(".".join(path.relative_to(ROOT).with_suffix("").parts))
    ours = [form for form in _subclasses(forms.BaseForm) if form.__module__.split(".")[0] in PACKAGES]

    assert ours
    assert [form for form in ours if not issubclass(form, CleanForm)] == []


def _subclasses(parent: type) -> set[type]:
    return set(parent.__subclasses__()).union(*(_subclasses(child) for child in parent.__subclasses__()))


def test_view_never_says_objects():
    """A page starts from the institution's or the person's own relations, not from a table."""
    said = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sources("registry/views", "credentials/views", "quality/views")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "objects"
    ]

    assert said == []


def test_no_effect_is_hidden():
    """No signal receiver, no save() override: a reader finds every effect by reading down."""
    hidden = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in sources(*PACKAGES)
        if "config" not in path.parts
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"@receiver|\bdef save\(self|signals import", line)
    ]

    assert hidden == []


def test_template_is_used():
    code = "\n".join(path.read_text(encoding="utf-8") for path in sources(*PACKAGES))
    templates = {
        path.relative_to(ROOT / "templates").as_posix(): path for path in (ROOT / "templates").rglob("*.*")
    }
    text = code + "\n".join(path.read_text(encoding="utf-8") for path in templates.values())
    by_others = ("account/", "allauth/", "mfa/", "bootstrap5/", "400.", "403", "404.", "409.", "429.", "500.")

    unused = [name for name in templates if name not in text and not name.startswith(by_others)]

    assert [name for name in unused if not re.search(r"_(fi|sv|en)\.html$", name)] == []


def test_template_has_nothing_inline():
    """The content security policy allows no inline script or style."""
    inline = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "templates").rglob("*.html")
        if path.name != "500.html"
        and re.search(
            r"<script(?![^>]*src=)|<style|\sstyle=|\son[a-z]+=\"|hx-on", path.read_text(encoding="utf-8")
        )
    ]

    assert inline == []


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", "--check", "--dry-run", stdout=StringIO())


@pytest.mark.django_db
def test_every_frozen_table_has_its_trigger():
    """SQLite loses a table's triggers when it rebuilds the table; this notices."""
    catalogue = (
        "sqlite_master WHERE type = 'trigger'" if connection.vendor == "sqlite" else "pg_trigger WHERE TRUE"
    )
    column = "name" if connection.vendor == "sqlite" else "tgname"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {catalogue} AND {column} LIKE 'frozen_%%'")
        found = {row[0] for row in cursor.fetchall()}

    assert found == {
        "frozen_registry_offeringversion",
        "frozen_registry_learningoutcome",
        "frozen_registry_statement",
        "frozen_registry_trailentry",
        "frozen_credentials_credential",
        "frozen_credentials_credentialdocument",
        "frozen_credentials_signingkey",
        "frozen_credentials_logentry",
        "frozen_credentials_treehead",
        "frozen_quality_decision",
        "frozen_quality_snapshot",
        "frozen_quality_report",
    }


@pytest.mark.django_db
def test_trail_cannot_be_changed():
    """N6: the trail is append-only for whoever asks the database."""
    from registry import trail
    from registry.models import TrailEntry
    from tests.factories import AT
    from tests.factories.registry import OfferingFactory

    trail.record(verb="looked_at", row=OfferingFactory(), by=None, at=AT)

    with pytest.raises(IntegrityError), transaction.atomic():
        TrailEntry.objects.update(verb="something else")
    assert TrailEntry.objects.get().verb == "looked_at"


@pytest.mark.parametrize("command", ["messages", "states", "schema"])
def test_made_file_is_current(command):
    """Translations, docs/states.md and docs/openapi.yaml are remade, never edited."""
    call_command(command, "--check")
