"""A credential that is revoked while it is suspended keeps why and until when.

SQLite builds the table of credentials anew, so the trigger that guards it is written again.
"""

from django.db import migrations, models
from django.db.models import Q

from registry.triggers import freeze, thaw

COLUMNS = (
    "id", "human_code", "institution_id", "learner_id", "attainment_id", "version_id", "statement_id", "key_id",
    "status_list_id", "status_index", "issued_at", "valid_until", "language", "document", "sha256", "award",
    "pathway_id",
)  # fmt: skip
NONE = Q(suspended_at__isnull=True, suspended_by__isnull=True, suspension_reason="") & Q(
    suspended_until__isnull=True
)
SET = Q(suspended_at__isnull=False, suspended_by__isnull=False) & ~Q(suspension_reason="")
KEPT = Q(status__in=["suspended", "revoked"]) & SET | ~Q(status="suspended") & NONE


def _constraint(condition: Q) -> models.CheckConstraint:
    return models.CheckConstraint(condition=condition, name="credential_suspended_pair")


def open_up(apps, editor):
    thaw(editor, table="credentials_credential")


def seal(apps, editor):
    freeze(editor, table="credentials_credential", columns=COLUMNS)


def forget(apps, editor):
    ended = apps.get_model("credentials", "Credential").objects.filter(status="revoked")
    ended.update(suspended_at=None, suspended_by=None, suspension_reason="", suspended_until=None)


class Migration(migrations.Migration):
    dependencies = [("credentials", "0070_stored_as_they_are")]
    operations = [
        migrations.RunPython(open_up, seal),
        migrations.RemoveConstraint("credential", "credential_suspended_pair"),
        migrations.AddConstraint("credential", _constraint(KEPT)),
        migrations.RunPython(migrations.RunPython.noop, forget),
        migrations.RunPython(seal, open_up),
    ]
