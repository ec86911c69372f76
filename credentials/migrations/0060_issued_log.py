"""The log of what was issued, which the database refuses to change."""

import django.db.models.deletion
from django.db import migrations, models

from registry.triggers import freeze, thaw

TABLES = ("credentials_logentry", "credentials_treehead")


def seal(apps, editor):
    for table in TABLES:
        freeze(editor, table=table, columns=[])


def open_up(apps, editor):
    for table in TABLES:
        thaw(editor, table=table)


def of(name, to):
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name=name, to=to)


class Migration(migrations.Migration):
    dependencies = [("credentials", "0040_corrections_and_composites"), ("registry", "0020_documentation_rule")]
    operations = [
        migrations.CreateModel(
            name="LogEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("nodes", models.BinaryField()),
                ("added_at", models.DateTimeField()),
                ("institution", of("log_entries", "registry.institution")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("institution", "number"), name="log_number_once"),
                    models.UniqueConstraint(fields=("institution", "sha256"), name="log_hash_once"),
                ]
            },
        ),
        migrations.CreateModel(
            name="TreeHead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("size", models.PositiveIntegerField()),
                ("root", models.CharField(max_length=64)),
                ("token", models.TextField()),
                ("made_at", models.DateTimeField()),
                ("institution", of("tree_heads", "registry.institution")),
                ("key", of("tree_heads", "credentials.signingkey")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("institution", "size", "key"), name="tree_head_once")
                ]
            },
        ),
        migrations.RunPython(seal, open_up),
    ]
