"""What a read model is made of: its tables, the events it takes, and how they change it.

A projection is data and one pure function. The engine gives it batches of events, and runs the
statements it answers with against one build of its tables.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, LiteralString, NamedTuple, TypeAlias

from psycopg.sql import SQL, Composed, Identifier

from application.eventstore.envelope import RecordedEvent
from domain.messages import Event

SCHEMA = "models"


class Write(NamedTuple):
    """A statement for a whole batch; ``{table}`` in it stands for a table of the build."""

    sql: LiteralString
    columns: Sequence[Any]


Fold: TypeAlias = Callable[[Sequence[RecordedEvent]], Sequence[Write]]


Around: TypeAlias = Callable[[Sequence[RecordedEvent]], AbstractContextManager[None]]


def no_context(_: Sequence[RecordedEvent]) -> AbstractContextManager[None]:
    return nullcontext()


class Projection(NamedTuple):
    """One read model.

    ``shape`` is the version of its tables and of ``fold``: raise it whenever either changes, and
    the next start builds the new shape beside the old one. ``ddl`` makes the tables with their
    primary keys, ``indexes`` all other indexes, once the tables are filled. ``fold`` must give the
    same result for one batch as for the same events in several. ``note`` tells operators which
    differences from the shape before are meant, beside the differences there are. ``personal`` says
    whether ``fold`` looks at personal text: where it does not, far more can be read in a second.
    ``around`` is entered for each batch that is applied, by who follows it.
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
        """Return what the placeholders stand for in one build."""
        return {table: Identifier(SCHEMA, f"{table}_{build}") for table in self.tables}

    def compose(self, sql: LiteralString, build: int) -> Composed:
        return SQL(sql).format(**self.tables_of(build))

    def filter_events(
        self, records: Iterable[RecordedEvent], skipped: frozenset[int]
    ) -> list[RecordedEvent]:
        """Return the events it is to fold: of the kinds it takes, without those passed over."""
        kinds = self.takes
        if not skipped:
            return [record for record in records if type(record.event) in kinds]
        return [r for r in records if type(r.event) in kinds and r.position not in skipped]


def personal(projections: Iterable[Projection]) -> frozenset[str]:
    """Return the stored names of the events whose personal texts projections look at."""
    taken = (each.takes for each in projections if each.personal)
    return frozenset(kind.stored_name() for kinds in taken for kind in kinds)


def columns_of(rows: Iterable[Iterable[Any]]) -> list[list[Any]]:
    """Turn rows into the arrays that ``unnest`` takes."""
    return [list(column) for column in zip(*rows, strict=True)]
