"""Folders: created when a document is first written to them, in the transaction that writes it."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Final, NamedTuple

from application.eventstore.decider import Decider
from application.eventstore.envelope import Origin
from application.eventstore.event_store import Claims
from application.eventstore.transaction import Transaction
from domain.documents.folder import CreateFolder, Folder, checked_path, decide, evolve, lineage

FOLDER: Final = Decider("folder", Folder, decide, evolve)
KIND: Final = "folder.path"
MAX_CACHED: Final = 10_000


class NewFolder(NamedTuple):
    """A folder that does not exist yet."""

    id: str
    path: str
    parent_id: str | None


class FolderPlace(NamedTuple):
    """A folder's id, ``None`` for the root, and the folders to create on the way to it."""

    folder_id: str | None
    missing: tuple[NewFolder, ...] = ()

    def create_missing(self, tx: Transaction) -> None:
        """Create the folders on the way; raises ``ValueTaken`` after a concurrent one."""
        for folder in self.missing:
            command = CreateFolder(path=folder.path, parent_id=folder.parent_id)
            tx.begin(FOLDER, folder.id, command)
            tx.claim(KIND, tx.by.org_id, folder.path, folder.id)


ROOT: Final = FolderPlace(None)


class FolderPaths:
    """Finds the ids of folders by path; they are cached, since no folder is renamed or removed."""

    def __init__(self, claims: Claims, new_key: Callable[[], str]) -> None:
        self._claims = claims
        self._new_key = new_key
        self._cache: OrderedDict[tuple[str, str], str] = OrderedDict()

    async def place(self, path: str | None, by: Origin) -> FolderPlace:
        """Find a folder by its path; ``None`` is the root. Raises ``Invalid`` for no path."""
        if path is None:
            return ROOT
        if cached := self._cache.get((by.org_id, path)):
            return FolderPlace(cached)
        paths = lineage(checked_path(path))
        existing = await self._claims.holders(KIND, by.org_id, paths)
        for each, folder_id in existing.items():
            self._remember(by.org_id, each, folder_id)
        return self._with_missing(paths, dict(existing))

    def _with_missing(self, paths: list[str], ids: dict[str, str]) -> FolderPlace:
        parent_id, missing = None, list[NewFolder]()
        for path in paths:
            if path not in ids:
                ids[path] = self._new_key()
                missing.append(NewFolder(ids[path], path, parent_id))
            parent_id = ids[path]
        return FolderPlace(parent_id, tuple(missing))

    def _remember(self, org_id: str, path: str, folder_id: str) -> None:
        self._cache[org_id, path] = folder_id
        if len(self._cache) > MAX_CACHED:
            self._cache.popitem(last=False)
