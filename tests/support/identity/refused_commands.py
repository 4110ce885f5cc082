"""Refused commands of organisations, users and keys."""

from datetime import UTC, datetime
from typing import Any, Final

from application.identity.api_keys import KEY, KeyRequest
from application.identity.organisations import ORGANISATION
from application.identity.users import USER
from domain.identity.keys import KeyAlreadyExpired, KeyNotFound, OperatorScope
from domain.identity.organisations import OrganisationExists, OrganisationNotFound
from domain.identity.plans import Plan
from domain.identity.scopes import Scope
from domain.identity.users import UserExists
from scripts.composition.backend import Backend
from tests.support.domain.records import ACME
from tests.support.registries.refused_command_part import RefusedCommand, RefusedCommandPart

PAST: Final = datetime(2000, 1, 1, tzinfo=UTC)
EMAIL: Final = "ada@example.com"
BY: Final = ("system:test", "r")


def key_request(**changes: Any) -> KeyRequest:
    return KeyRequest(**{"name": "n", "scopes": frozenset({Scope.DOCUMENTS}), **changes})


async def _prepare(backend: Backend) -> None:
    await backend.contexts.identity.organisations.create("acme", Plan.STARTER, *BY)
    await backend.contexts.identity.users.register(EMAIL, ACME.org_id, "r")


PART: Final = RefusedCommandPart[None](
    prepare=_prepare,
    commands={
        "a name that is taken": RefusedCommand(
            ORGANISATION,
            OrganisationExists,
            lambda b, _: b.contexts.identity.organisations.create("acme", Plan.PRO, *BY),
        ),
        "a plan for an unknown organisation": RefusedCommand(
            ORGANISATION,
            OrganisationNotFound,
            lambda b, _: b.contexts.identity.organisations.change_plan("nobody", Plan.PRO, *BY),
        ),
        "an e-mail address that is taken": RefusedCommand(
            USER,
            UserExists,
            lambda b, _: b.contexts.identity.users.register(EMAIL, ACME.org_id, "r"),
        ),
        "a key that has expired": RefusedCommand(
            KEY,
            KeyAlreadyExpired,
            lambda b, _: b.contexts.identity.api_keys.issue(key_request(expires_at=PAST), ACME),
        ),
        "a key for operators of another organisation": RefusedCommand(
            KEY,
            OperatorScope,
            lambda b, _: b.contexts.identity.api_keys.issue(
                key_request(scopes=frozenset({Scope.OPS})), ACME
            ),
        ),
        "the end of an unknown key": RefusedCommand(
            KEY,
            KeyNotFound,
            lambda b, _: b.contexts.llm.credentials.revoke_key("0" * 32, ACME),
        ),
    },
)
