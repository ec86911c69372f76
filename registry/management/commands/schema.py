from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer

FILE = Path(settings.BASE_DIR) / "docs" / "openapi.yaml"


class Command(BaseCommand):
    help = "Write docs/openapi.yaml, the contract of the API, from the code."

    def handle(self, *args, **options):
        FILE.write_bytes(document())
        self.stdout.write("docs/openapi.yaml is written.")


def document() -> bytes:
    """The contract in English; the tests compare the file with it."""
    with translation.override("en"):
        return OpenApiYamlRenderer().render(SchemaGenerator().get_schema(public=True), renderer_context={})
