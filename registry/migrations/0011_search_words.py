"""Words that are known, for typing errors: rows of SearchWord and SearchGram, filled from the texts that are there."""

import django.db.models.deletion
from django.db import migrations, models


def learn(apps, editor):
    """As registry.catalogue.spelling does from now on."""
    texts, word_row, gram_row = (apps.get_model("registry", name) for name in ("SearchText", "SearchWord", "SearchGram"))
    found = set()
    for row in texts.objects.values_list("title", "outcomes", "body").iterator(chunk_size=2_000):
        found.update(word for word in " ".join(row).split() if len(word) >= 4 and word.isalpha())
    word_row.objects.bulk_create([word_row(word=word) for word in sorted(found)], batch_size=5_000)
    grams = []
    for row in word_row.objects.iterator(chunk_size=2_000):
        padded = f"  {row.word} "
        grams += [gram_row(gram=gram, word=row) for gram in sorted({padded[at : at + 3] for at in range(len(padded) - 2)})]
    gram_row.objects.bulk_create(grams, batch_size=5_000)


class Migration(migrations.Migration):
    dependencies = [("registry", "0010_institution_rule_set")]
    operations = [
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("word", models.CharField(max_length=60, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="SearchGram",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("gram", models.CharField(max_length=3)),
                (
                    "word",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="grams", to="registry.searchword"
                    ),
                ),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("gram", "word"), name="search_gram_once")]},
        ),
        migrations.RunPython(learn, migrations.RunPython.noop, elidable=True),
    ]
