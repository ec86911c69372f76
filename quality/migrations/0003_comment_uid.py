import uuid

from django.db import migrations, models


def fill(apps, editor):
    for comment in apps.get_model("quality", "FieldComment").objects.filter(uid=None):
        comment.uid = uuid.uuid4()
        comment.save(update_fields=["uid"])


class Migration(migrations.Migration):
    dependencies = [("quality", "0002_initial")]

    operations = [
        migrations.AddField("fieldcomment", "uid", models.UUIDField(null=True, editable=False)),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField(
            "fieldcomment", "uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
        ),
    ]
