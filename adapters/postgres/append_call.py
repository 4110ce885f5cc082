"""The SQL call of an append: takes the rows of a batch as arrays, and decodes its outcomes.

The function is ``forge_append`` of ``migrations/0006_chain_and_data_keys.sql``.
"""

from collections.abc import Iterable
from typing import Any, Final, TypeAlias

from adapters.postgres.append_rows import Rows, Table, no_rows
from application.eventstore.event_store import AlreadyHandled, ConcurrentWrite, ValueTaken
from domain.refusals import Refusal

TYPES: Final = (
    # events, data keys, texts, erasures, claims, answers
    *("int[]", "int[]", "text[]", "bigint[]", "text[]", "bytea[]", "bytea[]", "timestamptz[]"),
    *("int[]", "text[]", "text[]", "bytea[]", "bytea[]"),
    *("int[]", "text[]", "text[]", "text[]", "smallint[]", "bytea[]"),
    *("int[]", "text[]", "text[]", "text[]"),
    *("int[]", "text[]", "text[]", "text[]", "text[]"),
    *("int[]", "text[]", "text[]", "bytea[]", "text[]", "bytea[]"),
)
APPEND: Final = f"SELECT * FROM forge_append({', '.join(f'%b::{t}' for t in TYPES)})"  # noqa: S608 - built of the constants above  # nosec B608
REFUSALS: Final = {"version": ConcurrentWrite, "taken": ValueTaken, "answered": AlreadyHandled}
WIDTHS: Final = (7, 4, 5, 3, 4, 5)
"""Columns of each table, beside the number of the command."""

Placement: TypeAlias = tuple[int, bytes]
"""An event's position and chain hash."""
Outcome: TypeAlias = list[Placement] | Refusal
Row: TypeAlias = tuple[int, int | None, str | None, bytes | None]


def to_arrays(batch: Iterable[tuple[int, Rows]]) -> list[list[Any]]:
    """Return the arguments of the call, for commands by their numbers."""
    numbers, tables = tuple(list[int]() for _ in WIDTHS), no_rows()
    for number, rows in batch:
        for index, some in enumerate(rows):
            if some:
                numbers[index].extend([number] * len(some))
                tables[index].extend(some)
    return [
        array
        for commands, table, width in zip(numbers, tables, WIDTHS, strict=True)
        for array in (commands, *_columns(table, width))
    ]


def _columns(table: Table, width: int) -> Iterable[list[Any]]:
    return map(list, zip(*table, strict=True)) if table else [[] for _ in range(width)]


def parse_outcomes(rows: Iterable[Row], *, commands: int) -> list[Outcome]:
    """Return the placements of each command in event order, or its refusal."""
    outcomes: list[Outcome | None] = [None] * commands
    for number, position, refusal, chain_hash in rows:
        outcome = outcomes[number]
        if position is None or chain_hash is None:
            outcomes[number] = REFUSALS[refusal or "version"]()
        elif isinstance(outcome, list):
            outcome.append((position, chain_hash))
        else:
            outcomes[number] = [(position, chain_hash)]
    return [_ordered(outcome) for outcome in outcomes]


def _ordered(outcome: Outcome | None) -> Outcome:
    if isinstance(outcome, list):
        outcome.sort()
    return ConcurrentWrite() if outcome is None else outcome
