"""Diffs of two builds, row by row at one position, under load."""

from collections.abc import Sequence
from typing import Final, LiteralString

import pytest

from projections.admin.diff import Difference, Differences
from projections.admin.operations import NoSuchBuild, NotReady, Operations
from projections.engine.projection import Projection
from tests.support.projections.tallies import TALLIES, keep_writing, operator, process, write
from tests.support.servers.databases import Database
from tests.support.waiting import eventually

pytestmark = pytest.mark.anyio

NAME: Final = TALLIES.name
FALSIFIED: Final[Sequence[LiteralString]] = (
    "UPDATE models.tallies_2 SET events = 7 WHERE id = (SELECT min(id) FROM models.tallies_2)",
    "DELETE FROM models.tallies_2 WHERE id = (SELECT max(id) FROM models.tallies_2)",
    "INSERT INTO models.tallies_2 VALUES ('nobody', 1)",
)
NEWER: Final = TALLIES._replace(
    shape=2,
    ddl="CREATE TABLE {tallies} (id text PRIMARY KEY, events bigint NOT NULL, colour text)",
    note="colour is new",
)


async def test_two_of_one_shape_are_the_same_under_steady_writes(database: Database) -> None:
    operations = Operations(database.app, [TALLIES])
    async with process(database.app, TALLIES) as backend:
        differences = Differences(operations, backend.kernel.log, database.app)
        await backend.kernel.models[NAME].reach(await write(backend, 200), within=5)
        with pytest.raises(NoSuchBuild):
            await differences.of(NAME)
        await operations.rebuild(NAME, held=True)
        await eventually(lambda: _caught_up(operations))
        async with keep_writing(backend):
            found = [await differences.of(NAME) for _ in range(5)]

    positions = [difference.position for difference in found]
    assert positions == sorted(positions)
    for difference in found:
        [table] = difference.tables
        assert difference.clean, table
        assert table.live_rows == table.other_rows == difference.position


async def test_every_kind_of_difference_is_counted_and_shown(database: Database) -> None:
    difference = await _falsified(database, TALLIES)
    [table] = difference.tables

    assert not difference.clean
    assert (table.only_live, table.only_other, table.different) == (1, 1, 1)
    assert (difference.live, difference.other, table.uncompared) == (1, 2, [])
    changed = [sample for sample in table.samples if sample.live and sample.other]
    assert [(sample.live, sample.other) for sample in changed] == [({"events": 1}, {"events": 7})]
    gone = [sample for sample in table.samples if not sample.live]
    assert [sample.key for sample in gone] == [{"id": "nobody"}]


async def test_one_far_behind_is_not_compared_yet(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("projections.admin.diff.MAX_EVENTS_BEHIND", 10)
    operations = Operations(database.app, [TALLIES])
    async with process(database.app, TALLIES) as backend:
        await backend.kernel.models[NAME].reach(await write(backend, 20), within=5)
    await operations.rebuild(NAME, held=True)
    async with process(database.app, TALLIES, projecting=False) as backend:
        with pytest.raises(NotReady, match="20 events behind"):
            await Differences(operations, backend.kernel.log, database.app).of(NAME)


async def test_a_new_shape_is_compared_in_what_both_have_beside_its_note(
    database: Database,
) -> None:
    async with process(database.app, TALLIES) as backend:
        await backend.kernel.models[NAME].reach(await write(backend, 5), within=5)
    operations = Operations(database.app, [NEWER])
    await operations.rebuild(NAME, held=True)
    async with process(database.app, NEWER) as backend:
        await eventually(lambda: _caught_up(operations))
        difference = await Differences(operations, backend.kernel.log, database.app).of(NAME)

    [table] = difference.tables
    assert difference.clean
    assert (difference.note, table.uncompared) == ("colour is new", ["colour"])


async def _falsified(database: Database, projection: Projection) -> Difference:
    operations = Operations(database.app, [projection])
    async with process(database.app, projection) as backend, operator(database) as looker:
        await backend.kernel.models[NAME].reach(await write(backend, 20), within=5)
        await operations.rebuild(NAME, held=True)
        await eventually(lambda: _caught_up(operations))
        for statement in FALSIFIED:
            await looker.execute(statement)
        return await Differences(operations, backend.kernel.log, database.app).of(NAME)


async def _caught_up(operations: Operations) -> bool:
    [model] = await operations.report()
    return not model.builds[-1].lag
