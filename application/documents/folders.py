"""Folders are made when they are first written to, together with what is written to them."""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from typing import Final, NamedTuple

from application.eventstore.command_handler import CommandHandler
from application.eventstore.decider import Decider
from application.eventstore.envelope import Origin, RecordedEvent
from application.eventstore.event_store import Claim, Claims
from domain.documents.folder import CreateFolder, Folder, checked_path, decide, evolve, lineage
from domain.documents.folder_events import FolderEvent

FOLDER: Final = Decider("folder", Folder, decide, evolve)
KIND: Final = "folder.path"
MAX_CACHED: Final = 10_000


class Placed(NamedTuple):
    """A folder's id, and what has to be recorded for it to exist."""

    folder_id: str | None
    records: tuple[RecordedEvent, ...] = ()
    claims: tuple[Claim, ...] = ()


class FolderPaths:
    """Paths to folder ids. A folder is never renamed nor removed, so ids are remembered."""

    def __init__(self, streams: CommandHandler, claims: Claims, new_key: Callable[[], str]) -> None:
        self._streams = streams
        self._claims = claims
        self._new_key = new_key
        self._known: OrderedDict[tuple[str, str], str] = OrderedDict()

    async def place(self, path: str | None, by: Origin) -> Placed:
        """Find a folder and, where it or a parent is missing, what creates them.

        ``None`` is the root. Raises ``Invalid`` for what is no path. Somebody else may create the
        same folder first: the append then raises ``ValueTaken``, and the caller places it again.
        """
        if path is None:
            return Placed(None)
        if known := self._known.get((by.org_id, path)):
            return Placed(known)
        paths = lineage(checked_path(path))
        found = await self._claims.holders(KIND, by.org_id, paths)
        for known_path, folder_id in found.items():
            self._remember(by.org_id, known_path, folder_id)
        return self._missing(paths, dict(found), by)

    def _missing(self, paths: list[str], ids: dict[str, str], by: Origin) -> Placed:
        now, parent_id = self._streams.clock(), None
        records, claims = list[RecordedEvent](), list[Claim]()
        for path in paths:
            if path not in ids:
                ids[path] = self._new_key()
                records += self._created(
                    ids[path], CreateFolder(path=path, parent_id=parent_id), by, now
                )
                claims.append(Claim(KIND, by.org_id, path, ids[path]))
            parent_id = ids[path]
        return Placed(parent_id, tuple(records), tuple(claims))

    def _created(
        self, key: str, command: CreateFolder, by: Origin, now: datetime
    ) -> list[RecordedEvent]:
        events: list[FolderEvent] = list(decide(None, command, now))
        stream = FOLDER.stream(key)
        return [self._streams.envelope(stream, 1, event, by, now) for event in events]

    def _remember(self, org_id: str, path: str, folder_id: str) -> None:
        self._known[org_id, path] = folder_id
        if len(self._known) > MAX_CACHED:
            self._known.popitem(last=False)
