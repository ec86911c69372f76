"""A share shows many credentials, some of what they say, and a pathway; its viewings are counted."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

PURPOSES = [
    ("work", "Applying for work"),
    ("studies", "Studies or recognition"),
    ("profile", "A public profile, such as LinkedIn"),
    ("other", "Something else"),
]
KINDS = [
    ("page", "The page was opened"),
    ("document", "A file was downloaded"),
    ("picture", "The picture was fetched"),
    ("preview", "A service made a preview of the link"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("credentials", "0020_documentation_rule"),
        ("registry", "0016_statement_reason"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AlterField(  # until it goes; so that the way back is open
            "share",
            "credential",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="shares",
                to="credentials.credential",
            ),
        ),
        migrations.AddField(
            "share",
            "user",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="shares",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            "share", "credentials", models.ManyToManyField(related_name="+", to="credentials.credential")
        ),
        migrations.AddField(
            "share",
            "pathway",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="registry.pathway",
            ),
        ),
        migrations.AddField("share", "left_out", models.JSONField(blank=True, default=list)),
        migrations.AddField(
            "share",
            "purpose",
            models.CharField(
                choices=PURPOSES, default="other", max_length=10, verbose_name="What the link is for"
            ),
            preserve_default=False,
        ),
        migrations.AddField("share", "reminded_at", models.DateTimeField(blank=True, null=True)),
        migrations.CreateModel(
            name="ShareViewing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField()),
                ("kind", models.CharField(choices=KINDS, max_length=10)),
                ("times", models.PositiveIntegerField(default=0)),
                (
                    "share",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="viewings",
                        to="credentials.share",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("share", "on", "kind"), name="share_viewing_once")
                ]
            },
        ),
    ]
