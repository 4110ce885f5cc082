"""The API key aggregate: issued once with its scopes, revoked once and for good."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, TypeAlias, assert_never

import msgspec

from domain.identity.events import KeyEvent, KeyIssued, KeyRevoked
from domain.identity.organisations import LOCAL
from domain.identity.scopes import Scope
from domain.messages import Command
from domain.refusals import Conflict, Forbidden, Invalid, NotFound
from domain.text import checked

LONGEST_NAME: Final = 100


class IssueKey(Command, frozen=True):
    """``org_id`` is the organisation the key will act for."""

    org_id: str
    name: str
    scopes: frozenset[Scope]
    digest: str
    pepper: int
    last4: str
    expires_at: datetime | None = None


class RevokeKey(Command, frozen=True):
    pass


KeyCommand: TypeAlias = IssueKey | RevokeKey


class Key(msgspec.Struct, frozen=True):
    revoked: bool = False


class KeyExists(Conflict):
    code = "KEY_EXISTS"


class KeyNotFound(NotFound):
    code = "KEY_NOT_FOUND"
    message = "There is no such key."


class KeyAlreadyExpired(Invalid):
    code = "KEY_EXPIRES_IN_PAST"
    message = "expiresAt must lie in the future."


class OperatorScope(Forbidden):
    code = "OPERATOR_SCOPE"
    message = "The scope 'ops' is for keys of the local organisation only."


def decide(key: Key | None, command: KeyCommand, now: datetime) -> Sequence[KeyEvent]:
    match command:
        case IssueKey():
            return [_issued(key, command, now)]
        case RevokeKey():
            if key is None:
                raise KeyNotFound
            return [] if key.revoked else [KeyRevoked()]
        case _:
            assert_never(command)


def evolve(_: Key | None, event: KeyEvent) -> Key:
    return Key(revoked=isinstance(event, KeyRevoked))


def _issued(key: Key | None, command: IssueKey, now: datetime) -> KeyIssued:
    if key is not None:
        raise KeyExists
    if command.expires_at is not None and command.expires_at <= now:
        raise KeyAlreadyExpired
    if Scope.OPS in command.scopes and command.org_id != LOCAL:
        raise OperatorScope
    return KeyIssued(
        name=checked(command.name, field="name", shortest=1, longest=LONGEST_NAME),
        scopes=tuple(sorted(command.scopes, key=lambda scope: scope.value)),
        digest=command.digest,
        pepper=command.pepper,
        last4=command.last4,
        expires_at=command.expires_at,
    )
