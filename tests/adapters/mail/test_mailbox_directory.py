"""The mailbox directory: newest mails first, readable by its owner alone."""

from pathlib import Path

import pytest

from adapters.mail.mailbox_directory import MAX_MAILS, MailboxDirectory
from application.mail.mail import Mail

pytestmark = pytest.mark.anyio


async def test_a_new_mailbox_is_empty(tmp_path: Path) -> None:
    assert await MailboxDirectory(tmp_path / "mailbox").newest() == []


async def test_mails_are_shown_as_they_were_sent_the_newest_in_front(tmp_path: Path) -> None:
    box = MailboxDirectory(tmp_path / "mailbox")
    for number in range(3):
        await box.send(Mail("ada@example.com", f"Nr. {number}", f"Grüße {number}\n"))

    mails = await MailboxDirectory(tmp_path / "mailbox").newest()

    assert [mail.subject for mail in mails] == ["Nr. 2", "Nr. 1", "Nr. 0"]
    assert (mails[0].to, mails[0].text) == ("ada@example.com", "Grüße 2\n")


async def test_old_mails_make_room(tmp_path: Path) -> None:
    box = MailboxDirectory(tmp_path / "mailbox")
    for number in range(MAX_MAILS + 2):
        await box.send(Mail("ada@example.com", str(number), "."))

    assert [mail.subject for mail in await box.newest()] == [
        str(number) for number in reversed(range(2, MAX_MAILS + 2))
    ]


async def test_mails_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    await MailboxDirectory(tmp_path / "mailbox").send(Mail("a@b.c", "s", "t"))

    assert (tmp_path / "mailbox").stat().st_mode & 0o077 == 0


async def test_a_subject_never_becomes_a_header(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="linefeed"):
        await MailboxDirectory(tmp_path / "mailbox").send(Mail("a@b.c", "s\r\nBcc: x@y.z", "t"))
