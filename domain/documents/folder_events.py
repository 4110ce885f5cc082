"""Events of folders. Stored forever: add events, never rename a tag."""

from typing import TypeAlias

from domain.messages import Event
from domain.text import Personal, Public


class FolderCreated(Event, frozen=True, tag="folder.created"):
    """A folder was created; ``path`` is absolute, its names separated by ``/``."""

    path: Personal
    parent_id: Public | None


FolderEvent: TypeAlias = FolderCreated
