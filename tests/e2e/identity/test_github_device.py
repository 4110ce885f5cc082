"""Logging in by GitHub on a device that has no browser (RFC 8628)."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any, Final

import pytest
from httpx import AsyncClient, Response
from redis.asyncio import Redis

from domain.limits.rates import parse_rates
from tests.support.identity.github_log_ins import World, address, me, world_of
from tests.support.servers.databases import Database
from tests.support.third_parties.github import INTERVAL, LASTING

pytestmark = pytest.mark.anyio

DEVICE: Final = "/api/auth/github/device"


@pytest.fixture
async def world(database: Database, redis_url: str) -> AsyncIterator[World]:
    async with world_of(database, redis_url) as world:
        yield world


@pytest.fixture
async def device(world: World) -> AsyncIterator[AsyncClient]:
    async with world.service.anonymous() as client:
        yield client


async def begin(device: AsyncClient) -> dict[str, Any]:
    begun = await device.post(DEVICE)
    assert begun.status_code == 201
    data: dict[str, Any] = begun.json()["data"]
    return data


async def ask(device: AsyncClient, code: str) -> Response:
    return await device.post(f"{DEVICE}/token", json={"deviceCode": code})


def code_of(answer: Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


async def test_a_device_is_logged_in_once_its_code_is_entered(
    world: World, device: AsyncClient
) -> None:
    begun, email = await begin(device), address()
    world.github.enter(begun["userCode"], world.github.account(email))
    entered = await ask(device, begun["deviceCode"])

    assert begun["verificationUri"] == "https://github.com/login/device"
    assert (begun["expiresIn"], begun["interval"]) == (900, INTERVAL)
    assert entered.status_code == 200
    assert entered.json()["success"] is True
    assert (await me(device))["user"] == {"id": entered.json()["data"]["userId"], "email": email}


async def test_a_pending_device_is_answered_with_wait(device: AsyncClient) -> None:
    begun = await begin(device)

    assert code_of(await ask(device, begun["deviceCode"])) == (400, "AUTHORIZATION_PENDING")


async def test_who_asks_too_often_is_slowed_down_without_asking_github(
    world: World, device: AsyncClient
) -> None:
    begun = await begin(device)
    await ask(device, begun["deviceCode"])
    asked = world.github.asked
    again = await ask(device, begun["deviceCode"])

    assert code_of(again) == (429, "SLOW_DOWN")
    assert again.headers["retry-after"] == str(INTERVAL)
    assert world.github.asked == asked


async def test_asking_again_counts_for_no_log_in(database: Database, redis_url: str) -> None:
    """A person may take minutes to enter a code, and devices share addresses."""
    few = parse_rates("log_in.address=1/900 github.polls=3/900 github.device=9/5")
    async with (
        world_of(database, redis_url, rates=few) as world,
        world.service.anonymous() as device,
    ):
        begun = await begin(device)
        answers = []
        for _ in range(4):
            answers.append(code_of(await ask(device, begun["deviceCode"])))
            world.clock.advance(timedelta(seconds=INTERVAL))

    assert answers == [(400, "AUTHORIZATION_PENDING")] * 3 + [(429, "RATE_LIMIT")]


async def test_a_code_that_is_over_or_never_was_is_refused(
    world: World, device: AsyncClient
) -> None:
    begun = await begin(device)
    world.clock.advance(LASTING - timedelta(seconds=1))
    assert code_of(await ask(device, begun["deviceCode"])) == (400, "AUTHORIZATION_PENDING")
    world.clock.advance(timedelta(seconds=1))
    for code in (begun["deviceCode"], "", "nonsense", "é", "A" * 9_000):
        assert code_of(await ask(device, code)) == (400, "EXPIRED_TOKEN")


async def test_who_declines_is_refused(world: World, device: AsyncClient) -> None:
    begun = await begin(device)
    world.github.enter(begun["userCode"], None)

    assert code_of(await ask(device, begun["deviceCode"])) == (403, "ACCESS_DENIED")


async def test_a_code_logs_in_once(world: World, device: AsyncClient, redis_url: str) -> None:
    begun = await begin(device)
    world.github.enter(begun["userCode"], world.github.account(address()))
    assert (await ask(device, begun["deviceCode"])).status_code == 200
    await _let_ask_again(redis_url)

    assert code_of(await ask(device, begun["deviceCode"])) == (400, "EXPIRED_TOKEN")


async def _let_ask_again(redis_url: str) -> None:
    """Forget what was counted, instead of waiting for it to come back."""
    async with Redis.from_url(redis_url) as redis:
        await redis.flushdb()
