"""The index behind the catalogue's word search: FTS5 on SQLite, GIN on PostgreSQL. Rows of SearchText feed both."""

from django.db import migrations

# registry/catalogue/search.py asks with the same expressions, word for word.
POSTGRESQL = {
    1: "to_tsvector('simple', title)",
    2: "to_tsvector('simple', title || ' ' || outcomes)",
    3: "to_tsvector('simple', title || ' ' || outcomes || ' ' || body)",
}
SQLITE = [
    """CREATE VIRTUAL TABLE registry_searchindex USING fts5(
        title, outcomes, body, language, content='registry_searchtext', content_rowid='id',
        tokenize="unicode61 remove_diacritics 0", prefix='2 3 4')""",
    """CREATE TRIGGER searchindex_insert AFTER INSERT ON registry_searchtext BEGIN
        INSERT INTO registry_searchindex(rowid, title, outcomes, body, language)
        VALUES (new.id, new.title, new.outcomes, new.body, new.language); END""",
    """CREATE TRIGGER searchindex_delete AFTER DELETE ON registry_searchtext BEGIN
        INSERT INTO registry_searchindex(registry_searchindex, rowid, title, outcomes, body, language)
        VALUES ('delete', old.id, old.title, old.outcomes, old.body, old.language); END""",
    """CREATE TRIGGER searchindex_update AFTER UPDATE ON registry_searchtext BEGIN
        INSERT INTO registry_searchindex(registry_searchindex, rowid, title, outcomes, body, language)
        VALUES ('delete', old.id, old.title, old.outcomes, old.body, old.language);
        INSERT INTO registry_searchindex(rowid, title, outcomes, body, language)
        VALUES (new.id, new.title, new.outcomes, new.body, new.language); END""",
]


def up(apps, editor):
    if editor.connection.vendor == "sqlite":
        statements = SQLITE
    else:
        statements = [
            f"CREATE INDEX searchindex_{number} ON registry_searchtext USING gin (({expression}))"
            for number, expression in POSTGRESQL.items()
        ]
    for statement in statements:
        editor.execute(statement)


def down(apps, editor):
    if editor.connection.vendor == "sqlite":
        for event in ("insert", "delete", "update"):
            editor.execute(f"DROP TRIGGER searchindex_{event}")
        editor.execute("DROP TABLE registry_searchindex")
    else:
        for number in POSTGRESQL:
            editor.execute(f"DROP INDEX searchindex_{number}")


class Migration(migrations.Migration):
    dependencies = [("registry", "0002_frozen")]
    operations = [migrations.RunPython(up, down)]
