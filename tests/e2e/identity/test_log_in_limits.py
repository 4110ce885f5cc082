"""Limits of log-in links; without a limiter none is sent."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from uuid import uuid4

import pytest

from domain.limits.rates import RATES, parse_rates
from tests.support.identity.browsers import mailing_service
from tests.support.identity.teams import invite
from tests.support.servers.databases import Database
from tests.support.servers.mortal_valkey import MortalValkey
from tests.support.waiting import eventually

pytestmark = pytest.mark.anyio

PER_EMAIL: Final = RATES["log_in.email"].limit
FEW: Final = parse_rates("log_in.address=3/900 invitations.organisation=2/3600")


def address() -> str:
    return f"{uuid4().hex}@example.com"


async def test_an_address_is_mailed_a_few_links_and_the_rest_is_answered_alike(
    database: Database, redis_url: str
) -> None:
    often, other = address(), address()
    async with (
        mailing_service(database, redis_url, rates=RATES) as post,
        post.browser() as browser,
    ):
        answers = [await browser.ask(often) for _ in range(PER_EMAIL + 3)]
        assert (await browser.ask(other)).status_code == 202
        await post.mails.newest_to(other)
        mails = len(post.mails.to(often))

    assert {(answer.status_code, answer.content) for answer in answers} == {
        (202, answers[0].content)
    }
    assert {len(answer.headers["set-cookie"]) for answer in answers} == {
        len(answers[0].headers["set-cookie"])
    }
    assert mails == PER_EMAIL


async def test_many_links_from_one_client_are_limited(database: Database, redis_url: str) -> None:
    async with (
        mailing_service(database, redis_url, rates=FEW) as post,
        post.browser() as browser,
    ):
        statuses = [(await browser.ask(address())).status_code for _ in range(4)]
        tried = await browser.use("nonsense")

    assert statuses == [202, 202, 202, 429]
    assert tried.status_code == 429
    assert tried.json()["error"]["code"] == "RATE_LIMITED"
    assert int(tried.headers["retry-after"]) > 1


async def test_an_organisation_invites_so_many_and_no_more(
    database: Database, redis_url: str
) -> None:
    async with (
        mailing_service(database, redis_url, rates=FEW) as post,
        post.browser() as browser,
    ):
        await browser.log_in(address())
        statuses = [(await invite(browser, address())).status_code for _ in range(3)]

    assert statuses == [201, 201, 429]


async def test_without_a_limiter_no_link_is_mailed(database: Database) -> None:
    with TemporaryDirectory(prefix="forge-") as directory:
        valkey = MortalValkey(Path(directory))
        valkey.start()
        await eventually(valkey.answers)
        async with (
            mailing_service(database, valkey.url) as post,
            post.browser() as browser,
        ):
            await browser.log_in(address())
            valkey.stop()
            refused = await browser.ask(address())
            used = await browser.use("nonsense")
            assert (await browser.client.get("/v1/me")).status_code == 200

    for answer in (refused, used):
        assert answer.status_code == 503
        assert answer.json()["error"]["code"] == "LIMITER_UNAVAILABLE"
        assert "retry-after" in answer.headers
    assert post.service.backend.kernel.metrics.limiter_away.of("closed").value == 2
