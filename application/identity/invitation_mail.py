"""Job: mails an invitation, read from the organisation's own stream.

It is enqueued before the invitation is recorded, so that no invitation lacks its mail; one that was
refused, withdrawn or answered in the meantime needs none.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from application.eventstore.envelope import RecordedEvent
from application.eventstore.event_store import EventLog
from application.identity.organisations import ORGANISATION
from application.jobs.jobs import Arguments
from application.mail.mail import Mail, Mailer
from domain.identity.events import (
    InvitationAccepted,
    InvitationWithdrawn,
    MemberInvited,
    OrganisationCreated,
)

INVITATION: Final = "mail-invitation"
SUBJECT: Final = "You are invited to {organisation} on Forge"
TEXT: Final = """You are invited to join the organisation {organisation} on Forge as {role}.

To accept, log in with this address within a week:

{base}/v1/auth/login

If you do not know what this is about, ignore this mail.
"""


class OpenInvitation(NamedTuple):
    """An unanswered invitation and the name of its organisation."""

    organisation: str
    invitation: MemberInvited


class InvitationMail:
    def __init__(self, log: EventLog, mailer: Mailer, clock: Callable[[], datetime]) -> None:
        self._log = log
        self._mailer = mailer
        self._clock = clock

    async def __call__(self, arguments: Arguments) -> None:
        records = await self._log.read(ORGANISATION.stream(arguments["organisation"]))
        invited = _open_invitation(records, arguments["invitation"])
        if invited is None or invited.invitation.expires_at <= self._clock():
            return
        organisation = _in_one_line(invited.organisation)
        role = invited.invitation.role.value
        text = TEXT.format(organisation=organisation, role=role, base=arguments["base"])
        subject = SUBJECT.format(organisation=organisation)
        await self._mailer.send(Mail(invited.invitation.email, subject, text))


def _open_invitation(records: Sequence[RecordedEvent], invitation_id: str) -> OpenInvitation | None:
    """Return an invitation if it is unanswered, with the organisation's name."""
    name, invitation = "", None
    for record in records:
        match record.event:
            case OrganisationCreated(name=created):
                name = created
            case MemberInvited(invitation_id=sent) as event if sent == invitation_id:
                invitation = event
            case (
                InvitationAccepted(invitation_id=answered)
                | InvitationWithdrawn(invitation_id=answered)
            ) if answered == invitation_id:
                invitation = None
    return None if invitation is None else OpenInvitation(name, invitation)


def _in_one_line(name: str) -> str:
    """Replace line breaks: the subject of a mail is one line."""
    return " ".join(name.split())
