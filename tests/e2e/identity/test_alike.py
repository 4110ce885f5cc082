"""Known and unknown addresses are answered alike: in the same time, and with a mail."""

import time
from statistics import median
from typing import Final
from uuid import uuid4

import pytest

from tests.support.identity.browsers import Browser, mailing_service
from tests.support.servers.databases import Database
from tests.support.waiting import eventually

pytestmark = pytest.mark.anyio

PAIRS: Final = 200
APART: Final = 0.05
ROUNDS: Final = 4
"""Other work on the machine may hit one kind more often than the other, but not every time."""


async def test_known_and_unknown_addresses_are_answered_alike(
    database: Database, redis_url: str
) -> None:
    known = f"{uuid4().hex}@example.com"
    async with mailing_service(database, redis_url) as post, post.browser() as browser:
        await browser.log_in(known)
        asked = 1
        for _ in range(ROUNDS):
            ratio = await _ratio(browser, known)
            asked += 2 * PAIRS
            if abs(ratio - 1) <= APART:
                break
        else:
            pytest.fail(f"medians differ by {abs(ratio - 1):.1%}")

        async def mailed() -> bool:
            return len(post.mails.mails) == asked

        await eventually(mailed, within=60)


async def _ratio(browser: Browser, known: str) -> float:
    """Ask in turns for a known address and for new ones; compare the medians."""
    taken: tuple[list[float], list[float]] = [], []
    for number in range(2 * PAIRS):
        unknown = number % 2
        email = f"{uuid4().hex}@example.com" if unknown else known
        began = time.perf_counter()
        assert (await browser.ask(email)).status_code == 202
        taken[unknown].append(time.perf_counter() - began)
    return median(taken[1]) / median(taken[0])
