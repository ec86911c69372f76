from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0020_documentation_rule")]
    operations = [
        migrations.AddField(
            model_name="institution",
            name="certificate_moment",
            field=models.CharField(
                choices=[
                    ("on_need", "When the learner first fetches it"),
                    ("in_batch", "At once, when a batch has been issued"),
                ],
                default="on_need",
                max_length=16,
            ),
        ),
    ]
