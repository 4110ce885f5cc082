"""Status report of read models: their builds, lag, errors and progress."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, Final, LiteralString

import msgspec
from psycopg import AsyncConnection
from psycopg.rows import kwargs_row

REPORT: Final[LiteralString] = """
    SELECT p.name, p.generation, p.live, p.held, p.shape, p."position", p.error, p.failed_position,
           p.incomplete, p.opened_at,
           CASE WHEN p.paused AND p.status <> 'failed' THEN 'paused' ELSE p.status END AS status,
           greatest(head.position - p."position", 0) AS lag,
           coalesce(greatest(extract(epoch FROM now() - e.recorded_until), 0), 0)::float8
               AS lag_seconds,
           extract(epoch FROM now() - p.opened_at)::float8 AS age
    FROM projections p
    CROSS JOIN (SELECT coalesce(max(notification_id), 0) AS position FROM forge_events) head
    LEFT JOIN forge_events e ON e.notification_id = p."position" + 1
    WHERE p.status <> 'dropped'
    ORDER BY p.name, p.generation
"""


class Build(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A build of a read model: one numbered set of its tables.

    ``status`` is building, running, paused or failed. ``lag`` counts events, ``lagSeconds`` is the
    age of the oldest event not applied. ``incomplete`` says how the live build differs from the
    log. ``rate`` is events per second since it was opened, ``etaSeconds`` the remaining time at
    that rate; both only while it is building.
    """

    number: int = msgspec.field(name="generation")
    live: bool
    status: str
    held: bool
    shape: int
    position: int
    lag: int
    lag_seconds: float
    error: str | None
    failed_position: int | None
    incomplete: str | None
    opened_at: datetime
    rate: float | None
    eta_seconds: float | None


class Model(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A read model, with the status of its live build or, before there is one, of the newest."""

    name: str
    status: str
    position: int
    lag: int
    lag_seconds: float
    error: str | None
    incomplete: str | None
    builds: Sequence[Build] = msgspec.field(name="generations")

    @property
    def live(self) -> Build | None:
        return next((found for found in self.builds if found.live), None)


async def report(connection: AsyncConnection[Any]) -> list[Model]:
    async with connection.cursor(row_factory=kwargs_row(_build)) as cursor:
        found = await (await cursor.execute(REPORT)).fetchall()
    return [
        _model(name, [build for _, build in named])
        for name, named in groupby(found, key=lambda pair: pair[0])
    ]


def _build(*, name: str, generation: int, age: float, **told: Any) -> tuple[str, Build]:
    rate = eta = None
    if told["status"] == "building" and told["position"]:
        rate = round(told["position"] / max(age, 0.001), 1)
        eta = round(told["lag"] / rate, 1)
    told["lag_seconds"] = round(told["lag_seconds"], 3)
    return name, Build(number=generation, rate=rate, eta_seconds=eta, **told)


def _model(name: str, builds: Sequence[Build]) -> Model:
    shown = next((found for found in builds if found.live), builds[-1])
    return Model(
        name=name,
        status=shown.status,
        position=shown.position,
        lag=shown.lag,
        lag_seconds=shown.lag_seconds,
        error=shown.error,
        incomplete=shown.incomplete,
        builds=builds,
    )
