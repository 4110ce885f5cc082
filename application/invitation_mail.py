"""The job that mails an invitation.

It is enqueued before the invitation is recorded (``application/invitations.py``), and waits for it:
an invitation that never comes was refused.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final, Protocol

from application.jobs import Arguments
from application.mail import Mail, Mailer

INVITATION: Final = "mail-invitation"
AWAITED: Final = timedelta(hours=1)
SUBJECT: Final = "You are invited to {organisation} on Forge"
TEXT: Final = """You are invited to join the organisation {organisation} on Forge as {role}.

To accept, log in with this address within a week:

{base}/v1/auth/login

If you do not know what this is about, ignore this mail.
"""


class NotRecordedYet(Exception):
    """The invitation is not in the read model, yet or for good."""


class Invited(Protocol):
    @property
    def email(self) -> str: ...

    @property
    def organisation(self) -> str: ...

    @property
    def role(self) -> str: ...


FindInvitation = Callable[[str, str], Awaitable[Invited | None]]
"""From an organisation's id and an invitation's to what the mail says."""


class InvitationMail:
    def __init__(self, find: FindInvitation, mailer: Mailer, clock: Callable[[], datetime]) -> None:
        self._find = find
        self._mailer = mailer
        self._clock = clock

    async def __call__(self, arguments: Arguments) -> None:
        invited = await self._find(arguments["organisation"], arguments["invitation"])
        if invited is None:
            self._give_up_or_wait(datetime.fromisoformat(arguments["asked_at"]))
            return
        said = {"organisation": _in_one_line(invited.organisation), "role": invited.role}
        text = TEXT.format(base=arguments["base"], **said)
        await self._mailer.send(Mail(invited.email, SUBJECT.format(**said), text))

    def _give_up_or_wait(self, asked_at: datetime) -> None:
        if self._clock() - asked_at < AWAITED:
            raise NotRecordedYet


def _in_one_line(name: str) -> str:
    """Return a name as a subject can hold it."""
    return " ".join(name.split())
