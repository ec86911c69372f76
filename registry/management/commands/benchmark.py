"""`manage.py benchmark catalogue`: figures of real processes, measured in a place of their own."""

import json
import os
import platform
import sys
import tempfile
from contextlib import ExitStack
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
            "--size",
            type=int,
            default=0,
            help="how many rows to make, instead of the benchmark's own numbers",
        )
        parser.add_argument("--database-url", default="", help="an empty PostgreSQL database to measure on")
        parser.add_argument("--redis-url", default="", help="an empty Redis instead of a folder as the queue")
        parser.add_argument(
            "--json", default="", metavar="FILE", help="write machine and figures to a file, too"
        )
        parser.add_argument("--quiet", action="store_true", help="do not print the figures")
        parser.add_argument("--here", action="store_true", help="in this very database, which must be empty")

    def handle(self, *, name, here, **options):
        package = next((one for one in PACKAGES if (ROOT / one / "benchmarks" / f"{name}.py").exists()), None)
        if package is None:
            raise CommandError(f"There is no benchmark “{name}”.")
        module = import_module(f"{package}.benchmarks.{name}")
        if here:
            call_command("migrate", verbosity=0)
            call_command("createcachetable", verbosity=0)
            report = {"machine": machine(), "figures": module.run(options)}
        elif options["database_url"] or not hasattr(module, "ROUNDS"):
            services = {"database_url": options["database_url"], "redis_url": options["redis_url"]}
            report = _measured_there(name, size=options["size"], **services)
        else:
            report = _rounds(name, module, size=options["size"])
        if options["json"]:
            Path(options["json"]).write_text(json.dumps(report, indent=1) + "\n")
        if not options["quiet"]:
            for label, value in [*report["machine"].items(), *report["figures"].items()]:
                self.stdout.write(f"{label:32} {value}")


def _rounds(name: str, module, *, size: int) -> dict:
    """All that a benchmark measures in one call: each round in a place of its own, one after the other."""
    from tests.services import postgres, valkey  # noqa: PLC0415  real servers out of the development packages

    machine_facts, figures, databases = {}, {}, set()
    rounds = dict.fromkeys((size or own, in_production) for own, in_production in module.ROUNDS)
    for count, in_production in rounds:
        with ExitStack() as servers:
            services = {
                "database_url": servers.enter_context(postgres()) if in_production else "",
                "redis_url": servers.enter_context(valkey()) if in_production else "",
            }
            report = _measured_there(name, size=count, **services)
        databases.add(report["machine"]["database"])
        machine_facts |= report["machine"] | {"database": ", ".join(sorted(databases))}
        figures |= report["figures"]
    return {"machine": machine_facts, "figures": figures | module.summary(figures)}


def _measured_there(name: str, *, size: int, **services: str) -> dict:
    """What `manage.py benchmark NAME --here` finds in a temporary place."""
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        arguments = ["benchmark", name, "--here", "--quiet", f"--size={size}", f"--json={file.name}"]
        if code := run_there(*arguments, **services):
            sys.exit(code)
        return json.loads(Path(file.name).read_text())


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
