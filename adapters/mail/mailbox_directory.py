"""Local mailbox in the data directory, for a service without a mail server.

A Maildir, so that any mail program can open it; only the account that Forge runs as may read it.
"""

import asyncio
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from mailbox import Maildir
from pathlib import Path
from typing import Final

import structlog

from adapters.mail.message import to_email_message
from application.mail.mail import Mail, ReceivedMail

SENDER: Final = "Forge <forge@localhost>"
_log = structlog.get_logger(__name__)

MAX_MAILS: Final = 50
"""The newest mails are kept, up to this number."""
STAMP: Final = re.compile(r"(\d+)\.M(\d+)")


class MailboxDirectory:
    """Implements ``application.mail.Mailer`` and ``application.mail.mail.Mailbox``."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    async def send(self, mail: Mail) -> None:
        await asyncio.to_thread(self._add, mail)

    async def newest(self) -> Sequence[ReceivedMail]:
        return await asyncio.to_thread(self._newest)

    def _add(self, mail: Mail) -> None:
        box = Maildir(self._directory, create=True)  # created for our account alone
        box.add(to_email_message(mail, SENDER))
        for key in self._keys(box)[MAX_MAILS:]:
            box.discard(key)
        _log.info("mail kept", subject=mail.subject, shown_at="/dev/mailbox")

    def _newest(self) -> Sequence[ReceivedMail]:
        if not all((self._directory / part).is_dir() for part in ("tmp", "new", "cur")):
            return []
        box = Maildir(self._directory, create=False)
        return [_to_received_mail(key, box.get_bytes(key)) for key in self._keys(box)]

    def _keys(self, box: Maildir) -> list[str]:
        """Return the keys of all mails, newest first."""
        return sorted(box.keys(), key=_added_at, reverse=True)


def _added_at(key: str) -> datetime:
    """Read the time from a Maildir key: ``<seconds>.M<microseconds>P...``."""
    stamp = STAMP.match(key)
    if stamp is None:  # written by another program
        return datetime.min.replace(tzinfo=UTC)
    return datetime.fromtimestamp(int(stamp[1]), UTC) + timedelta(microseconds=int(stamp[2]))


def _to_received_mail(key: str, raw: bytes) -> ReceivedMail:
    message = message_from_bytes(raw, policy=default)
    body = message.get_body(("plain",))
    return ReceivedMail(
        id=key,
        to=str(message["To"]),
        subject=str(message["Subject"]),
        text="" if body is None else body.get_content(),
        received_at=_added_at(key),
    )
