from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer

FILE = Path(__file__).resolve().parents[3] / "docs" / "openapi.yaml"


class Command(BaseCommand):
    help = "Write docs/openapi.yaml, the contract of the API, from the code."

    def add_arguments(self, parser):
        parser.add_argument(
            "--check", action="store_true", help="write nothing; fail where the file is not current"
        )

    def handle(self, *args, check, **options):
        if check and FILE.read_bytes() != document():
            raise CommandError("docs/openapi.yaml is not current: run manage.py schema.")
        if not check:
            FILE.write_bytes(document())
            self.stdout.write("docs/openapi.yaml is written.")


def document() -> bytes:
    """The contract in English; the tests compare the file with it."""
    with translation.override("en"):
        return OpenApiYamlRenderer().render(SchemaGenerator().get_schema(public=True), renderer_context={})
