"""A stored credential is never changed but for its status: the bytes that were signed are the bytes that are served."""

from django.db import migrations

from credentials.models import Credential
from registry.triggers import freeze, thaw


def up(apps, editor):
    columns = [Credential._meta.get_field(name.removesuffix("_id")).column for name in Credential.SEALED if name != "id"]
    freeze(editor, table="credentials_credential", columns=["id", *columns])


def down(apps, editor):
    thaw(editor, table="credentials_credential")


class Migration(migrations.Migration):
    dependencies = [("credentials", "0002_initial")]
    operations = [migrations.RunPython(up, down)]
