"""Poison events: inspect and skip the event at which a projection has stopped."""

from datetime import datetime
from typing import Any, Final, LiteralString

import msgspec
from psycopg.rows import kwargs_row

from application.eventstore.envelope import Origin, RecordedEvent
from application.eventstore.event_store import EventLog
from application.projection_admin.skips import ProjectionSkips, skipped
from domain.refusals import Conflict, NotFound
from projections.admin.admin_connection import connect
from projections.admin.operations import Operations
from projections.engine.log_pages import Pages, Unreadable

STOPPED: Final[LiteralString] = """
    SELECT p.name, p.generation, p.failed_position AS "position", p.error,
           e.originator_id AS stream, e.originator_version AS version, e.topic AS type,
           encode(substr(e.state, 1, 4000), 'escape') AS raw
    FROM projections p JOIN forge_events e ON e.notification_id = p.failed_position
    WHERE p.name = %s AND p.status <> 'dropped'
    ORDER BY p.live DESC, p.generation DESC LIMIT 1
"""


class NothingFailed(NotFound):
    code = "NOTHING_FAILED"
    message = "The read model has not stopped at any event."


class NotStoppedThere(Conflict):
    code = "NOT_STOPPED_THERE"
    message = "The read model has not stopped at that event."


class Poison(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The event a build has stopped at, and the error.

    ``data`` holds its fields. If it cannot be decoded, ``raw`` has the first bytes stored instead.
    """

    name: str
    build: int = msgspec.field(name="generation")
    position: int
    error: str
    stream: str
    version: int
    type: str
    recorded_at: datetime | None = None
    actor: str | None = None
    request_id: str | None = None
    data: Any = None
    raw: str | None = None


class PoisonedEvents:
    def __init__(
        self, operations: Operations, log: EventLog, skips: ProjectionSkips, conninfo: str
    ) -> None:
        self._operations = operations
        self._log = log
        self._skips = skips
        self._conninfo = conninfo

    async def of(self, name: str) -> Poison:
        """Return the event at which a projection has stopped; raises ``NothingFailed``."""
        self._operations.projection(name)
        if (stored := await self._failed_build(name)) is None:
            raise NothingFailed
        if (record := await self._decode(stored.position)) is None:
            return stored
        return msgspec.structs.replace(
            stored,
            recorded_at=record.recorded_at,
            actor=record.origin.actor,
            request_id=record.origin.correlation_id,
            data=record.event,
            raw=None,
        )

    async def skip(self, name: str, position: int | None, reason: str, by: Origin) -> int:
        """Skip the event at which a projection has stopped, permanently; return its position.

        Idempotent. Raises ``NotStoppedThere`` when the projection has not stopped, or not at the
        position passed.
        """
        self._operations.projection(name)
        stored = await self._failed_build(name)
        meant = position or (stored.position if stored else 0)
        if stored is None or stored.position != meant:
            if meant not in await skipped(self._log, name):
                raise NotStoppedThere
        else:
            await self._skips.skip(name, meant, reason, by)
        await self._operations.retry(name)
        return meant

    async def _decode(self, position: int) -> RecordedEvent | None:
        self._log.head.advance(position)
        pages = Pages(self._log.page)
        try:
            return (await pages.after(position - 1))[0]
        except Unreadable:
            return None
        finally:
            await pages.close()

    async def _failed_build(self, name: str) -> Poison | None:
        async with (
            connect(self._conninfo) as connection,
            connection.cursor(row_factory=kwargs_row(_poison)) as cursor,
        ):
            return await (await cursor.execute(STOPPED, (name,))).fetchone()


def _poison(*, generation: int, **row: Any) -> Poison:
    return Poison(build=generation, **row)
