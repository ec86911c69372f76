"""`manage.py put_in_seal OAMK --chain chain.pem --key key.pem`: seal with what a trust service has certified.

The chain has the institution's own certificate first. Instead of `--key`, a file that is to be destroyed
after this, `--outside NAME` says what the outside signer calls the key (OUTSIDE_SIGNER). An earlier seal of
the same algorithm is retired.
"""

from getpass import getpass
from pathlib import Path

from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from credentials.actions import keys
from credentials.proofs import certificates
from registry.models import Institution


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("institution", help="its code, for instance OAMK")
        parser.add_argument("--chain", required=True, type=Path, help="certificates, PEM")
        kept = parser.add_mutually_exclusive_group(required=True)
        kept.add_argument("--key", type=Path, help="the private key, PEM; its password is asked for")
        kept.add_argument("--outside", default="", help="what the outside signer calls the key")

    def handle(self, *, institution, chain, key, outside, **options):
        house = Institution.objects.filter(code=institution.upper()).first()
        if house is None:
            raise CommandError(f"no institution has the code {institution}")
        try:
            private = _private(key) if key else None
            public = private.public_key() if private else None
            read = certificates.read(chain.read_text(), key=public)
            made = keys.put_in(
                institution=house, chain=read, private=private, kept_as=outside, by=None, at=timezone.now()
            )
        except (OSError, ValueError, TypeError) as problem:  # no such file, another key, a wrong password
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"{house.code} seals with {made.verification_method} from now on")


def _private(path: Path):
    pem = path.read_bytes()
    return load_pem_private_key(pem, password=getpass().encode() if b"ENCRYPTED" in pem else None)
