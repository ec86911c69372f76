from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0009_pathway_status")]

    operations = [
        migrations.AddField(
            model_name="institution",
            name="rule_set",
            field=models.CharField(default="eu-2022/2", max_length=40),
        ),
    ]
