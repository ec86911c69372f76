from django.core.management.base import BaseCommand

from registry.actions import codelists


class Command(BaseCommand):
    help = (
        "Write the code lists of registry/data/codelists.json into the database; run it after every upgrade."
    )

    def handle(self, *args, **options):
        self.stdout.write(f"{codelists.load()} codes")
