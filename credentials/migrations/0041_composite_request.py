"""Learners ask for composite credentials."""

import django.db.models.deletion
from django.db import migrations, models


def to(model, name):
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name=name, to=model)


class Migration(migrations.Migration):
    dependencies = [("credentials", "0061_continuity_pack"), ("registry", "0020_documentation_rule")]
    operations = [
        migrations.CreateModel(
            name="CompositeRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                (
                    "credential",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="composite_request",
                        to="credentials.credential",
                    ),
                ),
                ("learner", to("credentials.learner", "composite_requests")),
                ("pathway", to("registry.pathway", "composite_requests")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("credential", None)),
                        fields=("learner", "pathway"),
                        name="composite_request_one_open",
                    )
                ]
            },
        ),
    ]
