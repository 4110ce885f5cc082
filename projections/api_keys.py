"""Read model of API keys: what a request is checked against, and what lists show."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, LiteralString, NamedTuple

import msgspec

from application.recorded import Recorded
from domain.identity.events import KeyIssued, KeyRevoked
from projections.projection import Projection, Write, columns_of
from projections.reading import Select

UPSERT: Final[LiteralString] = """
    INSERT INTO {api_keys} AS old
    SELECT id, org_id, name, string_to_array(scopes, ' '), digest, last4, created_at, expires_at,
           revoked
    FROM unnest(%b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[],
                %b::bigint[], %b::timestamptz[], %b::bool[])
        AS i (id, org_id, name, scopes, digest, last4, created_at, expires_at, revoked)
    ON CONFLICT (id) DO UPDATE SET
        org_id = coalesce(excluded.org_id, old.org_id),
        name = coalesce(excluded.name, old.name),
        scopes = coalesce(excluded.scopes, old.scopes),
        digest = coalesce(excluded.digest, old.digest),
        last4 = coalesce(excluded.last4, old.last4),
        created_at = coalesce(excluded.created_at, old.created_at),
        expires_at = coalesce(excluded.expires_at, old.expires_at),
        revoked = old.revoked OR excluded.revoked
"""
BY_DIGEST: Final[LiteralString] = """
    SELECT k.digest, k.id, k.org_id, o.plan, k.scopes, k.expires_at, k.revoked
    FROM models.api_keys k JOIN models.organisations o ON o.id = k.org_id
    WHERE k.digest = ANY(%b::text[])
"""
LIST: Final[LiteralString] = """
    SELECT k.id, o.name, k.name, k.last4, k.scopes, NOT k.revoked, k.created_at, k.expires_at,
           u.last_used_at
    FROM models.api_keys k JOIN models.organisations o ON o.id = k.org_id
    LEFT JOIN key_uses u ON u.key_id = k.id
    WHERE %b::text IS NULL OR o.name = %b ORDER BY k.created_at, k.id
"""
NAMES: Final[LiteralString] = """
    SELECT id, name FROM models.api_keys
    WHERE id = ANY(%b::text[]) AND (%b::text IS NULL OR org_id = %b) AND name IS NOT NULL
"""


class KnownKey(NamedTuple):
    """What a key says about a request made with it."""

    id: str
    org_id: str
    plan: str
    scopes: Sequence[str]
    expires_at: datetime | None
    revoked: bool


class KeySummary(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    org: str
    name: str
    last4: str
    scopes: Sequence[str]
    active: bool
    created_at: int
    expires_at: datetime | None
    last_used_at: datetime | None


def fold(records: Sequence[Recorded]) -> Sequence[Write]:
    rows: dict[str, list[Any]] = {}
    for record in records:
        row = rows.setdefault(record.key, [record.key, *[None] * 7, False])
        match record.event:
            case KeyIssued() as issued:
                scopes = " ".join(scope.value for scope in issued.scopes)
                row[1:5] = [record.origin.org_id, issued.name, scopes, issued.digest]
                row[5:8] = [issued.last4, record.recorded_ms, issued.expires_at]
            case KeyRevoked():
                row[8] = True
    return [Write(UPSERT, columns_of(rows.values()))] if rows else []


API_KEYS: Final = Projection(
    name="api_keys",
    shape=1,
    tables=("api_keys",),
    ddl="""
        CREATE TABLE {api_keys} (
            id text PRIMARY KEY, org_id text, name text, scopes text[], digest text, last4 text,
            created_at bigint, expires_at timestamptz, revoked bool NOT NULL)
    """,
    indexes="CREATE UNIQUE INDEX ON {api_keys} (digest);",
    takes=frozenset({KeyIssued, KeyRevoked}),
    fold=fold,
)


class ApiKeys:
    def __init__(self, select: Select) -> None:
        self._select = select

    async def known(self, digests: Sequence[str]) -> dict[str, KnownKey]:
        """Return what is known of keys, by the digest (hex) of their text."""
        rows = await self._select(BY_DIGEST, (list(digests),))
        return {row[0]: KnownKey(*row[1:]) for row in rows}

    async def all(self, org: str | None) -> list[KeySummary]:
        """Return all keys, or those of the organisation of a name."""
        return [KeySummary(*row) for row in await self._select(LIST, (org, org))]

    async def names(self, org_id: str | None, ids: Collection[str]) -> Mapping[str, str]:
        """Return what people call the keys of an organisation, or of any; by id."""
        return dict(await self._select(NAMES, (list(ids), org_id, org_id)))
