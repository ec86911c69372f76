"""`manage.py benchmark catalogue`: figures of real processes, measured in a place of their own."""

import json
import os
import platform
import sys
from importlib import import_module
from pathlib import Path

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from registry.management.place import run_there

ROOT = Path(__file__).resolve().parents[3]
PACKAGES = ("registry", "credentials", "quality")


class Command(BaseCommand):
    help = "Measure with real processes, on a temporary database."

    def add_arguments(self, parser):
        parser.add_argument("name", help="what to measure: a module of <package>/benchmarks that has `run`")
        parser.add_argument(
            "--size", type=int, default=0, help="how many rows to make; each benchmark has its own default"
        )
        parser.add_argument("--database-url", default="", help="an empty PostgreSQL database, not SQLite")
        parser.add_argument("--redis-url", default="", help="an empty Redis instead of a folder as the queue")
        parser.add_argument(
            "--json", default="", metavar="FILE", help="write machine and figures to a file, too"
        )
        parser.add_argument("--here", action="store_true", help="in this very database, which must be empty")

    def handle(self, *, name, here, **options):
        package = next((one for one in PACKAGES if (ROOT / one / "benchmarks" / f"{name}.py").exists()), None)
        if package is None:
            raise CommandError(f"There is no benchmark “{name}”.")
        if not here:
            services = {"database_url": options["database_url"], "redis_url": options["redis_url"]}
            sys.exit(run_there(*_arguments(name, options), **services))
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        figures = import_module(f"{package}.benchmarks.{name}").run(options)
        report = {"machine": machine(), "figures": figures}
        for label, value in [*report["machine"].items(), *figures.items()]:
            self.stdout.write(f"{label:32} {value}")
        if options["json"]:
            Path(options["json"]).write_text(json.dumps(report, indent=1) + "\n")


def machine() -> dict[str, str | int]:
    """What the figures were measured on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version")
        version = cursor.fetchone()[0]
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "processors": os.cpu_count() or 0,
        "python": platform.python_version(),
        "database": f"{connection.vendor} {version}",
    }


def _arguments(name: str, options: dict) -> list[str]:
    file = [f"--json={Path(options['json']).resolve()}"] if options["json"] else []
    return ["benchmark", name, "--here", f"--size={options['size']}", *file]
