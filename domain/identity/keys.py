"""API key aggregate: issued with scopes, rotated, revoked for good; may have a credential."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, TypeAlias, assert_never

import msgspec
from msgspec.structs import replace

from domain.identity.events import (
    CredentialBound,
    CredentialRemoved,
    KeyEvent,
    KeyIssued,
    KeyRevoked,
    KeyRotated,
)
from domain.identity.organisations import LOCAL
from domain.identity.scopes import Scope
from domain.messages import Command
from domain.refusals import Conflict, Forbidden, Invalid, NotFound
from domain.text import valid_text

MAX_NAME: Final = 100
MAX_OVERLAP: Final = timedelta(days=30)


class IssueKey(Command, frozen=True):
    """Issue a key that acts for the organisation ``org_id``."""

    org_id: str
    name: str
    scopes: frozenset[Scope]
    digest: str
    pepper: int
    last4: str
    expires_at: datetime | None = None


class RotateKey(Command, frozen=True):
    """Replace the text of a key; the old one stays valid for ``overlap``."""

    digest: str
    pepper: int
    last4: str
    overlap: timedelta


class RevokeKey(Command, frozen=True):
    pass


class BindCredential(Command, frozen=True):
    """Bind a credential of an AI provider to a key, replacing any previous one."""

    credential_id: str
    provider: str
    base_url: str
    model: str
    digest: str
    last4: str


class RemoveCredential(Command, frozen=True):
    pass


KeyCommand: TypeAlias = IssueKey | RotateKey | RevokeKey | BindCredential | RemoveCredential


class Key(msgspec.Struct, frozen=True):
    """State of a key; ``digest`` is that of its current text."""

    digest: str = ""
    expires_at: datetime | None = None
    revoked: bool = False
    credential_id: str | None = None


class KeyExists(Conflict):
    code = "KEY_EXISTS"


class KeyNotFound(NotFound):
    code = "KEY_NOT_FOUND"
    message = "There is no such key."


class KeyAlreadyExpired(Invalid):
    code = "KEY_EXPIRES_IN_PAST"
    message = "expiresAt must lie in the future."


class CredentialNotFound(NotFound):
    code = "CREDENTIAL_NOT_FOUND"
    message = "The key has no credential."


class KeyInactive(Conflict):
    code = "KEY_IS_OVER"
    message = "The key is revoked or has expired: issue another one."


class InvalidOverlap(Invalid):
    code = "INVALID_OVERLAP"
    message = "The overlap is a time of 0 to 30 days."


class OperatorScope(Forbidden):
    code = "OPERATOR_SCOPE"
    message = "The scope 'ops' is for keys of the local organisation only."


def decide(key: Key | None, command: KeyCommand, now: datetime) -> Sequence[KeyEvent]:
    match command:
        case IssueKey():
            return [_issued(key, command, now)]
        case RotateKey():
            return [_rotated(key, command, now)]
        case RevokeKey():
            if key is None:
                raise KeyNotFound
            return [] if key.revoked else [*_credential_removed(key), KeyRevoked()]
        case BindCredential():
            return [*_credential_removed(_require_active(key, now)), _credential_bound(command)]
        case RemoveCredential():
            if key is None:
                raise KeyNotFound
            if key.credential_id is None:
                raise CredentialNotFound
            return _credential_removed(key)
        case _:
            assert_never(command)


def evolve(key: Key | None, event: KeyEvent) -> Key:
    if isinstance(event, KeyIssued):
        return Key(digest=event.digest, expires_at=event.expires_at)
    if key is None:
        raise KeyNotFound
    match event:
        case KeyRotated(digest=digest):
            return replace(key, digest=digest)
        case KeyRevoked():
            return replace(key, revoked=True)
        case CredentialBound(credential_id=credential_id):
            return replace(key, credential_id=credential_id)
        case CredentialRemoved():
            return replace(key, credential_id=None)
        case _:
            assert_never(event)


def _rotated(key: Key | None, command: RotateKey, now: datetime) -> KeyRotated:
    key = _require_active(key, now)
    if not timedelta(0) <= command.overlap <= MAX_OVERLAP:
        raise InvalidOverlap
    return KeyRotated(
        digest=command.digest,
        pepper=command.pepper,
        last4=command.last4,
        ended=key.digest,
        ends_at=now + command.overlap,
    )


def _issued(key: Key | None, command: IssueKey, now: datetime) -> KeyIssued:
    if key is not None:
        raise KeyExists
    if command.expires_at is not None and command.expires_at <= now:
        raise KeyAlreadyExpired
    if Scope.OPS in command.scopes and command.org_id != LOCAL:
        raise OperatorScope
    return KeyIssued(
        name=valid_text(command.name, field="name", shortest=1, longest=MAX_NAME),
        scopes=tuple(sorted(command.scopes, key=lambda scope: scope.value)),
        digest=command.digest,
        pepper=command.pepper,
        last4=command.last4,
        expires_at=command.expires_at,
    )


def _credential_bound(command: BindCredential) -> CredentialBound:
    return CredentialBound(
        credential_id=command.credential_id,
        provider=command.provider,
        base_url=command.base_url,
        model=command.model,
        digest=command.digest,
        last4=command.last4,
    )


def _credential_removed(key: Key) -> list[KeyEvent]:
    if key.credential_id is None:
        return []
    return [CredentialRemoved(credential_id=key.credential_id)]


def _require_active(key: Key | None, now: datetime) -> Key:
    """Require a key that is neither revoked nor expired."""
    if key is None:
        raise KeyNotFound
    if key.revoked or (key.expires_at is not None and key.expires_at <= now):
        raise KeyInactive
    return key
