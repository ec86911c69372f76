"""`manage.py states`: draw docs/states.md from the NEXT tables of the models; `--check` only compares."""

from collections.abc import Iterator

from django.apps import apps
from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.utils import translation

FILE = settings.BASE_DIR / "docs" / "states.md"
HEAD = """# States

Made by `python3 manage.py states` from the `NEXT` table of each model; never edited by hand. A move that is
not drawn here is refused: somebody else has moved the row meanwhile, or nobody may.
"""


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument(
            "--check", action="store_true", help="write nothing; exit 1 when the file is out of date"
        )

    def handle(self, *, check, **options):
        with translation.override("en"):
            drawn = "\n".join([HEAD, *drawings()])
        if not check:
            FILE.write_text(drawn, encoding="utf-8")
        elif not FILE.exists() or FILE.read_text(encoding="utf-8") != drawn:
            raise CommandError("docs/states.md is out of date; run: python3 manage.py states")


def drawings() -> Iterator[str]:
    """A heading, a table of states and a diagram for every model that has a NEXT table."""
    for package in ("registry", "credentials", "quality"):
        for model in apps.get_app_config(package).get_models():
            if hasattr(model, "NEXT"):
                yield drawing(model)


def drawing(model) -> str:
    field = model._meta.get_field("status")
    lines = [
        f"## {model.__name__}",
        "",
        f"`{model.__module__}`",
        "",
        "| State | Stored as |",
        "| --- | --- |",
    ]
    lines += [f"| {status.label} | `{status.value}` |" for status in model.Status]
    lines += ["", "```mermaid", "stateDiagram-v2"]
    lines += [f"    {status.value}: {status.label}" for status in model.Status]
    lines += [f"    [*] --> {field.default}"] if field.has_default() else []
    for status in model.Status:
        following = [after for after in model.Status if after in model.NEXT[status]]
        lines += [f"    {status.value} --> {after.value}" for after in following]
        lines += [] if following else [f"    {status.value} --> [*]"]
    return "\n".join([*lines, "```", ""])
