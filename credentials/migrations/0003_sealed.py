"""A stored credential is never changed but for its status: the bytes that were signed are the bytes that are served."""

from django.db import migrations

from registry.triggers import freeze, thaw

COLUMNS = (
    "id", "human_code", "institution_id", "learner_id", "attainment_id", "version_id", "statement_id", "key_id",
    "status_list_id", "status_index", "issued_at", "valid_until", "language", "document", "sha256",
)  # fmt: skip


def up(apps, editor):
    freeze(editor, table="credentials_credential", columns=COLUMNS)


def down(apps, editor):
    thaw(editor, table="credentials_credential")


class Migration(migrations.Migration):
    dependencies = [("credentials", "0002_initial")]
    operations = [migrations.RunPython(up, down)]
