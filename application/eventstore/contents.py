"""Port: content store, for texts outside the log; appends write to it (``Append.texts``)."""

import hmac
from typing import NamedTuple, Protocol

from application.eventstore.event_store import Text
from domain.content import Content


class Contents(Protocol):
    async def get(self, org_id: str, owner: str, digest: str) -> bytes | None:
        """Return a text to the byte; ``None`` when it was erased, or is another organisation's."""
        ...


class Salted(NamedTuple):
    """A salted text to store: ``content``, digest and size, goes into events."""

    content: Content
    salt: bytes
    data: bytes

    def owned_by(self, org_id: str, owner: str) -> Text:
        return Text(org_id, owner, self.content.digest, self.salt, self.data)


def salted(data: bytes, salt: bytes) -> Salted:
    """Return a text under its salted digest: HMAC-SHA256, hex."""
    digest = hmac.digest(salt, data, "sha256").hex()
    return Salted(Content(digest, len(data)), salt, data)
