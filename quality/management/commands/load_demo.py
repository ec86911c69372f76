from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from quality.actions import demo


class Command(BaseCommand):
    help = "Load the made-up demo data; run again, it adds nothing."

    def add_arguments(self, parser):
        parser.add_argument("--force", action="store_true", help="load it although DEMO is not set")

    def handle(self, *args, **options):
        if not (settings.DEMO or settings.DEBUG or options["force"]):
            raise CommandError(
                "This loads made-up people with a public password. Set DEMO=1, or say --force."
            )
        demo.load(at=timezone.now())
        self.stdout.write("The demo is loaded.")
