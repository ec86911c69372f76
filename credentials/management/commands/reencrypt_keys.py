"""`manage.py reencrypt_keys`: encrypt the institutions' private keys under the newest KEY_ENCRYPTION_KEY.

Put the new one in place with the old one among KEY_ENCRYPTION_KEY_FALLBACKS, run this, then take the old one
away. Nothing changes where a key cannot be opened.
"""

from django.core.management import BaseCommand, CommandError

from credentials import keystore


class Command(BaseCommand):
    help = __doc__

    def handle(self, **options):
        try:
            count = keystore.reencrypt()
        except keystore.KeyUnreadable as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"{count} private keys are under the newest KEY_ENCRYPTION_KEY")
