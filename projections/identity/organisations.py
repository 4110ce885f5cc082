"""Read model ``organisations``: id, name, plan, and when the plan began."""

from collections.abc import Sequence
from typing import Any, Final, LiteralString

import msgspec

from application.eventstore.envelope import RecordedEvent
from domain.identity.events import OrganisationCreated, PlanChanged
from projections.engine.ports import Select
from projections.engine.projection import Projection, Write, columns_of

UPSERT: Final[LiteralString] = """
    INSERT INTO {organisations} AS old
    SELECT * FROM unnest(%b::text[], %b::text[], %b::text[], %b::bigint[],
                         %b::bigint[])
    ON CONFLICT (id) DO UPDATE SET
        name = coalesce(excluded.name, old.name),
        plan = coalesce(excluded.plan, old.plan),
        created_at = coalesce(excluded.created_at, old.created_at),
        plan_since = coalesce(excluded.plan_since, old.plan_since)
"""
ALL: Final[LiteralString] = """
    SELECT id, name, plan, created_at FROM models.organisations ORDER BY created_at, id
"""

NAME: Final[LiteralString] = "SELECT name FROM models.organisations WHERE id = %b"


class OrganisationSummary(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    name: str
    plan: str
    created_at: int


def fold(records: Sequence[RecordedEvent]) -> Sequence[Write]:
    rows: dict[str, list[Any]] = {}
    for record in records:
        row = rows.setdefault(record.key, [record.key, *[None] * 4])
        match record.event:
            case OrganisationCreated(name=name, plan=plan):
                row[1:] = [name, plan.value, record.recorded_ms, record.recorded_ms]
            case PlanChanged(plan=plan):
                row[2], row[4] = plan.value, record.recorded_ms
    return [Write(UPSERT, columns_of(rows.values()))] if rows else []


ORGANISATIONS: Final = Projection(
    name="organisations",
    shape=2,
    note="says since when an organisation has its plan, for trials end",
    tables=("organisations",),
    ddl="""
        CREATE TABLE {organisations} (
            id text PRIMARY KEY, name text, plan text, created_at bigint, plan_since bigint)
    """,
    indexes="",
    takes=frozenset({OrganisationCreated, PlanChanged}),
    fold=fold,
)


class OrganisationQueries:
    def __init__(self, select: Select) -> None:
        self._select = select

    async def all(self) -> list[OrganisationSummary]:
        return [OrganisationSummary(*row) for row in await self._select(ALL, ())]

    async def name(self, org_id: str) -> str | None:
        rows = await self._select(NAME, (org_id,))
        return rows[0][0] if rows else None
