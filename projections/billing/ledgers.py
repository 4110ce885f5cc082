"""Read model ``ledgers``: credits and generations used per organisation and month."""

from collections.abc import Sequence
from typing import Any, Final, LiteralString, NamedTuple

from application.eventstore.envelope import RecordedEvent
from domain.billing.events import CreditsSpent, GenerationCounted
from projections.engine.ports import Select
from projections.engine.projection import Projection, Write, columns_of

UPSERT: Final[LiteralString] = """
    INSERT INTO {ledgers} AS old
    SELECT * FROM unnest(%b::text[], %b::bigint[], %b::bigint[])
    ON CONFLICT (id) DO UPDATE SET
        credits = old.credits + excluded.credits,
        generations = old.generations + excluded.generations
"""
USED: Final[LiteralString] = "SELECT credits, generations FROM models.ledgers WHERE id = %b"


class LedgerBalance(NamedTuple):
    """Credits and generations used in one month."""

    credits: int
    generations: int


def fold(records: Sequence[RecordedEvent]) -> Sequence[Write]:
    rows: dict[str, list[Any]] = {}
    for record in records:
        row = rows.setdefault(record.key, [record.key, 0, 0])
        match record.event:
            case CreditsSpent(amount=amount):
                row[1] += amount
            case GenerationCounted():
                row[2] += 1
    return [Write(UPSERT, columns_of(rows.values()))] if rows else []


LEDGERS: Final = Projection(
    name="ledgers",
    shape=1,
    tables=("ledgers",),
    ddl="""
        CREATE TABLE {ledgers} (
            id text PRIMARY KEY, credits bigint NOT NULL, generations bigint NOT NULL)
    """,
    indexes="",
    takes=frozenset({CreditsSpent, GenerationCounted}),
    fold=fold,
    personal=False,
)


class LedgerQueries:
    def __init__(self, select: Select) -> None:
        self._select = select

    async def balance(self, org_id: str, month: str) -> LedgerBalance:
        """Return the usage of a month, ``202611``; zeros if there is none."""
        rows = await self._select(USED, (f"{org_id}.{month}",))
        return LedgerBalance(*rows[0]) if rows else LedgerBalance(0, 0)
