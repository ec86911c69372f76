import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("credentials", "0081_own_data"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="ContinuityPack",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting for a worker"),
                            ("done", "Ready"),
                            ("failed", "Could not be made"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("requested_at", models.DateTimeField()),
                ("made_at", models.DateTimeField(blank=True, null=True)),
                ("size", models.PositiveBigIntegerField(default=0)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("credentials", models.PositiveIntegerField(default=0)),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="continuity_packs",
                        to="registry.institution",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=~Q(status="done") | Q(made_at__isnull=False) & ~Q(sha256=""),
                        name="pack_done_has_file",
                    ),
                    models.UniqueConstraint(
                        condition=Q(status="waiting"), fields=("institution",), name="pack_one_waiting"
                    ),
                ]
            },
        ),
    ]
