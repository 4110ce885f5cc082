"""A mailbox in the data directory, for a service on one's own machine that has no mail server.

A Maildir, so that any mail program opens it; only the account that Forge runs as can.
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

from adapters.mail.message import message_of
from application.mail.mail import Mail, Received

SENDER: Final = "Forge <forge@localhost>"
_log = structlog.get_logger(__name__)

MAX_MAILS: Final = 50
"""Mails kept: the newest."""
STAMP: Final = re.compile(r"(\d+)\.M(\d+)")


class MailboxDirectory:
    """Implements ``application.mail.Mailer`` and ``application.mail.mail.Mailbox``."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    async def send(self, mail: Mail) -> None:
        await asyncio.to_thread(self._add, mail)

    async def newest(self) -> Sequence[Received]:
        return await asyncio.to_thread(self._newest)

    def _add(self, mail: Mail) -> None:
        box = Maildir(self._directory, create=True)  # for our account alone, if it makes it
        box.add(message_of(mail, SENDER))
        for key in self._keys(box)[MAX_MAILS:]:
            box.discard(key)
        _log.info("mail kept", subject=mail.subject, shown_at="/dev/mailbox")

    def _newest(self) -> Sequence[Received]:
        if not all((self._directory / part).is_dir() for part in ("tmp", "new", "cur")):
            return []
        box = Maildir(self._directory, create=False)
        return [_received(key, box.get_bytes(key)) for key in self._keys(box)]

    def _keys(self, box: Maildir) -> list[str]:
        """Return the keys of all mails, the newest in front."""
        return sorted(box.keys(), key=_added_at, reverse=True)


def _added_at(key: str) -> datetime:
    """Read when a mail was added from what Maildir calls it: ``<seconds>.M<microseconds>P...``."""
    stamp = STAMP.match(key)
    if stamp is None:  # somebody else's
        return datetime.min.replace(tzinfo=UTC)
    return datetime.fromtimestamp(int(stamp[1]), UTC) + timedelta(microseconds=int(stamp[2]))


def _received(key: str, raw: bytes) -> Received:
    message = message_from_bytes(raw, policy=default)
    body = message.get_body(("plain",))
    return Received(
        id=key,
        to=str(message["To"]),
        subject=str(message["Subject"]),
        text="" if body is None else body.get_content(),
        received_at=_added_at(key),
    )
