"""Use cases for memberships: invite, accept, change a role, remove."""

from typing import Final

from application.eventstore.envelope import Origin
from application.eventstore.idempotency import IdempotentRequest
from application.eventstore.transactions import Transactions, Written
from application.identity.organisations import ORGANISATION
from domain.identity.membership import (
    AcceptInvitation,
    ChangeRole,
    InviteMember,
    RemoveMember,
    WithdrawInvitation,
)
from domain.identity.organisations import OrganisationCommand
from domain.identity.roles import Role

USER_ACTOR: Final = "user:"


class Memberships:
    """The role of the acting user, by the organisation's own stream, decides what is allowed.

    An ``Origin.actor`` that is not a user is the operator, who may do everything.
    """

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    async def invite(
        self,
        invitation_id: str,
        email: str,
        role: Role,
        by: Origin,
        once: IdempotentRequest | None = None,
    ) -> Written:
        command: OrganisationCommand = InviteMember(
            invitation_id=invitation_id, email=email, role=role, by=_user(by)
        )
        return await self._transactions.execute(ORGANISATION, by.org_id, command, by, once=once)

    async def withdraw(self, invitation_id: str, by: Origin) -> Written:
        return await self._execute(
            WithdrawInvitation(invitation_id=invitation_id, by=_user(by)), by
        )

    async def accept(self, invitation_id: str, user_id: str, by: Origin) -> Written:
        """Join ``by.org_id``; the caller has verified that the invited address is the user's."""
        command = AcceptInvitation(invitation_id=invitation_id, user_id=user_id)
        return await self._execute(command, by)

    async def change_role(self, user_id: str, role: Role, by: Origin) -> Written:
        return await self._execute(ChangeRole(user_id=user_id, role=role, by=_user(by)), by)

    async def remove(self, user_id: str, by: Origin) -> Written:
        return await self._execute(RemoveMember(user_id=user_id, by=_user(by)), by)

    async def _execute(self, command: OrganisationCommand, by: Origin) -> Written:
        return await self._transactions.execute(ORGANISATION, by.org_id, command, by)


def _user(by: Origin) -> str | None:
    return by.actor.removeprefix(USER_ACTOR) if by.actor.startswith(USER_ACTOR) else None
