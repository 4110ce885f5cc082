"""A service registered at a stand-in for GitHub, and browsers that log in through it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final, NamedTuple
from uuid import uuid4

from httpx import AsyncClient, Response

from adapters.http.github_oauth import GitHubOAuth
from application.identity.logins import SignUp
from domain.limits.rates import Rate
from scripts.composition.backend import Backend
from scripts.config.process_options import Options
from tests.support.clocks import Clock
from tests.support.servers.databases import Database
from tests.support.service.backends import SECRETS, Failures
from tests.support.service.web import LENIENT_RATES, Service, running_service
from tests.support.third_parties.github import GitHubServer, github_server

LOGIN: Final = "/api/auth/github/login"
CALLBACK: Final = "/api/auth/github/callback"


class World(NamedTuple):
    service: Service
    github: GitHubServer
    clock: Clock

    async def come_back(self, client: AsyncClient, account: int, **changed: str) -> Response:
        """Go to GitHub, agree, and come back with what it says, or something else."""
        sent = await client.get(LOGIN)
        said = self.github.authorize(sent.headers["location"], account)
        return await client.get(CALLBACK, params={**said, **changed})

    def refused(self, reason: str) -> float:
        return self.service.backend.kernel.metrics.log_ins.of("github", reason).value


@asynccontextmanager
async def world_of(
    database: Database,
    redis_url: str,
    sign_up: SignUp = SignUp.OPEN,
    rates: Mapping[str, Rate] = LENIENT_RATES,
) -> AsyncIterator[World]:
    clock = Clock()
    async with github_server(clock) as (server, app):
        options = Options(github=GitHubOAuth(app), sign_up=sign_up, rates=rates)
        backend = Backend(database.app, SECRETS, Failures(), clock, options)
        async with running_service(database, redis_url, backend) as service:
            yield World(service, server, clock)


def address() -> str:
    return f"{uuid4().hex}@example.com"


async def me(client: AsyncClient) -> dict[str, Any]:
    answer: dict[str, Any] = (await client.get("/v1/me")).json()
    return answer
