"""A published version, its outcomes, a quality statement and the trail cannot be changed, whoever asks the database."""

from django.db import migrations

from registry.models import OfferingVersion
from registry.triggers import freeze, thaw

PUBLISHED = "OLD.published_at IS NOT NULL"
OUTCOME = (
    "EXISTS (SELECT 1 FROM registry_offeringversion v WHERE v.id = OLD.version_id AND v.published_at IS NOT NULL)"
)


def up(apps, editor):
    there = {field.name for field in apps.get_model("registry", "OfferingVersion")._meta.fields}  # as of this migration
    content = [name for name in OfferingVersion.CONTENT if name in there]
    content += ["offering_id", "number", "rule_set", "published_at"]
    # JSONB compares by value on PostgreSQL and as text on SQLite; both refuse what differs.
    freeze(editor, table="registry_offeringversion", columns=content, when=PUBLISHED)
    freeze(
        editor,
        table="registry_learningoutcome",
        columns=["version_id", "order", "kind", "text", "skill_keywords", "skills"],
        when=OUTCOME,
    )
    freeze(editor, table="registry_statement", columns=[])
    freeze(editor, table="registry_trailentry", columns=[])


def down(apps, editor):
    for table in ("offeringversion", "learningoutcome", "statement", "trailentry"):
        thaw(editor, table=f"registry_{table}")


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]
    operations = [migrations.RunPython(up, down)]
