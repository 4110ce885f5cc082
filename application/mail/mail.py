"""Port: mail to people."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from application.telemetry.instruments import Counter


class Mail(msgspec.Struct, frozen=True):
    """A plain text, to one address."""

    to: str
    subject: str
    text: str


class MailRefused(Exception):
    """The mail server will never take this mail: another attempt would be in vain."""


class Mailer(Protocol):
    async def send(self, mail: Mail) -> None:
        """Hand a mail over; raises ``MailRefused``, or anything else for a later attempt."""
        ...


class CountedMailer:
    """Counts what became of mails, and lets those go that were refused for good."""

    def __init__(self, mailer: Mailer, mails: Counter) -> None:
        self._mailer = mailer
        self._mails = mails

    async def send(self, mail: Mail) -> None:
        try:
            await self._mailer.send(mail)
        except MailRefused:
            self._mails.add("refused")
        except Exception:
            self._mails.add("failed")
            raise
        else:
            self._mails.add("sent")


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
