"""Database triggers that refuse to change what is frozen, on SQLite and PostgreSQL alike; used by
migrations."""

from collections.abc import Sequence


def freeze(editor, *, table: str, columns: Sequence[str], when: str = "1=1", events: str = "UPDATE") -> None:
    """Make the database refuse an UPDATE that changes one of `columns` in a row of `table` where `when`
    holds.

    `when` is SQL over OLD. With no columns every UPDATE is refused. The error names the table ("frozen:
    <table>").
    """
    name = f"frozen_{table}"
    if editor.connection.vendor == "sqlite":
        changed = " OR ".join(f'OLD."{c}" IS NOT NEW."{c}"' for c in columns) or "1=1"
        editor.execute(f"DROP TRIGGER IF EXISTS {name}")
        editor.execute(
            f'CREATE TRIGGER {name} BEFORE {events} ON "{table}" FOR EACH ROW WHEN ({when}) AND ({changed}) '
            f"BEGIN SELECT RAISE(ABORT, 'frozen: {table}'); END"
        )
        return
    changed = " OR ".join(f'OLD."{c}" IS DISTINCT FROM NEW."{c}"' for c in columns) or "TRUE"
    editor.execute(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF ({when}) AND ({changed}) THEN "
        f"RAISE EXCEPTION 'frozen: {table}' USING ERRCODE = 'integrity_constraint_violation'; "
        f"END IF; RETURN NEW; END $$"
    )
    editor.execute(f'DROP TRIGGER IF EXISTS {name} ON "{table}"')
    editor.execute(
        f'CREATE TRIGGER {name} BEFORE {events} ON "{table}" FOR EACH ROW EXECUTE FUNCTION {name}()'
    )


def thaw(editor, *, table: str) -> None:
    """Take the trigger away again (backwards migration, or before the table is rebuilt)."""
    on = "" if editor.connection.vendor == "sqlite" else f' ON "{table}"'
    editor.execute(f"DROP TRIGGER IF EXISTS frozen_{table}{on}")
