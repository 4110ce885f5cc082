"""Organisation aggregate: a tenant, with its plan and its members."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, TypeAlias

import msgspec
from msgspec.structs import replace

from domain.identity import membership
from domain.identity.events import (
    MemberAdded,
    OrganisationCreated,
    OrganisationEvent,
    PlanChanged,
)
from domain.identity.membership import Membership, MembershipCommand
from domain.identity.plans import Plan
from domain.identity.roles import Role
from domain.messages import Command
from domain.refusals import Conflict, NotFound
from domain.text import valid_text

LOCAL: Final = "local"
"""Id and name of the local mode's organisation, the only one whose keys may have ``ops``."""
MAX_NAME: Final = 100


class CreateOrganisation(Command, frozen=True):
    """Create an organisation; ``owner`` is the creating user, ``None`` for an operator."""

    name: str
    plan: Plan
    owner: str | None = None


class ChangePlan(Command, frozen=True):
    plan: Plan


OrganisationCommand: TypeAlias = CreateOrganisation | ChangePlan | MembershipCommand


class Organisation(msgspec.Struct, frozen=True):
    plan: Plan
    membership: Membership = Membership()


class OrganisationExists(Conflict):
    code = "ORGANISATION_EXISTS"
    message = "There is an organisation of that name."


class OrganisationNotFound(NotFound):
    code = "ORGANISATION_NOT_FOUND"
    message = "There is no such organisation."


def decide(
    organisation: Organisation | None, command: OrganisationCommand, now: datetime
) -> Sequence[OrganisationEvent]:
    if isinstance(command, CreateOrganisation):
        return _created(organisation, command)
    if organisation is None:
        raise OrganisationNotFound
    if isinstance(command, ChangePlan):
        return [] if command.plan is organisation.plan else [PlanChanged(plan=command.plan)]
    return membership.decide(organisation.membership, command, now)


def evolve(organisation: Organisation | None, event: OrganisationEvent) -> Organisation:
    if isinstance(event, OrganisationCreated):
        return Organisation(plan=event.plan)
    if organisation is None:
        raise OrganisationNotFound
    if isinstance(event, PlanChanged):
        return replace(organisation, plan=event.plan)
    members = membership.evolve(organisation.membership, event)
    return replace(organisation, membership=members)


def _created(
    organisation: Organisation | None, command: CreateOrganisation
) -> Sequence[OrganisationEvent]:
    if organisation is not None:
        raise OrganisationExists
    valid_text(command.name, field="name", shortest=1, longest=MAX_NAME)
    created = OrganisationCreated(name=command.name, plan=command.plan)
    if command.owner is None:
        return [created]
    return [created, MemberAdded(user_id=command.owner, role=Role.OWNER)]
