from django.db import migrations


def keep_with_the_first_offering(apps, schema_editor):
    """A pathway that awards nothing had no institution: it is kept by that of its first offering."""
    for pathway in apps.get_model("registry", "Pathway").objects.filter(institution=None):
        offering = pathway.offerings.order_by("code").first()
        if offering is None:
            pathway.delete()
            continue
        pathway.institution_id = offering.institution_id
        pathway.save(update_fields=["institution"])


class Migration(migrations.Migration):
    dependencies = [("registry", "0007_realisation_updated_at")]

    operations = [
        migrations.RenameField("pathway", "awarding_body", "institution"),
        migrations.RunPython(keep_with_the_first_offering, migrations.RunPython.noop),
    ]
