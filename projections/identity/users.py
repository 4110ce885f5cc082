"""Read model ``users``: e-mail address, registration and last log-in."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, LiteralString

from application.eventstore.envelope import RecordedEvent
from domain.identity.events import UserLoggedIn, UserRegistered, UserSwitched
from projections.engine.ports import Select
from projections.engine.projection import Projection, Write, columns_of

UPSERT: Final[LiteralString] = """
    INSERT INTO {users} AS old
    SELECT * FROM unnest(%b::text[], %b::text[], %b::text[], %b::timestamptz[], %b::timestamptz[])
    ON CONFLICT (id) DO UPDATE SET
        org_id = coalesce(excluded.org_id, old.org_id),
        email = coalesce(excluded.email, old.email),
        registered_at = coalesce(excluded.registered_at, old.registered_at),
        seen_at = coalesce(excluded.seen_at, old.seen_at)
"""
EMAIL: Final[LiteralString] = "SELECT email FROM models.users WHERE id = %b"
NAMES: Final[LiteralString] = """
    SELECT id, email FROM models.users u
    WHERE id = ANY(%b::text[]) AND email IS NOT NULL
      AND (%b::text IS NULL OR org_id = %b
           OR EXISTS (SELECT FROM models.members m WHERE m.org_id = %b AND m.user_id = u.id))
"""


def fold(records: Sequence[RecordedEvent]) -> Sequence[Write]:
    rows: dict[str, list[Any]] = {}
    for record in records:
        row = rows.setdefault(record.key, [record.key, *[None] * 4])
        match record.event:
            case UserRegistered(email=email):
                row[1:4] = [record.origin.org_id, email, record.recorded_at]
            case UserLoggedIn() | UserSwitched():
                row[4] = record.recorded_at
    return [Write(UPSERT, columns_of(rows.values()))] if rows else []


USERS: Final = Projection(
    name="users",
    shape=1,
    tables=("users",),
    ddl="""
        CREATE TABLE {users} (
            id text PRIMARY KEY, org_id text, email text, registered_at timestamptz,
            seen_at timestamptz)
    """,
    indexes="",
    takes=frozenset({UserRegistered, UserLoggedIn, UserSwitched}),
    fold=fold,
)


class UserQueries:
    def __init__(self, select: Select) -> None:
        self._select = select

    async def email(self, user_id: str) -> str | None:
        rows = await self._select(EMAIL, (user_id,))
        return rows[0][0] if rows else None

    async def names(self, org_id: str | None, ids: Collection[str]) -> Mapping[str, str]:
        """Return e-mail addresses by user id; with an organisation, only those of its users."""
        return dict(await self._select(NAMES, (list(ids), org_id, org_id, org_id)))
