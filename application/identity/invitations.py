"""Use cases for invitations: send one with its mail, accept one."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from application.eventstore.envelope import Origin, RecordedEvent
from application.eventstore.idempotency import IdempotentRequest
from application.eventstore.transactions import Written
from application.identity.invitation_mail import INVITATION
from application.identity.logins import MembershipQueries
from application.identity.memberships import Memberships
from application.jobs.jobs import Jobs
from domain.identity.membership import InvitationNotFound
from domain.identity.roles import Role

MAIL_DELAY: Final = timedelta(minutes=1)
"""The mail job waits so long for the invitation to be recorded."""


class NewMembership(NamedTuple):
    """The organisation that a user has joined."""

    org_id: str
    written: Written


class Invitations:
    def __init__(
        self,
        memberships: Memberships,
        membership_queries: MembershipQueries,
        jobs: Jobs,
        clock: Callable[[], datetime],
        new_key: Callable[[], str],
    ) -> None:
        self._memberships = memberships
        self._membership_queries = membership_queries
        self._jobs = jobs
        self._clock = clock
        self._new_key = new_key

    async def send(
        self, email: str, role: Role, base: str, by: Origin, once: IdempotentRequest | None = None
    ) -> RecordedEvent:
        """Invite an address to ``by.org_id``; return the recorded event.

        The mail is enqueued first: its job runs within a minute even if this process ends.
        """
        invitation_id, now = self._new_key(), self._clock()
        job_id = f"{INVITATION}-{invitation_id}"
        arguments = {"organisation": by.org_id, "invitation": invitation_id, "base": base}
        await self._jobs.enqueue(job_id, INVITATION, arguments, now + MAIL_DELAY)
        written = await self._memberships.invite(invitation_id, email, role, by, once)
        await self._jobs.hasten(job_id, now)
        [recorded] = written.records
        return recorded

    async def accept(
        self, invitation_id: str, email: str, user_id: str, request_id: str
    ) -> NewMembership:
        """Join the organisation that invited this address; raises ``InvitationNotFound``."""
        received = await self._membership_queries.invitations_to(email)
        for each in received:
            if each.id == invitation_id:
                org_id = each.organisation_id
                by = Origin(actor=f"user:{user_id}", org_id=org_id, correlation_id=request_id)
                written = await self._memberships.accept(invitation_id, user_id, by)
                return NewMembership(org_id, written)
        raise InvitationNotFound
