"""The tenancy table: requests for what another organisation has, from all contexts."""

from typing import Final

from httpx import AsyncClient

from tests.support.registries.discovery import merged, parts
from tests.support.registries.foreign_part import ForeignPart, Owner
from tests.support.service.web import Service, fresh_name

PARTS: Final = parts("foreign", ForeignPart)
REQUESTS: Final = merged(part.requests for part in PARTS.values())
TESTED_ELSEWHERE: Final = {route for part in PARTS.values() for route in part.tested_elsewhere}


async def owner_of(service: Service, client: AsyncClient) -> Owner:
    """Give a client a key of an organisation of its own."""
    organisation = fresh_name()
    issued = await service.issue(organisation)
    client.headers["Authorization"] = f"Bearer {issued.text}"
    organisation_id = await service.backend.contexts.identity.organisations.find_by_name(
        organisation
    )
    assert organisation_id is not None
    return Owner(service, client, organisation, organisation_id, issued.key_id)
