"""``python -m tests.support.projections.projector CONNINFO``: counts tallies until it is ended."""

import asyncio
import sys

import uvloop

from tests.support.projections.tallies import TALLIES, process


async def main(conninfo: str) -> None:
    async with process(conninfo, TALLIES):
        await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1]))
