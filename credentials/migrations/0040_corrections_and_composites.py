"""Corrections, suspensions and composite credentials; the list of states in the form of a token.

SQLite builds the table of credentials anew, so the trigger that guards it is written again.
"""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

from registry.triggers import freeze, thaw

USER = settings.AUTH_USER_MODEL
COLUMNS = (
    "id", "human_code", "institution_id", "learner_id", "attainment_id", "version_id", "statement_id", "key_id",
    "status_list_id", "status_index", "issued_at", "valid_until", "language", "document", "sha256", "award",
)  # fmt: skip
SUSPENDED = Q(status="suspended", suspended_at__isnull=False, suspended_by__isnull=False) & ~Q(
    suspension_reason=""
) | ~Q(status="suspended") & Q(
    suspended_at__isnull=True, suspended_by__isnull=True, suspension_reason=""
) & Q(suspended_until__isnull=True)
OF_ONE_THING = Q(attainment__isnull=False, version__isnull=False, statement__isnull=False) & Q(
    pathway__isnull=True
) | Q(attainment__isnull=True, version__isnull=True, statement__isnull=True) & Q(pathway__isnull=False)
REASONS = [
    ("assessment", "The assessment is being examined"),
    ("identity", "The learner's identity is being examined"),
    ("learner", "The learner has asked for it"),
    ("part", "A part of the whole is suspended"),
]


def nullable(to):
    return models.ForeignKey(
        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="credentials", to=to
    )


def person(**kwargs):
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=USER, **kwargs)


def needed(name, to):
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name=name, to=to)


def open_up(apps, editor):
    thaw(editor, table="credentials_credential")


def seal(apps, editor):
    freeze(editor, table="credentials_credential", columns=[*COLUMNS, "pathway_id"])


def seal_without(apps, editor):
    freeze(editor, table="credentials_credential", columns=COLUMNS)


class Migration(migrations.Migration):
    dependencies = [("credentials", "0050_wallet_offer"), ("registry", "0020_documentation_rule")]
    operations = [
        migrations.RunPython(open_up, seal_without),
        migrations.AddField("statuslist", "token", models.BinaryField(default=bytes)),
        migrations.AddField("statuslist", "token_etag", models.CharField(blank=True, max_length=64)),
        migrations.AlterField("credential", "attainment", nullable("credentials.attainment")),
        migrations.AlterField("credential", "version", nullable("registry.offeringversion")),
        migrations.AlterField("credential", "statement", nullable("registry.statement")),
        migrations.AddField("credential", "pathway", nullable("registry.pathway")),
        migrations.AddField(
            "credential",
            "parts",
            models.ManyToManyField(blank=True, related_name="wholes", to="credentials.credential"),
        ),
        migrations.AddField("credential", "suspended_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("credential", "suspended_by", person(blank=True, null=True)),
        migrations.AddField(
            "credential",
            "suspension_reason",
            models.CharField(blank=True, choices=REASONS, max_length=20),
        ),
        migrations.AddField("credential", "suspended_until", models.DateField(blank=True, null=True)),
        migrations.AddConstraint(
            "credential",
            models.UniqueConstraint(
                condition=Q(status__in=["valid", "suspended"]),
                fields=("learner", "pathway"),
                name="credential_one_live_whole",
            ),
        ),
        migrations.AddConstraint(
            "credential", models.CheckConstraint(condition=OF_ONE_THING, name="credential_of_one_thing")
        ),
        migrations.AddConstraint(
            "credential", models.CheckConstraint(condition=SUSPENDED, name="credential_suspended_pair")
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("was", models.JSONField()),
                ("became", models.JSONField()),
                ("reason", models.CharField(max_length=300)),
                ("made_at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                ("undo_reason", models.CharField(blank=True, max_length=300)),
                ("credential", needed("corrections", "credentials.credential")),
                ("made_by", person()),
                (
                    "replacement",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="correction_of",
                        to="credentials.credential",
                    ),
                ),
                ("undone_by", person(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(undone_at=None), fields=("credential",), name="correction_one_in_force"
                    ),
                    models.CheckConstraint(
                        condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                        | Q(undone_at__isnull=False, undone_by__isnull=False),
                        name="correction_undone_pair",
                    ),
                ]
            },
        ),
        migrations.RunPython(seal, open_up),
    ]
