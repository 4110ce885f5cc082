"""Answers that a client cannot tell apart."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from httpx import AsyncClient, Response

VARYING: Final = {
    *("date", "x-request-id", "x-forge-position"),
    *("x-ratelimit-remaining", "x-ratelimit-reset"),
}
"""Headers that differ between answers to the same request."""


class Sent(NamedTuple):
    """A request but for its method: ``options`` are those of httpx."""

    path: str
    options: Mapping[str, Any]


async def answers_alike(client: AsyncClient, method: str, one: Sent, other: Sent) -> Response:
    """Send two requests, assert that their answers are the same, and return the first answer."""
    first = await client.request(method, one.path, **one.options)
    second = await client.request(method, other.path, **other.options)

    assert first.status_code == second.status_code
    assert _headers(first) == _headers(second)
    assert first.content == second.content
    return first


def _headers(response: Response) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name not in VARYING}
