"""Port: texts outside the log. They are written by appends only; see ``Append.texts``."""

import hmac
from typing import NamedTuple, Protocol

from application.eventstore.event_store import Text
from domain.content import Content


class Contents(Protocol):
    async def get(self, org_id: str, owner: str, digest: str) -> bytes | None:
        """Return a text to the byte; ``None`` when it was erased, or is another organisation's."""
        ...


class Salted(NamedTuple):
    """A text about to be stored: what events say of it, and the row it becomes."""

    content: Content
    salt: bytes
    data: bytes

    def owned_by(self, org_id: str, owner: str) -> Text:
        return Text(org_id, owner, self.content.digest, self.salt, self.data)


def salted(data: bytes, salt: bytes) -> Salted:
    digest = hmac.digest(salt, data, "sha256").hex()
    return Salted(Content(digest, len(data)), salt, data)
