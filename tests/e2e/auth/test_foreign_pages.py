"""Pages of other sites are refused, in local mode too: rebound names and other origins.

Every route, the mailbox and the log-in pages among them, and WebSocket handshakes.
"""

from typing import Final

import pytest
from httpx import AsyncClient
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.support.service.route_table import (
    ANY_CALLER,
    LOG_IN,
    NEEDS,
    PUBLIC,
    SESSIONS,
    fill_path,
)
from tests.support.service.web import Service

pytestmark = pytest.mark.anyio

EVERY: Final = (*NEEDS, *SESSIONS, *ANY_CALLER, *PUBLIC, *LOG_IN, ("GET", "/dev/mailbox"))
REBOUND: Final = ("evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "")
FOREIGN: Final = ("https://evil.example", "http://localhost.evil.example", "null", "file://")
SOCKETS: Final = ("/ws", "/ws/task-board", "/ws/gateway", "/events")


@pytest.mark.parametrize("host", REBOUND)
async def test_a_name_that_was_rebound_to_us_is_refused_everywhere(
    service: Service, anonymous: AsyncClient, host: str
) -> None:
    key = await service.key()
    headers = {"Host": host, "Authorization": f"Bearer {key}"}
    for method, path in EVERY:
        response = await anonymous.request(method, fill_path(path), headers=headers)
        assert response.status_code == 421, (method, path)


@pytest.mark.parametrize("origin", FOREIGN)
async def test_a_page_of_another_site_is_refused_everywhere(
    service: Service, anonymous: AsyncClient, origin: str
) -> None:
    key = await service.key()
    headers = {"Origin": origin, "Authorization": f"Bearer {key}"}
    for method, path in EVERY:
        response = await anonymous.request(method, fill_path(path), headers=headers)
        assert response.status_code == 403, (method, path)


@pytest.mark.parametrize("path", SOCKETS)
@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Host": "evil.example"}], ids=["page", "name"]
)
async def test_their_handshakes_are_refused(
    service: Service, path: str, headers: dict[str, str]
) -> None:
    address = service.url.replace("http", "ws") + path
    with pytest.raises(InvalidStatus) as refused:
        async with connect(address, additional_headers=headers):
            pass

    assert refused.value.response.status_code == 403
