"""Operations on projections: decisions stored in tracking rows, which running projectors follow.

So they work from any process, survive crashes, and are idempotent.
"""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any, Final, LiteralString

from psycopg import AsyncConnection

from domain.refusals import Conflict, NotFound
from projections.admin import status as reports
from projections.admin.admin_connection import connect
from projections.admin.status import Model
from projections.engine import table_sets
from projections.engine.projection import Projection
from projections.engine.tracking import BuildStatus, build_statuses

Connection = AsyncConnection[Any]

PAUSE: Final[LiteralString] = """
    UPDATE projections SET paused = true, decided = decided + 1
    WHERE name = %s AND NOT paused AND status <> 'dropped'
"""
RESUME: Final[LiteralString] = """
    UPDATE projections SET paused = false, decided = decided + 1
    WHERE name = %s AND paused AND status <> 'dropped'
"""
RETRY: Final[LiteralString] = """
    UPDATE projections SET error = NULL, failed_position = NULL, decided = decided + 1,
        status = CASE status WHEN 'failed' THEN 'running' ELSE status END
    WHERE name = %s AND status <> 'dropped'
"""
"""All builds of the projection, since each must read its skips again."""
HOLD: Final[LiteralString] = """
    UPDATE projections SET held = true WHERE name = %s AND generation = %s
"""
SUMMON: Final[LiteralString] = """
    UPDATE projections SET status = 'building', held = false, decided = decided + 1
    WHERE name = %s AND generation = %s
"""
"""Its projector brings it up to the live build and switches to it, as with any new build."""


class NoSuchProjection(NotFound):
    code = "PROJECTION_NOT_FOUND"


class NoSuchBuild(Conflict):
    code = "NO_SUCH_GENERATION"


class NotReady(Conflict):
    """The build cannot be switched to, or compared, in its present state."""

    code = "GENERATION_NOT_READY"


class Operations:
    def __init__(self, conninfo: str, projections: Iterable[Projection]) -> None:
        self.projections = {projection.name: projection for projection in projections}
        self._conninfo = conninfo

    def projection(self, name: str) -> Projection:
        """Return a projection of this release; raises ``NoSuchProjection``."""
        if (projection := self.projections.get(name)) is None:
            known = ", ".join(self.projections)
            raise NoSuchProjection(f"There is no read model {name}; there are {known}.")
        return projection

    async def report(self) -> list[Model]:
        async with connect(self._conninfo) as connection:
            return await reports.report(connection)

    async def model(self, name: str) -> Model:
        """Return one read model; raises ``NoSuchBuild`` before any projector has run."""
        self.projection(name)
        for model in await self.report():
            if model.name == name:
                return model
        raise NoSuchBuild(f"{name} has no build yet: no projector has run.")

    async def rebuild(self, name: str, *, held: bool) -> int:
        """Open a build beside the live one, unless one is in progress; return its number.

        A ``held`` one waits for ``switch``; any other, and the first, is switched to when built.
        """
        async with self._lock_builds(name) as (connection, found):
            projection = self.projection(name)
            for known in found:
                if known.building and not known.live and known.shape == projection.shape:
                    return known.number
            number = await table_sets.open_build_locked(connection, projection)
            if held and _live_number(found):
                await connection.execute(HOLD, (name, number))
            return number

    async def pause(self, name: str) -> None:
        """Stop all builds until they are resumed."""
        async with self._lock_builds(name) as (connection, _):
            await connection.execute(PAUSE, (name,))

    async def resume(self, name: str) -> None:
        async with self._lock_builds(name) as (connection, _):
            await connection.execute(RESUME, (name,))

    async def retry(self, name: str) -> None:
        """Retry the event at which builds have stopped."""
        async with self._lock_builds(name) as (connection, _):
            await connection.execute(RETRY, (name,))

    async def switch(self, name: str) -> int:
        """Switch readers to the newest build newer than the live one, once it has caught up."""
        async with self._lock_builds(name) as (connection, found):
            live = _live_number(found)
            newer = [each for each in found if each.number > live]
            return await self._request_switch(connection, name, newer)

    async def roll_back(self, name: str) -> int:
        """Switch readers to the newest build older than the live one, once it has caught up."""
        async with self._lock_builds(name) as (connection, found):
            live = _live_number(found)
            older = [each for each in found if each.number < live]
            return await self._request_switch(connection, name, older)

    async def cancel(self, name: str) -> list[int]:
        """Drop the builds in progress beside the live one."""
        return await self._drop(name, lambda each: each.building and not each.live)

    async def drop(self, name: str) -> list[int]:
        """Drop the finished builds beside the live one."""
        return await self._drop(name, lambda each: not (each.building or each.live))

    async def _request_switch(
        self, connection: Connection, name: str, candidates: Iterable[BuildStatus]
    ) -> int:
        chosen = max(candidates, key=lambda each: each.number, default=None)
        if chosen is None:
            raise NoSuchBuild(f"{name} has no such build besides the live one.")
        if chosen.shape != self.projection(name).shape:
            raise NotReady(f"{name} {chosen.number} has the tables of another release.")
        if chosen.error is not None:
            raise NotReady(f"{name} {chosen.number} has stopped: {chosen.error}")
        await connection.execute(SUMMON, (name, chosen.number))
        return chosen.number

    async def _drop(self, name: str, chosen: Callable[[BuildStatus], bool]) -> list[int]:
        projection = self.projection(name)
        async with connect(self._conninfo) as connection:
            found = [each for each in await build_statuses(connection) if each.name == name]
            dropped = [each.number for each in found if _live_number(found) and chosen(each)]
            if not dropped:
                raise NoSuchBuild(f"{name} has no such build besides the live one.")
            for number in dropped:
                await table_sets.drop_build(connection, projection, number)
        return dropped

    @asynccontextmanager
    async def _lock_builds(self, name: str) -> AsyncIterator[tuple[Connection, list[BuildStatus]]]:
        """Lock decisions on a projection, and yield its builds."""
        projection = self.projection(name)
        async with connect(self._conninfo) as connection, connection.transaction():
            await table_sets.lock(connection, projection)
            yield (
                connection,
                [each for each in await build_statuses(connection) if each.name == name],
            )


def _live_number(found: Iterable[BuildStatus]) -> int:
    """Return the number of the live build; 0 when there is none yet."""
    return next((each.number for each in found if each.live), 0)
