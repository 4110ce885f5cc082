"""Request bodies and responses of keys (wire.md, codegen): camelCase, ISO-8601 with Z."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final, Self

import msgspec

from application.identity.api_keys import KeyRequest
from domain.identity.events import KeyIssued
from domain.identity.keys import MAX_OVERLAP
from domain.identity.scopes import Scope, scopes_named
from domain.refusals import Forbidden
from projections.identity.api_keys import OwnKey

DAY: Final = 24 * 3_600


class OperatorScope(Forbidden):
    code = "OPERATOR_SCOPE"
    message = "The scope 'ops' is granted by the command line only."


class NewKey(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """A new key: without ``scopes`` for all surfaces, without ``expiresAt`` it never expires."""

    name: str
    scopes: tuple[str, ...] = (Scope.ALL.value,)
    expires_at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None

    def request(self) -> KeyRequest:
        scopes = scopes_named(self.scopes)
        if Scope.OPS in scopes:
            raise OperatorScope
        return KeyRequest(name=self.name, scopes=scopes, expires_at=self.expires_at)


class Rotation(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """A rotation: the previous text works for ``overlapSeconds``, by default a day."""

    overlap_seconds: Annotated[int, msgspec.Meta(ge=0, le=int(MAX_OVERLAP.total_seconds()))] = DAY

    @property
    def overlap(self) -> timedelta:
        return timedelta(seconds=self.overlap_seconds)


class IssuedAnswer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A new key; ``key`` is its text, absent in the response of a repeated request."""

    id: str
    name: str
    key: str | msgspec.UnsetType = msgspec.UNSET
    last4: str
    scopes: Sequence[str]
    created_at: datetime
    expires_at: datetime | None


class RotatedAnswer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A rotated key; ``previousUntil`` is when the previous text expires."""

    id: str
    key: str | msgspec.UnsetType = msgspec.UNSET
    last4: str
    previous_until: datetime


class KeyView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    id: str
    name: str
    last4: str
    scopes: Sequence[str]
    active: bool
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None

    @classmethod
    def of(cls, key: OwnKey, now: datetime) -> Self:
        """Return a key; neither a revoked nor an expired one is active."""
        return cls(
            id=key.id,
            name=key.name,
            last4=key.last4,
            scopes=key.scopes,
            active=key.active and (key.expires_at is None or key.expires_at > now),
            created_at=datetime.fromtimestamp(key.created_at / 1_000, UTC),
            expires_at=_utc(key.expires_at),
            last_used_at=_utc(key.last_used_at),
        )


class KeysAnswer(msgspec.Struct, frozen=True):
    keys: Sequence[KeyView]


def issued_answer(key_id: str, event: KeyIssued, recorded_at: datetime) -> IssuedAnswer:
    """Return a new key from its event, which does not have its text."""
    return IssuedAnswer(
        id=key_id,
        name=event.name,
        last4=event.last4,
        scopes=[scope.value for scope in event.scopes],
        created_at=recorded_at.replace(microsecond=recorded_at.microsecond // 1_000 * 1_000),
        expires_at=_utc(event.expires_at),
    )


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC)
