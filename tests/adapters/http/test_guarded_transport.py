"""Requests to addresses from clients: checked after name resolution and pinned to its result."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from ipaddress import ip_address

import httpx
import pytest

from adapters.http.guarded_transport import GuardedTransport, Resolve, resolve_host
from domain.outbound_addresses import Address, AddressRefused, Allowed
from tests.support.third_parties.llm import llm_server

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def client(
    allowed: str = "", resolve: Resolve = resolve_host
) -> AsyncIterator[httpx.AsyncClient]:
    transport = GuardedTransport(Allowed.parsed(allowed), resolve)
    async with httpx.AsyncClient(transport=transport, trust_env=False) as client:
        yield client


class Resolver:
    """Gives one answer after the other; ``asked`` are the names it was asked for."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.asked: list[str] = []
        self._answers = answers

    async def __call__(self, host: str, _: int) -> Sequence[Address]:
        self.asked.append(host)
        return [ip_address(each) for each in self._answers[len(self.asked) - 1]]


@pytest.mark.parametrize(
    "addresses", [["127.0.0.1"], ["10.0.0.7"], ["169.254.169.254"], ["8.8.8.8", "192.168.0.1"]]
)
async def test_a_name_that_leads_inwards_is_refused(addresses: list[str]) -> None:
    async with client(resolve=Resolver(addresses)) as guarded:
        with pytest.raises(AddressRefused):
            await guarded.post("https://api.example.com/v1")


async def test_a_name_is_resolved_once_and_connected_to_as_it_was_judged() -> None:
    resolver = Resolver(["127.0.0.1"], ["10.0.0.7"])
    async with (
        llm_server() as (server, base),
        client("127.0.0.0/8", resolver) as guarded,
    ):
        port = base.removesuffix("/v1").rpartition(":")[2]
        url = f"http://api.example.com:{port}/v1/chat/completions"
        response = await guarded.post(url, json={"a": 1}, headers={"authorization": "Bearer x"})

    assert response.status_code == 200
    assert resolver.asked == ["api.example.com"]
    assert server.asked == [{"a": 1}]


async def test_an_unknown_host_name_cannot_be_reached() -> None:
    async with client() as guarded:
        with pytest.raises(httpx.ConnectError):
            await guarded.post("https://nowhere.invalid/v1")


async def test_what_the_operator_allows_by_name_may_lead_inwards() -> None:
    async with llm_server() as (server, base), client("localhost") as guarded:
        url = base.replace("127.0.0.1", "localhost") + "/chat/completions"
        await guarded.post(url, json={}, headers={"authorization": "Bearer x"})

    assert len(server.asked) == 1
