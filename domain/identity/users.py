"""User aggregate: an e-mail address, log-ins and log-outs.

A user's stream belongs to the organisation they registered with; others have them as members only
(docs/adr/0023).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias, assert_never

import msgspec

from domain.identity.email import canonical_email
from domain.identity.events import (
    GitHubLinked,
    LogInMethod,
    UserEvent,
    UserLoggedIn,
    UserLoggedOut,
    UserRegistered,
    UserSwitched,
)
from domain.messages import Command
from domain.refusals import Conflict, NotFound


class RegisterUser(Command, frozen=True):
    email: str


class RecordLogIn(Command, frozen=True):
    session_id: str
    method: LogInMethod


class RecordLogOut(Command, frozen=True):
    session_id: str


class RecordSwitch(Command, frozen=True):
    session_id: str
    ended: str
    organisation_id: str


class LinkGitHub(Command, frozen=True):
    github_id: str


UserCommand: TypeAlias = RegisterUser | RecordLogIn | RecordLogOut | RecordSwitch | LinkGitHub


class User(msgspec.Struct, frozen=True):
    """State of a user: decisions only need to know that the user exists."""


class UserExists(Conflict):
    code = "USER_EXISTS"
    message = "There is a user of that address."


class UserNotFound(NotFound):
    code = "USER_NOT_FOUND"
    message = "There is no such user."


def decide(user: User | None, command: UserCommand, _now: datetime) -> Sequence[UserEvent]:
    if isinstance(command, RegisterUser):
        return [_registered(user, command)]
    if user is None:
        raise UserNotFound
    match command:
        case RecordLogIn(session_id=session_id, method=method):
            return [UserLoggedIn(session_id=session_id, method=method)]
        case RecordLogOut(session_id=session_id):
            return [UserLoggedOut(session_id=session_id)]
        case RecordSwitch():
            return [
                UserSwitched(
                    session_id=command.session_id,
                    ended=command.ended,
                    organisation_id=command.organisation_id,
                )
            ]
        case LinkGitHub(github_id=github_id):
            return [GitHubLinked(github_id=github_id)]
        case _:
            assert_never(command)


def evolve(_: User | None, __: UserEvent) -> User:
    return User()


def _registered(user: User | None, command: RegisterUser) -> UserRegistered:
    if user is not None:
        raise UserExists
    return UserRegistered(email=canonical_email(command.email))
