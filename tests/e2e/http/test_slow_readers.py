"""A client that does not read its responses delays no other client."""

import asyncio
from typing import Final

import pytest

from domain.identity.plans import Plan
from tests.support.json_api.documents import DOCUMENTS, create
from tests.support.service.sockets import RawResponse, connect_raw, request_head
from tests.support.service.web import Service, fresh_name

pytestmark = pytest.mark.anyio

MB: Final = 2**20
SLOW: Final = 4


async def test_a_slow_reader_delays_no_other_client(service: Service) -> None:
    text = b'"' + b"x" * (10 * MB) + b'"'
    async with service.client(fresh_name(), plan=Plan.TEAM) as client:
        content = f"{DOCUMENTS}/{await create(client)}/content"
        replaced = await client.put(
            content, content=text, headers={"Content-Type": "application/json"}
        )
        assert replaced.status_code == 200
        asked = request_head("GET", content.encode(), client.headers["Authorization"])

        async def read_late(others_are_done: asyncio.Event) -> RawResponse:
            async with connect_raw(service) as line:
                await line.send(asked)
                await line.reader.readexactly(1)
                begun.release()
                await others_are_done.wait()
                return await line.receive()

        begun, done = asyncio.Semaphore(0), asyncio.Event()
        late = [asyncio.create_task(read_late(done)) for _ in range(SLOW)]
        for _ in late:
            await begun.acquire()
        for _ in range(20):
            document = f"{DOCUMENTS}/{await create(client)}"
            assert (await client.get(document)).status_code == 200
        done.set()
        answers = await asyncio.gather(*late)

    assert all(answer.body == text for answer in answers)
