"""Names of organisations are unique, with concurrent requests for one."""

import asyncio

import pytest

from domain.identity.organisations import LOCAL, OrganisationExists
from domain.identity.plans import Plan
from scripts.composition.backend import Backend
from tests.support.servers.databases import Database
from tests.support.service.backends import running_backend

pytestmark = pytest.mark.anyio

FOUNDERS = 5


@pytest.mark.parametrize("name", ["acme", LOCAL])
async def test_of_several_founders_one_succeeds_and_the_others_leave_nothing(
    database: Database, name: str
) -> None:
    async with running_backend(database) as backend:
        outcomes = await asyncio.gather(
            *(_create(backend, name) for _ in range(FOUNDERS)), return_exceptions=True
        )
        [org_id] = [outcome for outcome in outcomes if isinstance(outcome, str)]

        assert sum(isinstance(o, OrganisationExists) for o in outcomes) == FOUNDERS - 1
        assert await backend.contexts.identity.organisations.find_by_name(name) == org_id
        assert await backend.kernel.log.stored_head() == 1


async def _create(backend: Backend, name: str) -> str:
    org_id, _ = await backend.contexts.identity.organisations.create(
        name, Plan.STARTER, "system:test", "r1"
    )
    return org_id
