"""Documents of credentials stay as they are: to compress them took half the time of storing one."""

from django.db import migrations

PRESSED, AS_THEY_ARE = "EXTENDED", "EXTERNAL"


def _keep(editor, storage: str) -> None:
    if editor.connection.vendor == "postgresql":
        for column in ("document", "award"):
            editor.execute(f"ALTER TABLE credentials_credential ALTER COLUMN {column} SET STORAGE {storage}")


def as_they_are(apps, editor):
    _keep(editor, AS_THEY_ARE)


def pressed(apps, editor):
    _keep(editor, PRESSED)


class Migration(migrations.Migration):
    dependencies = [("credentials", "0041_composite_request")]
    operations = [migrations.RunPython(as_they_are, pressed)]
