"""The versions that hold each word, as bits: instead of FTS5 on SQLite and three GIN indexes on PostgreSQL."""

from django.db import migrations, models

BLOCK, SHORT, AT_ONCE = 4_096, 3, 1_000


def fill(apps, editor):
    """As registry.catalogue.search does from now on."""
    texts, row = apps.get_model("registry", "SearchText"), apps.get_model("registry", "SearchHolders")
    for block in sorted({version // BLOCK for version in texts.objects.values_list("version_id", flat=True)}):
        found = {}
        held = texts.objects.filter(version_id__gte=block * BLOCK, version_id__lt=(block + 1) * BLOCK)
        for text in held.iterator(chunk_size=AT_ONCE):
            for word, place in places(text):
                key = word, text.language, place
                found[key] = found.get(key, 0) | 1 << text.version_id % BLOCK
        row.objects.bulk_create(
            [
                row(
                    word=word, language=language, place=place, block=block,
                    bits=bits.to_bytes((bits.bit_length() + 7) // 8, "little"),
                )
                for (word, language, place), bits in found.items()
            ],
            batch_size=AT_ONCE,
        )


def places(text):
    seen = set()
    for place, column in enumerate((text.title, text.outcomes, text.body)):
        words = column.split()
        encoded = {word.encode() for word in words}
        encoded |= {word[:length].encode() + b"*" for word in words for length in range(1, SHORT + 1)}
        for word in encoded - seen:
            yield word, place
        seen |= encoded


def drop_old(apps, editor):
    if editor.connection.vendor == "sqlite":
        for event in ("insert", "delete", "update"):
            editor.execute(f"DROP TRIGGER searchindex_{event}")
        editor.execute("DROP TABLE registry_searchindex")
    else:
        for number in (1, 2, 3):
            editor.execute(f"DROP INDEX searchindex_{number}")


class Migration(migrations.Migration):
    dependencies = [("registry", "0016_statement_reason")]
    operations = [
        migrations.CreateModel(
            name="SearchHolders",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("word", models.BinaryField(max_length=240)),
                ("language", models.CharField(max_length=2)),
                ("place", models.PositiveSmallIntegerField(choices=[(0, "Title"), (1, "Outcomes"), (2, "Body")])),
                ("block", models.PositiveIntegerField()),
                ("bits", models.BinaryField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("word", "language", "place", "block"), name="search_holders_once"
                    )
                ]
            },
        ),
        migrations.RunPython(drop_old),
        migrations.RunPython(fill),
    ]
