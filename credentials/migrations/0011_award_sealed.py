"""Every credential has its award, and the trigger that guards the document guards it too."""

from django.db import migrations, models

from registry.triggers import freeze

COLUMNS = (
    "id", "human_code", "institution_id", "learner_id", "attainment_id", "version_id", "statement_id", "key_id",
    "status_list_id", "status_index", "issued_at", "valid_until", "language", "document", "sha256",
)  # fmt: skip


def seal(apps, editor):
    freeze(editor, table="credentials_credential", columns=[*COLUMNS, "award"])


def seal_without(apps, editor):
    freeze(editor, table="credentials_credential", columns=COLUMNS)


class Migration(migrations.Migration):
    dependencies = [("credentials", "0010_award")]
    operations = [
        migrations.RunPython(migrations.RunPython.noop, seal_without),
        migrations.AlterField("credential", "award", models.JSONField()),
        migrations.RunPython(seal, migrations.RunPython.noop),
    ]
