"""The type of a context's tenancy samples: what an organisation has, and requests for it."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple

from httpx import AsyncClient

from tests.support.registries.route_part import Route
from tests.support.service.web import Service


class Owner(NamedTuple):
    """The organisation that has what another one asks for; ``client`` uses its key."""

    service: Service
    client: AsyncClient
    organisation: str
    organisation_id: str
    key_id: str


class Foreign(NamedTuple):
    """What the owner has of one context."""

    values: Sequence[Mapping[str, str]] = ()
    """For each thing, its values by placeholder; the first one is its id."""
    audited: Mapping[str, Sequence[str]] = {}
    """By audit kind, keys of streams."""
    unchanged: Mapping[str, str] = {}
    """By path, the ETag that the owner still reads after all requests of others."""


async def nothing(_: Owner) -> Foreign:
    return Foreign()


class ForeignPart(NamedTuple):
    requests: Mapping[Route, Sequence[Mapping[str, Any]]] = {}
    """By route, the options of requests to try."""
    create: Callable[[Owner], Awaitable[Foreign]] = nothing
    statuses: Collection[int] = ()
    """The only statuses of answers; none given: answers need only be those to a missing id."""
    tested_elsewhere: Collection[Route] = ()
    """Routes with a place in their path that name nothing of an organisation, or need a log-in."""
    unaudited: Mapping[str, str] = {}
    """By audit kind, why no other organisation can ask for a stream of it."""
