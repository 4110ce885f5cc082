"""Read model ``api_keys``: keys by digest, for authentication and for lists."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, LiteralString, NamedTuple

import msgspec

from application.eventstore.envelope import RecordedEvent
from domain.identity.events import KeyIssued, KeyRevoked, KeyRotated
from projections.engine.ports import Select
from projections.engine.projection import Projection, Write, columns_of

UPSERT: Final[LiteralString] = """
    INSERT INTO {api_keys} AS old
    SELECT id, org_id, name, string_to_array(scopes, ' '), last4, created_at, expires_at, revoked
    FROM unnest(%b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::bigint[],
                %b::timestamptz[], %b::bool[])
        AS i (id, org_id, name, scopes, last4, created_at, expires_at, revoked)
    ON CONFLICT (id) DO UPDATE SET
        org_id = coalesce(excluded.org_id, old.org_id),
        name = coalesce(excluded.name, old.name),
        scopes = coalesce(excluded.scopes, old.scopes),
        last4 = coalesce(excluded.last4, old.last4),
        created_at = coalesce(excluded.created_at, old.created_at),
        expires_at = coalesce(excluded.expires_at, old.expires_at),
        revoked = old.revoked OR excluded.revoked
"""
TEXTS: Final[LiteralString] = """
    INSERT INTO {key_texts} AS old
    SELECT * FROM unnest(%b::text[], %b::text[], %b::timestamptz[])
    ON CONFLICT (key_id, digest) DO UPDATE SET ends_at = coalesce(excluded.ends_at, old.ends_at)
"""
BY_DIGEST: Final[LiteralString] = """
    SELECT t.digest, k.id, k.org_id, o.plan, to_timestamp(o.plan_since / 1000.0),
           k.scopes, least(k.expires_at, t.ends_at), k.revoked
    FROM models.key_texts t JOIN models.api_keys k ON k.id = t.key_id
    JOIN models.organisations o ON o.id = k.org_id
    WHERE t.digest = ANY(%b::text[])
"""
OF_ORGANISATION: Final[LiteralString] = """
    SELECT k.id, k.name, k.last4, k.scopes, NOT k.revoked, k.created_at, k.expires_at,
           u.last_used_at
    FROM models.api_keys k LEFT JOIN key_uses u ON u.key_id = k.id
    WHERE k.org_id = %b ORDER BY k.created_at, k.id
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
    """An API key as authentication needs it."""

    id: str
    org_id: str
    plan: str
    plan_since: datetime
    scopes: Sequence[str]
    expires_at: datetime | None
    revoked: bool


class KeySummary(msgspec.Struct, frozen=True, rename="camel"):
    """An API key in the list of operators."""

    id: str
    org: str
    name: str
    last4: str
    scopes: Sequence[str]
    active: bool
    created_at: int
    expires_at: datetime | None
    last_used_at: datetime | None


class OwnKey(NamedTuple):
    """An API key in the list of its organisation."""

    id: str
    name: str
    last4: str
    scopes: Sequence[str]
    active: bool
    created_at: int
    expires_at: datetime | None
    last_used_at: datetime | None


def fold(records: Sequence[RecordedEvent]) -> Sequence[Write]:
    rows: dict[str, list[Any]] = {}
    texts: dict[tuple[str, str], datetime | None] = {}
    for record in records:
        row = rows.setdefault(record.key, [record.key, *[None] * 6, False])
        match record.event:
            case KeyIssued() as issued:
                scopes = " ".join(scope.value for scope in issued.scopes)
                row[1:4] = [record.origin.org_id, issued.name, scopes]
                row[4:7] = [issued.last4, record.recorded_ms, issued.expires_at]
                texts[record.key, issued.digest] = None
            case KeyRotated() as rotated:
                row[4] = rotated.last4
                texts[record.key, rotated.digest] = None
                texts[record.key, rotated.ended] = rotated.ends_at
            case KeyRevoked():
                row[7] = True
    ended = [(key_id, digest, ends_at) for (key_id, digest), ends_at in texts.items()]
    keys = [Write(UPSERT, columns_of(rows.values()))] if rows else []
    return [*keys, *([Write(TEXTS, columns_of(ended))] if ended else [])]


API_KEYS: Final = Projection(
    name="api_keys",
    shape=2,
    note="digests are rows of their own since keys can be rotated",
    tables=("api_keys", "key_texts"),
    ddl="""
        CREATE TABLE {api_keys} (
            id text PRIMARY KEY, org_id text, name text, scopes text[], last4 text,
            created_at bigint, expires_at timestamptz, revoked bool NOT NULL);
        CREATE TABLE {key_texts} (
            key_id text, digest text, ends_at timestamptz, PRIMARY KEY (key_id, digest));
    """,
    indexes="""
        CREATE INDEX ON {api_keys} (org_id);
        CREATE INDEX ON {key_texts} (digest);
    """,
    takes=frozenset({KeyIssued, KeyRotated, KeyRevoked}),
    fold=fold,
)


class ApiKeyQueries:
    def __init__(self, select: Select) -> None:
        self._select = select

    async def by_digest(self, digests: Sequence[str]) -> dict[str, KnownKey]:
        """Return keys by the digest (hex) of their text; unknown digests are left out."""
        rows = await self._select(BY_DIGEST, (list(digests),))
        return {row[0]: KnownKey(*row[1:]) for row in rows}

    async def all(self, org: str | None) -> list[KeySummary]:
        """Return all keys, or those of the organisation with that name, the oldest first."""
        return [KeySummary(*row) for row in await self._select(LIST, (org, org))]

    async def of_organisation(self, org_id: str) -> list[OwnKey]:
        """Return an organisation's keys, the oldest first."""
        return [OwnKey(*row) for row in await self._select(OF_ORGANISATION, (org_id,))]

    async def names(self, org_id: str | None, ids: Collection[str]) -> Mapping[str, str]:
        """Return names of keys by id, of one organisation or, with ``None``, of all."""
        return dict(await self._select(NAMES, (list(ids), org_id, org_id)))
