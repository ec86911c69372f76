"""`manage.py reencrypt_keys`: encrypt the institutions' private keys under the newest KEY_ENCRYPTION_KEY, and
personal identity codes under the newest HENKILOTUNNUS_KEY.

Put the new one in place with the old one among its FALLBACKS, run this, then take the old one away. Nothing
changes where one cannot be opened.
"""

from django.core.management import BaseCommand, CommandError

from credentials import encryption, identity_codes, keystore


class Command(BaseCommand):
    help = __doc__

    def handle(self, **options):
        try:
            count = keystore.reencrypt()
        except keystore.KeyUnreadable as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"{count} private keys are under the newest KEY_ENCRYPTION_KEY")
        if identity_codes.are_kept():
            try:
                count = identity_codes.reencrypt()
            except encryption.CannotOpen as problem:
                said = f"HENKILOTUNNUS_KEY and its fallbacks do not open the code of learner {problem}"
                raise CommandError(said) from problem
            self.stdout.write(f"{count} identity codes are under the newest HENKILOTUNNUS_KEY")
