"""The service over HTTP, and clients of organisations that no other test knows.

A module shares one service, since a key costs 7 ms and a service 400. What counts rows of the
database, or stops a part of it, takes one of its own: ``pristine``.
"""

from collections.abc import AsyncIterator

import pytest
from httpx import AsyncClient

from tests.support.json_api.documents import DOCUMENTS, create
from tests.support.servers.databases import Database, Databases
from tests.support.servers.postgres_and_valkey import Servers
from tests.support.service.web import Service, fresh_name, running_service


@pytest.fixture(scope="module")
async def service(databases: Databases, servers: Servers) -> AsyncIterator[Service]:
    with databases.migrated() as database:
        async with running_service(database, servers.redis_url) as service:
            yield service


@pytest.fixture
async def pristine(database: Database, redis_url: str) -> AsyncIterator[Service]:
    """Give one test a service on a database of its own."""
    async with running_service(database, redis_url) as service:
        yield service


@pytest.fixture
async def client(service: Service) -> AsyncIterator[AsyncClient]:
    async with service.client(fresh_name()) as client:
        yield client


@pytest.fixture
async def rival(service: Service) -> AsyncIterator[AsyncClient]:
    async with service.client(fresh_name()) as client:
        yield client


@pytest.fixture
async def anonymous(service: Service) -> AsyncIterator[AsyncClient]:
    async with service.anonymous() as client:
        yield client


@pytest.fixture
async def document(client: AsyncClient) -> str:
    """Create a document and return its path."""
    return f"{DOCUMENTS}/{await create(client)}"


@pytest.fixture
async def nothing_recorded(service: Service, document: str) -> AsyncIterator[None]:
    """Assert that the test has recorded no event."""
    assert document
    before = await service.backend.kernel.log.stored_head()
    yield
    assert await service.backend.kernel.log.stored_head() == before
