"""Requests between sibling processes; dead siblings are reported."""

import asyncio

import pytest

from adapters.processes import unix_siblings
from adapters.processes.unix_siblings import ask_siblings, serve_to_siblings
from tests.support.operating_system import passable_directory

pytestmark = pytest.mark.anyio


async def test_all_siblings_are_asked_and_dead_ones_reported() -> None:
    with passable_directory() as directory:
        own, worker, dead = (directory / f"{name}.sock" for name in ("api", "worker", "dead"))
        async with serve_to_siblings(dead, lambda: "gone"):
            pass
        dead.touch()
        async with (
            serve_to_siblings(own, lambda: "own"),
            serve_to_siblings(worker, lambda: "x" * 300_000),
        ):
            assert await ask_siblings(own) == {"dead": None, "worker": "x" * 300_000}
            assert await ask_siblings(worker) == {"api": "own", "dead": None}


async def test_one_that_hangs_does_not_hold_up_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(unix_siblings, "TIMEOUT_SECONDS", 0.05)
    with passable_directory() as directory:
        silent, over = directory / "silent.sock", asyncio.Event()

        async def hang(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await over.wait()
            writer.close()

        async with (
            await asyncio.start_unix_server(hang, silent),
            serve_to_siblings(directory / "worker.sock", lambda: "well"),
        ):
            told = await ask_siblings(directory / "api.sock")
            over.set()

    assert told == {"silent": None, "worker": "well"}


async def test_one_that_starts_again_takes_its_place_again() -> None:
    with passable_directory() as directory:
        place = directory / "worker.sock"
        for told in ("first", "second"):
            async with serve_to_siblings(place, lambda told=told: told):  # type: ignore[misc]  # bound now, not at the end of the loop
                assert await ask_siblings(directory / "api.sock") == {"worker": told}
