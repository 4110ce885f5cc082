"""Use cases for organisations: create, find by name, change the plan."""

from collections.abc import Callable
from typing import Final

from application.eventstore.decider import Decider
from application.eventstore.envelope import Origin
from application.eventstore.event_store import Claims, ConcurrentWrite, ValueTaken
from application.eventstore.transaction import Decision, Transaction
from application.eventstore.transactions import Transactions, Written
from domain.identity.organisations import (
    LOCAL,
    ChangePlan,
    CreateOrganisation,
    Organisation,
    OrganisationCommand,
    OrganisationExists,
    OrganisationNotFound,
    decide,
    evolve,
)
from domain.identity.plans import Plan

ORGANISATION: Final = Decider("organisation", Organisation, decide, evolve)
NAME: Final = "organisation.name"
"""Claim kind: a name is unique among all organisations."""


class Organisations:
    def __init__(
        self, transactions: Transactions, claims: Claims, new_key: Callable[[], str]
    ) -> None:
        self._transactions = transactions
        self._claims = claims
        self._new_key = new_key

    async def create(
        self, name: str, plan: Plan, actor: str, request_id: str
    ) -> tuple[str, Written]:
        """Create an organisation and return its id; raises ``OrganisationExists``."""
        org_id = LOCAL if name == LOCAL else self._new_key()
        by = Origin(actor=actor, org_id=org_id, correlation_id=request_id)
        command: OrganisationCommand = CreateOrganisation(name=name, plan=plan)

        def create(tx: Transaction) -> Decision:
            tx.claim(NAME, "", name, org_id)
            return tx.begin(ORGANISATION, org_id, command)

        try:
            written = await self._transactions.run(by, create)
        except (ValueTaken, ConcurrentWrite) as taken:  # the local one's id is its name
            raise OrganisationExists from taken
        return org_id, written

    async def find_by_name(self, name: str) -> str | None:
        """Return the id of the organisation with a name."""
        return (await self._claims.holders(NAME, "", [name])).get(name)

    async def change_plan(self, name: str, plan: Plan, actor: str, request_id: str) -> Written:
        """Change the plan of the organisation with a name; raises ``OrganisationNotFound``."""
        if (org_id := await self.find_by_name(name)) is None:
            raise OrganisationNotFound
        by = Origin(actor=actor, org_id=org_id, correlation_id=request_id)
        command: OrganisationCommand = ChangePlan(plan=plan)
        return await self._transactions.execute(ORGANISATION, org_id, command, by)
