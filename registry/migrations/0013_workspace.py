from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0012_role_invitation")]

    operations = [
        migrations.AddField(
            model_name="offering",
            name="planned_term",
            field=models.CharField(blank=True, max_length=6, verbose_name="Planned for the term"),
        ),
        migrations.AddField(
            model_name="user",
            name="offering_columns",
            field=models.JSONField(blank=True, default=list),
        ),
        # Nothing was kept there before.
        migrations.RemoveField(model_name="draftpart", name="seen"),
        migrations.AddField(model_name="draftpart", name="seen", field=models.JSONField(default=dict)),
    ]
