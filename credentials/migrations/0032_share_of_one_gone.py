import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("credentials", "0031_shares_of_people")]
    operations = [
        migrations.RemoveField("share", "credential"),
        migrations.AlterField(
            "share",
            "user",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="shares",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            "share",
            "credentials",
            models.ManyToManyField(related_name="shares", to="credentials.credential"),
        ),
    ]
