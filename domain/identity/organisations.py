"""The organisation aggregate: the tenant that owns everything else, and its plan."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, TypeAlias, assert_never

import msgspec

from domain.identity.events import OrganisationCreated, OrganisationEvent, PlanChanged
from domain.identity.plans import Plan
from domain.messages import Command
from domain.refusals import Conflict, NotFound
from domain.text import checked

LOCAL: Final = "local"
"""Id and name of the organisation that local mode acts as, and the only one that may operate."""
LONGEST_NAME: Final = 100


class CreateOrganisation(Command, frozen=True):
    name: str
    plan: Plan


class ChangePlan(Command, frozen=True):
    plan: Plan


OrganisationCommand: TypeAlias = CreateOrganisation | ChangePlan


class Organisation(msgspec.Struct, frozen=True):
    plan: Plan


class OrganisationExists(Conflict):
    code = "ORGANISATION_EXISTS"
    message = "There is an organisation of that name."


class OrganisationNotFound(NotFound):
    code = "ORGANISATION_NOT_FOUND"
    message = "There is no such organisation."


def decide(
    organisation: Organisation | None, command: OrganisationCommand, _now: datetime
) -> Sequence[OrganisationEvent]:
    match command:
        case CreateOrganisation(name=name, plan=plan):
            if organisation is not None:
                raise OrganisationExists
            checked(name, field="name", shortest=1, longest=LONGEST_NAME)
            return [OrganisationCreated(name=name, plan=plan)]
        case ChangePlan(plan=plan):
            if organisation is None:
                raise OrganisationNotFound
            return [] if plan is organisation.plan else [PlanChanged(plan=plan)]
        case _:
            assert_never(command)


def evolve(_: Organisation | None, event: OrganisationEvent) -> Organisation:
    return Organisation(plan=event.plan)
