"""The service over HTTP, and clients of two organisations."""

from collections.abc import AsyncIterator

import pytest
from httpx import AsyncClient

from tests.support.databases import Database
from tests.support.web import Service, running_service


@pytest.fixture
async def service(database: Database, redis_url: str) -> AsyncIterator[Service]:
    async with running_service(database, redis_url) as service:
        yield service


@pytest.fixture
async def client(service: Service) -> AsyncIterator[AsyncClient]:
    async with service.client("acme") as client:
        yield client


@pytest.fixture
async def rival(service: Service) -> AsyncIterator[AsyncClient]:
    async with service.client("rival") as client:
        yield client
