"""Port: mails kept to be read here, where no mail server is configured."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec


class Received(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    to: str
    subject: str
    text: str
    received_at: datetime


class Mailbox(Protocol):
    async def newest(self) -> Sequence[Received]:
        """Return the mails kept, the newest in front."""
        ...
