"""`manage.py drill kill`: a failure rehearsed in a place of its own; docs/drills.md has the figures."""

import json
import sys
from importlib import import_module
from pathlib import Path

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from registry.management.place import run_there

ROOT = Path(__file__).resolve().parents[3]
PACKAGES = ("registry", "credentials", "quality")


class Command(BaseCommand):
    help = "Rehearse a failure with real processes, on a temporary database."

    def add_arguments(self, parser):
        parser.add_argument("name", help="what to rehearse: a module of <package>/drills that has `run`")
        parser.add_argument("--items", type=int, default=200)
        parser.add_argument("--kills", type=int, default=3)
        parser.add_argument("--forged", type=int, default=100)
        parser.add_argument("--institutions", type=int, default=24)
        parser.add_argument("--calls", type=int, default=5000)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--database-url", default="", help="an empty PostgreSQL database, not SQLite")
        parser.add_argument("--redis-url", default="", help="an empty Redis instead of a folder as the queue")
        parser.add_argument("--json", default="", metavar="FILE", help="write the figures to a file, too")
        parser.add_argument("--folder", default="", help="keep the files of the drill there, to look at them")
        parser.add_argument("--here", action="store_true", help="in this very database, which must be empty")

    def handle(self, *, name, here, **options):
        package = next((one for one in PACKAGES if (ROOT / one / "drills" / f"{name}.py").exists()), None)
        if package is None:
            raise CommandError(f"There is no drill “{name}”.")
        drill = import_module(f"{package}.drills.{name}")
        if not here:
            sys.exit(run_there(*_arguments(name, options), **_services(drill, options)))
        if hasattr(drill, "servers"):  # that it kills itself
            with drill.servers() as held:
                call_command("migrate", verbosity=0)
                call_command("createcachetable", verbosity=0)
                figures = drill.run(options, held)
        else:
            call_command("migrate", verbosity=0)
            call_command("createcachetable", verbosity=0)
            figures = drill.run(options)
        for label, value in figures.items():
            self.stdout.write(f"{label:24} {value}")
        if options["json"]:
            Path(options["json"]).write_text(json.dumps(figures, indent=1) + "\n")


def _arguments(name: str, options: dict) -> list[str]:
    numbers = [
        f"--{name}={options[name]}" for name in ("items", "kills", "forged", "institutions", "calls", "seed")
    ]
    file = [f"--json={Path(options['json']).resolve()}"] if options["json"] else []
    folder = [f"--folder={Path(options['folder']).resolve()}"] if options["folder"] else []
    return ["drill", name, "--here", *numbers, *file, *folder]


def _services(drill, options: dict) -> dict[str, str]:
    if hasattr(drill, "addresses"):
        return drill.addresses()
    return {"database_url": options["database_url"], "redis_url": options["redis_url"]}
