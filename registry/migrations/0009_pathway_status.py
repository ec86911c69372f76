import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import registry.models.texts

STATUSES = [("draft", "Draft"), ("published", "Published")]


class Migration(migrations.Migration):
    """Pathways are drafted and published; those that were there are shown already."""

    dependencies = [("registry", "0008_pathway_keeper")]

    operations = [
        migrations.AlterField(
            model_name="pathway",
            name="institution",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="pathways", to="registry.institution"
            ),
        ),
        migrations.AddField(
            model_name="pathway",
            name="status",
            field=models.CharField(choices=STATUSES, default="published", max_length=10),
        ),
        migrations.AlterField(
            model_name="pathway",
            name="status",
            field=models.CharField(choices=STATUSES, default="draft", max_length=10),
        ),
        migrations.AddField(
            model_name="pathway",
            name="is_diploma",
            field=models.BooleanField(default=False, verbose_name="It is called a higher education diploma"),
        ),
        migrations.AddField(
            model_name="pathway", name="published_at", field=models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddField(
            model_name="pathway",
            name="published_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="pathway",
            name="code",
            field=models.CharField(max_length=40, unique=True, verbose_name="Code"),
        ),
        migrations.AlterField(
            model_name="pathway",
            name="name",
            field=registry.models.texts.TextsField(default=dict, verbose_name="Name"),
        ),
        migrations.AlterField(
            model_name="pathway",
            name="counts_towards",
            field=registry.models.texts.TextsField(
                blank=True, default=dict, verbose_name="Can count towards"
            ),
        ),
        migrations.AlterField(
            model_name="pathway",
            name="is_composite",
            field=models.BooleanField(default=False, verbose_name="A composite credential is awarded"),
        ),
        migrations.AlterField(
            model_name="pathway",
            name="is_ordered",
            field=models.BooleanField(default=False, verbose_name="Taken in order"),
        ),
        migrations.AlterField(
            model_name="pathway",
            name="model",
            field=models.CharField(
                choices=[("paketti", "Package"), ("salkku", "Portfolio"), ("suppilo", "Funnel")],
                max_length=20,
                verbose_name="Model",
            ),
        ),
        migrations.AlterField(
            model_name="pathway",
            name="total_ects",
            field=models.DecimalField(
                blank=True, decimal_places=1, max_digits=4, null=True, verbose_name="Size in ECTS credits"
            ),
        ),
        migrations.AddConstraint(
            model_name="pathway",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("published_at__isnull", True), ("published_by__isnull", True)),
                    models.Q(("published_at__isnull", False), ("published_by__isnull", False)),
                    _connector="OR",
                ),
                name="pathway_published_pair",
            ),
        ),
        migrations.AddConstraint(
            model_name="pathway",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_diploma", False), ("is_composite", True), _connector="OR"),
                name="pathway_diploma_is_composite",
            ),
        ),
    ]
