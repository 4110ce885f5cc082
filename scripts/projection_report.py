"""How far each read model is behind the log, in events and in seconds."""

from collections.abc import Sequence
from itertools import groupby
from typing import Final, LiteralString, NamedTuple

from psycopg import Connection
from psycopg.rows import args_row

from scripts.printing import Row

QUERY: Final[LiteralString] = """
    SELECT p.name, p.generation, p.live, p.status, p."position", p.error,
           head.position - p."position",
           coalesce(greatest(extract(epoch FROM now() - e.recorded_until), 0), 0)::float8
    FROM projections p
    CROSS JOIN (SELECT coalesce(max(notification_id), 0) AS position FROM forge_events) head
    LEFT JOIN forge_events e ON e.notification_id = p."position" + 1
    WHERE p.status <> 'dropped'
    ORDER BY p.name, p.generation
"""


class Generation(NamedTuple):
    """A table set: ``lag`` in events, ``lag_seconds`` the age of the oldest event not applied."""

    name: str
    generation: int
    live: bool
    status: str
    position: int
    error: str | None
    lag: int
    lag_seconds: float


class Model(NamedTuple):
    """A read model: the generation that answers, and those beside it."""

    live: Generation
    others: Sequence[Generation]

    def row(self) -> Row:
        live = self.live
        return {
            "name": live.name,
            "status": live.status,
            "position": live.position,
            "lag": live.lag,
            "lagSeconds": round(live.lag_seconds, 3),
            "error": live.error,
            "building": [other.position for other in self.others if self._is_newer(other)],
            "kept": [other.position for other in self.others if not self._is_newer(other)],
        }

    def _is_newer(self, other: Generation) -> bool:
        return other.generation > self.live.generation


def report(conninfo: str) -> list[Model]:
    models = groupby(generations(conninfo), key=lambda generation: generation.name)
    return [_model(list(found)) for _, found in models]


def generations(conninfo: str) -> list[Generation]:
    with (
        Connection.connect(conninfo, autocommit=True) as connection,
        connection.cursor(row_factory=args_row(Generation)) as cursor,
    ):
        return cursor.execute(QUERY).fetchall()


def _model(found: Sequence[Generation]) -> Model:
    live = next((generation for generation in found if generation.live), found[0])
    return Model(live, [other for other in found if other is not live])
