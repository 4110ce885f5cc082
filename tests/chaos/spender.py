"""One process that spends credits many at a time; prints which runs were let through.

``python -m tests.chaos.spender CONNINFO NAME RUNS ALLOWANCE``
"""

import asyncio
import sys

import msgspec

from scripts.composition.backend import Backend
from tests.support.service.backends import SECRETS, Failures
from tests.support.service.spending import Spent, spend_at_once


async def spend(conninfo: str, name: str, runs: int, allowance: int) -> Spent:
    backend = Backend(conninfo, SECRETS, Failures())
    async with backend.running():
        return await spend_at_once(backend, [f"{name}-{n}" for n in range(runs)], allowance)


if __name__ == "__main__":
    conninfo, name, runs, allowance = sys.argv[1:]
    reported = asyncio.run(spend(conninfo, name, int(runs), int(allowance)))
    sys.stdout.buffer.write(msgspec.json.encode(reported))
