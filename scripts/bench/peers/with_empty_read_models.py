"""``forge`` with ten more read models that take no event, to measure what a read model costs.

Child processes run this module, too: the catalogue is extended before it is read in each of them.
"""

import asyncio
from asyncio.subprocess import Process
from typing import Any, Final, cast
from unittest.mock import patch

from projections import catalogue
from projections.engine.projection import Projection
from scripts.forge import main

NAMES: Final = tuple(f"empty_{number}" for number in range(10))
DDL: Final = "CREATE TABLE {{{name}}} (id text PRIMARY KEY)"
FORGE: Final = "scripts.forge"
THIS: Final = "scripts.bench.peers.with_empty_read_models"

_spawn = asyncio.create_subprocess_exec


def empty(name: str) -> Projection:
    return Projection(
        name=name,
        shape=1,
        tables=(name,),
        ddl=cast("Any", DDL.format(name=name)),
        indexes="",
        takes=frozenset(),
        fold=lambda _: (),
        personal=False,
    )


async def spawn_this(program: str, *arguments: str, **options: Any) -> Process:
    """Run a child that would be ``forge`` as this module."""
    named = (THIS if argument == FORGE else argument for argument in arguments)
    return await _spawn(program, *named, **options)


if __name__ == "__main__":
    extended = (*catalogue.PROJECTIONS, *map(empty, NAMES))
    with (
        patch.object(catalogue, "PROJECTIONS", extended),
        patch.object(asyncio, "create_subprocess_exec", spawn_this),
    ):
        main()
