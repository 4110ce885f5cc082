"""A mail server on loopback that stores mails, or refuses them as scripted."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.waiting import eventually

TAKEN = "250 OK"


class MailServer:
    """``answer`` is what it says to each mail."""

    def __init__(self) -> None:
        self.answer = TAKEN
        self.mails: list[EmailMessage] = []
        self.attempts = 0
        self.port = 0

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        self.attempts += 1
        if self.answer == TAKEN:
            content = cast("bytes", envelope.content)
            self.mails.append(cast("Any", message_from_bytes(content, policy=default)))
        return self.answer

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.mails if mail["To"] == address]

    async def newest_to(self, address: str, *, count: int = 1) -> str:
        """Return the text of the newest mail to an address, once it has so many."""

        async def there() -> bool:
            return len(self.to(address)) >= count

        await eventually(there)
        text: str = self.to(address)[-1].get_content()
        return text


@asynccontextmanager
async def mail_server() -> AsyncIterator[MailServer]:
    """Serve in the test's own loop."""
    handler, loop = MailServer(), asyncio.get_running_loop()
    serving = await loop.create_server(
        lambda: SMTP(handler, hostname="mail.test", loop=loop), "127.0.0.1", 0
    )
    async with serving:
        handler.port = serving.sockets[0].getsockname()[1]
        yield handler
