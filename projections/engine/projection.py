"""Projection: a read model's tables, the events it folds, and the pure fold to SQL writes.

The engine passes ``fold`` batches of events, and runs the writes it returns against one build.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, LiteralString, NamedTuple, TypeAlias

from psycopg.sql import SQL, Composed, Identifier

from application.eventstore.envelope import RecordedEvent
from domain.messages import Event

SCHEMA = "models"


class Write(NamedTuple):
    """An SQL statement for a whole batch; ``{table}`` stands for that table of the build."""

    sql: LiteralString
    columns: Sequence[Any]


Fold: TypeAlias = Callable[[Sequence[RecordedEvent]], Sequence[Write]]


Around: TypeAlias = Callable[[Sequence[RecordedEvent]], AbstractContextManager[None]]


def no_context(_: Sequence[RecordedEvent]) -> AbstractContextManager[None]:
    return nullcontext()


class Projection(NamedTuple):
    """Definition of one read model.

    ``shape`` is the version of its tables and of ``fold``: raise it whenever either changes, and
    the next start builds the new shape beside the old one. ``ddl`` creates the tables with their
    primary keys, ``indexes`` all other indexes, once the tables are filled. ``fold`` must give the
    same result for one batch as for the same events in several. ``note`` tells operators which
    differences from the previous shape are intended. ``personal`` says whether ``fold`` reads
    personal text; without it, events are read without decryption, which is much faster.
    ``around`` is a context manager entered for each applied batch, for tracing.
    """

    name: str
    shape: int
    tables: tuple[str, ...]
    ddl: LiteralString
    indexes: LiteralString
    takes: frozenset[type[Event]]
    fold: Fold
    note: str = ""
    personal: bool = True
    around: Around = no_context

    def tables_of(self, build: int) -> Mapping[str, Identifier]:
        """Return the tables of one build, by placeholder."""
        return {table: Identifier(SCHEMA, f"{table}_{build}") for table in self.tables}

    def compose(self, sql: LiteralString, build: int) -> Composed:
        return SQL(sql).format(**self.tables_of(build))

    def filter_events(
        self, records: Iterable[RecordedEvent], skipped: frozenset[int]
    ) -> list[RecordedEvent]:
        """Return the events to fold: those of the types it takes that are not skipped."""
        kinds = self.takes
        if not skipped:
            return [record for record in records if type(record.event) in kinds]
        return [r for r in records if type(r.event) in kinds and r.position not in skipped]


def personal(projections: Iterable[Projection]) -> frozenset[str]:
    """Return the stored names of the events whose personal text some projection reads."""
    taken = (each.takes for each in projections if each.personal)
    return frozenset(kind.stored_name() for kinds in taken for kind in kinds)


def columns_of(rows: Iterable[Iterable[Any]]) -> list[list[Any]]:
    """Transpose rows into the column arrays that ``unnest`` takes."""
    return [list(column) for column in zip(*rows, strict=True)]
