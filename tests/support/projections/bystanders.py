"""Read models beside the tallies, and the notices that tell readers of them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final, LiteralString, NamedTuple

from psycopg import AsyncConnection

from application.eventstore.event_store import Append
from domain.content import Content
from domain.documents.events import DocumentCreated, DocumentTrashed, Label, VersionAdded
from projections.engine.projection import Projection
from scripts.composition.backend import Backend
from tests.support.domain.records import history
from tests.support.projections.tallies import COUNT, TALLIES, fold
from tests.support.servers.databases import Database


def bystander(name: LiteralString) -> Projection:
    """Return a read model that counts documents moved to the trash, and takes no other event."""
    count = COUNT.replace("tallies", name)
    return TALLIES._replace(
        name=name,
        tables=(name,),
        ddl="CREATE TABLE {" + name + "} (id text PRIMARY KEY, events bigint NOT NULL)",
        indexes="",
        takes=frozenset({DocumentTrashed}),
        fold=lambda records: [written._replace(sql=count) for written in fold(records)],
    )


LEFT: Final = bystander("left_one")
RIGHT: Final = bystander("right_one")
MODELS: Final = (TALLIES, LEFT, RIGHT)
CONTENT: Final = Content(digest="5e" * 32, size=2)
CREATED: Final = DocumentCreated(label=Label(name="customers"), folder_id=None, content=CONTENT)


class Notice(NamedTuple):
    """A position, and the read models that have reached it."""

    position: int
    models: frozenset[str]


class Notices:
    """Notices of read models on a connection that listens."""

    def __init__(self, connection: AsyncConnection[Any]) -> None:
        self._connection = connection

    async def until(self, position: int, *models: str) -> list[Notice]:
        """Return all up to the one by which the last of the models has reached a position."""
        missing, heard = set(models), list[Notice]()
        async for notice in self._connection.notifies(timeout=5):
            reached, *names = notice.payload.split(" ")
            heard.append(Notice(int(reached), frozenset(names)))
            if int(reached) >= position:
                missing -= {*names}
            if not missing:
                return heard
        raise TimeoutError(f"{missing} not at {position}: {heard}")


@asynccontextmanager
async def notices(database: Database) -> AsyncIterator[Notices]:
    """Listen to what readers are told of read models."""
    async with await AsyncConnection.connect(database.app, autocommit=True) as connection:
        await connection.execute("LISTEN forge_read_models")
        yield Notices(connection)


async def append(writer: Backend, events: int) -> int:
    """Store events of a new document in one batch; return the last position."""
    key = writer.kernel.new_key()
    more = [VersionAdded(number=number, content=CONTENT) for number in range(2, events + 1)]
    records = history(f"document-{key}", CREATED, *more)
    return (await writer.kernel.log.append(Append(records=tuple(records))))[-1].position


async def all_stored(backend: Backend, position: int) -> bool:
    """Say whether the row of every build has a position."""
    [(least,)] = await backend.kernel.select("SELECT min(position) FROM projections", ())
    return bool(least == position)
