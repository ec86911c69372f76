"""What a key is, and a document once it was sealed, is never changed."""

from django.db import migrations

from registry.triggers import freeze, thaw

KEY = (
    "institution_id", "did", "fragment", "purpose", "algorithm", "public_multibase", "chain", "created_at",
)  # fmt: skip


def up(apps, editor):
    freeze(editor, table="credentials_signingkey", columns=KEY)
    freeze(editor, table="credentials_credentialdocument", columns=[])


def down(apps, editor):
    thaw(editor, table="credentials_signingkey")
    thaw(editor, table="credentials_credentialdocument")


class Migration(migrations.Migration):
    dependencies = [("credentials", "0013_credential_document")]
    operations = [migrations.RunPython(up, down)]
