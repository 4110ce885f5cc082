"""What can happen to a folder. Stored forever: add events, never rename a tag."""

from typing import TypeAlias

from domain.messages import Event
from domain.text import Personal, Public


class FolderCreated(Event, frozen=True, tag="folder.created"):
    """``path`` is whole, from the root, its names parted by ``/``."""

    path: Personal
    parent_id: Public | None


FolderEvent: TypeAlias = FolderCreated
