"""Public events of notes: never their text."""

from typing import Final

from domain.notes.events import NoteWritten

from application.feed.public_events.event_type import Data, PublicType, public_type
from domain.identity.scopes import Scope


class NoteData(Data, frozen=True, kw_only=True):
    note_id: str


def written(key: str, _: NoteWritten) -> NoteData:
    return NoteData(note_id=key)


TYPES: Final[tuple[PublicType, ...]] = (
    public_type("note.written", Scope.DOCUMENTS, NoteWritten, written),
)
