"""Certificates made with their batch. Their bytes are compressed already: PostgreSQL need not try again."""

import django.db.models.deletion
from django.db import migrations, models

TABLES = ("credentials_credentialdocument", "credentials_plaincertificate")


def _keep(editor, storage: str) -> None:
    if editor.connection.vendor == "postgresql":
        for table in TABLES:
            editor.execute(f"ALTER TABLE {table} ALTER COLUMN content SET STORAGE {storage}")


def as_they_are(apps, editor):
    _keep(editor, "EXTERNAL")


def pressed(apps, editor):
    _keep(editor, "EXTENDED")


class Migration(migrations.Migration):
    dependencies = [("credentials", "0090_suspension_kept"), ("registry", "0021_certificate_moment")]
    operations = [
        migrations.AddField(
            model_name="batchitem",
            name="certificate",
            field=models.CharField(
                blank=True,
                choices=[("", ""), ("waiting", "Waiting"), ("made", "Made"), ("failed", "Not made")],
                default="",
                max_length=10,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="batchitem",
            name="certificate_taken_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="batchitem",
            name="certificate_error",
            field=models.CharField(
                blank=True,
                choices=[
                    (
                        "form_incomplete",
                        "A fact or a text is missing that the certificate cannot do without.",
                    ),
                    ("cannot_seal", "The institution's seal could not be used."),
                    ("no_seal", "The institution has no electronic seal here yet."),
                    ("unexpected", "Something unexpected happened; it is in the log."),
                ],
                default="",
                max_length=60,
            ),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="batchitem",
            index=models.Index(
                condition=models.Q(("certificate", "waiting")),
                fields=["batch", "order"],
                name="batch_item_to_certify",
            ),
        ),
        migrations.AddConstraint(
            model_name="batchitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("certificate", ""), ("outcome", "issued"), _connector="OR"),
                name="batch_item_certificate_of_issued",
            ),
        ),
        migrations.CreateModel(
            name="PlainCertificate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("language", models.CharField(max_length=2)),
                ("content", models.BinaryField()),
                ("made_at", models.DateTimeField()),
                (
                    "credential",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plain_certificates",
                        to="credentials.credential",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("credential", "language"), name="plain_certificate_once")
                ],
            },
        ),
        migrations.RunPython(as_they_are, pressed),
    ]
