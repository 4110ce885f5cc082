"""Row-level comparison of one table of two builds, done in SQL."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, LiteralString

import msgspec
from psycopg import AsyncConnection
from psycopg.sql import SQL, Composable, Identifier, Literal

from projections.admin.operations import NotReady
from projections.engine.table_sets import columns

Connection = AsyncConnection[Any]
Row = Mapping[str, Any]

SAMPLES: Final = 5
MAX_VALUE: Final = 200
PRIMARY_KEY: Final[LiteralString] = """
    SELECT a.attname FROM pg_index i
    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
    WHERE i.indrelid = to_regclass(%s) AND i.indisprimary ORDER BY a.attnum
"""
COUNTS: Final[LiteralString] = """
    SELECT count(l.{key}), count(o.{key}),
           count(*) FILTER (WHERE o.{key} IS NULL), count(*) FILTER (WHERE l.{key} IS NULL),
           count(*) FILTER (WHERE {both} AND {differ})
    FROM {live} l FULL JOIN {other} o ON {same_key}
"""
ROWS: Final[LiteralString] = """
    SELECT to_jsonb(l), to_jsonb(o) FROM {live} l FULL JOIN {other} o ON {same_key}
    WHERE l.{key} IS NULL OR o.{key} IS NULL OR ({differ}) LIMIT {most}
"""


class Sample(msgspec.Struct, frozen=True):
    """A differing row: its key and the columns that differ; ``null`` where the row is missing."""

    key: Row
    live: Row | None
    other: Row | None


class TableDifference(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Differences of one table: row counts, samples, and the columns that were not compared.

    A column is not compared when only one build has it, or when its types differ; ``note`` of the
    difference explains why.
    """

    table: str
    live_rows: int
    other_rows: int
    only_live: int
    only_other: int
    different: int
    uncompared: Sequence[str]
    samples: Sequence[Sample]

    @property
    def clean(self) -> bool:
        return not (self.only_live or self.only_other or self.different)


async def compare_tables(
    connection: Connection, table: str, live: Identifier, other: Identifier
) -> TableDifference:
    """Compare two tables by primary key; raises ``NotReady`` when their keys differ."""
    here, there = [dict(await columns(connection, each)) for each in (live, other)]
    common = [name for name in here if here[name] == there.get(name)]
    key = await _primary_key(connection, live)
    if key != await _primary_key(connection, other) or not set(key) <= set(common):
        raise NotReady(f"{table} has another primary key, so its rows cannot be compared.")
    parts = _parts(live, other, key, common)
    counted = await connection.execute(SQL(COUNTS).format(**parts))
    live_rows, other_rows, only_live, only_other, different = await counted.fetchone() or (0,) * 5
    found = await (await connection.execute(SQL(ROWS).format(**parts))).fetchall()
    return TableDifference(
        table=table,
        live_rows=live_rows,
        other_rows=other_rows,
        only_live=only_live,
        only_other=only_other,
        different=different,
        uncompared=sorted({*here, *there} - {*common}),
        samples=[_sample(key, common, *pair) for pair in found],
    )


def _parts(
    live: Identifier, other: Identifier, key: Sequence[str], common: Sequence[str]
) -> dict[str, Composable]:
    """Return the parameters of the queries, in which ``l`` and ``o`` are the two tables."""
    names = [Identifier(name) for name in key]
    same = [SQL("l.{0} = o.{0}").format(name) for name in names]
    sides = [SQL(", ").join(Identifier(side, name) for name in common) for side in ("l", "o")]
    return {
        "live": live,
        "other": other,
        "key": names[0],
        "same_key": SQL(" AND ").join(same),
        "both": SQL("l.{0} IS NOT NULL AND o.{0} IS NOT NULL").format(names[0]),
        "differ": SQL("ROW({}) IS DISTINCT FROM ROW({})").format(*sides),
        "most": Literal(SAMPLES),
    }


async def _primary_key(connection: Connection, table: Identifier) -> list[str]:
    found = await connection.execute(PRIMARY_KEY, (table.as_string(connection),))
    return [name for (name,) in await found.fetchall()]


def _sample(
    key: Sequence[str], common: Sequence[str], live: Row | None, other: Row | None
) -> Sample:
    either = live or other or {}
    if live and other:
        differing = [name for name in common if live[name] != other[name]]
        live, other = [{name: row[name] for name in differing} for row in (live, other)]
    return Sample({name: either[name] for name in key}, _short(live), _short(other))


def _short(row: Row | None) -> Row | None:
    if row is None:
        return None
    return {
        name: value[:MAX_VALUE] if isinstance(value, str) else value for name, value in row.items()
    }
