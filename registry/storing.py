"""Many new rows at once: by COPY where the database has it, which wants no SQL as long as the rows."""

from collections.abc import Sequence
from operator import attrgetter

import orjson
from django.db import connection, models
from psycopg.types.json import Jsonb

# Moments and objects in JSON are refused, as `bulk_create` refuses them.
PLAIN = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS


def insert(rows: Sequence[models.Model]) -> None:
    """Store new rows of one model, whose values are of their fields' own types (JSON without NULL and an
    encoder of its own); keys that the database gives are not read back. Raises IntegrityError as
    `bulk_create` does, which it is but on PostgreSQL."""
    if not rows:
        return
    if connection.vendor == "postgresql":
        _copy(rows)
    else:
        type(rows[0]).objects.bulk_create(rows)


def _copy(rows: Sequence[models.Model]) -> None:
    meta, has_keys = rows[0]._meta, rows[0].pk is not None
    fields = [field for field in meta.concrete_fields if has_keys or not field.primary_key]
    held = attrgetter(*(field.attname for field in fields))
    as_json = [place for place, one in enumerate(fields) if isinstance(one, models.JSONField)]
    quoted = connection.ops.quote_name
    columns = ", ".join(quoted(field.column) for field in fields)
    statement = f"COPY {quoted(meta.db_table)} ({columns}) FROM STDIN (FORMAT BINARY)"
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        # Without their lengths: a column has its own, and refuses what is longer.
        copy.set_types([field.db_type(connection).partition("(")[0] for field in fields])
        for row in rows:
            values = [*held(row)]
            for place in as_json:
                values[place] = Jsonb(values[place], dumps=_written)
            copy.write_row(values)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias  # noqa: SLF001  as bulk_create leaves it


def _written(value: object) -> bytes:
    return orjson.dumps(value, option=PLAIN)
