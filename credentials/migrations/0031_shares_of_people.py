"""Earlier shares: whose they are, and their one credential among the many.

What a learner with a safety prohibition has confirmed named the places, and is kept as it was. A share whose
learner has no account any more belongs to nobody and opens nothing.
"""

from django.db import migrations


def up(apps, editor):
    shares = apps.get_model("credentials", "Share").objects
    for share in shares.select_related("credential__learner"):
        learner = share.credential.learner
        if learner.user_id is None:
            share.delete()
            continue
        share.user_id = learner.user_id
        share.save(update_fields=["user"])
        share.credentials.add(share.credential)


def down(apps, editor):
    """A link to many, or to a part, is none that the earlier release knows: it ends."""
    shares = apps.get_model("credentials", "Share").objects
    for share in shares.prefetch_related("credentials"):
        shown = list(share.credentials.all())
        if len(shown) != 1 or share.left_out:
            share.delete()
            continue
        share.credential = shown[0]
        share.save(update_fields=["credential"])


class Migration(migrations.Migration):
    dependencies = [("credentials", "0030_share_choices")]
    operations = [
        migrations.RunPython(up, down),
    ]
