"""Ports of mail: sending it, and the local mailbox; counts mails by outcome."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from application.telemetry.instruments import Counter


class Mail(msgspec.Struct, frozen=True):
    """A plain-text mail to one address."""

    to: str
    subject: str
    text: str


class MailRefused(Exception):
    """The mail server refused this mail for good: there is no point in another attempt."""


class Mailer(Protocol):
    async def send(self, mail: Mail) -> None:
        """Send a mail; raises ``MailRefused``, or any other error for a later attempt."""
        ...


class CountedMailer:
    """Counts mails by outcome, and drops those that were refused for good."""

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


class ReceivedMail(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    to: str
    subject: str
    text: str
    received_at: datetime


class Mailbox(Protocol):
    async def newest(self) -> Sequence[ReceivedMail]:
        """Return the stored mails, newest first."""
        ...
