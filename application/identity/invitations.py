"""Use cases for invitations: a membership in the offing, the mail that says so, and joining."""

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

RECORDED_BY_THEN: Final = timedelta(minutes=1)


class Joined(NamedTuple):
    org_id: str
    written: Written


class Invitations:
    def __init__(
        self,
        memberships: Memberships,
        belongings: MembershipQueries,
        jobs: Jobs,
        clock: Callable[[], datetime],
        new_key: Callable[[], str],
    ) -> None:
        self._memberships = memberships
        self._belongings = belongings
        self._jobs = jobs
        self._clock = clock
        self._new_key = new_key

    async def send(
        self, email: str, role: Role, base: str, by: Origin, once: IdempotentRequest | None = None
    ) -> RecordedEvent:
        """Invite an address to ``by.org_id``; returns what was recorded of it.

        The mail is asked for first: no invitation is without one for longer than a minute, whatever
        dies in between.
        """
        invitation_id, now = self._new_key(), self._clock()
        job_id = f"{INVITATION}-{invitation_id}"
        arguments = {"organisation": by.org_id, "invitation": invitation_id, "base": base}
        await self._jobs.enqueue(job_id, INVITATION, arguments, now + RECORDED_BY_THEN)
        written = await self._memberships.invite(invitation_id, email, role, by, once)
        await self._jobs.hasten(job_id, now)
        [recorded] = written.records
        return recorded

    async def accept(self, invitation_id: str, email: str, user_id: str, request_id: str) -> Joined:
        """Join whoever sent an invitation to this address; raises ``InvitationNotFound``."""
        received = await self._belongings.invitations_to(email)
        for each in received:
            if each.id == invitation_id:
                org_id = each.organisation_id
                by = Origin(actor=f"user:{user_id}", org_id=org_id, correlation_id=request_id)
                written = await self._memberships.accept(invitation_id, user_id, by)
                return Joined(org_id, written)
        raise InvitationNotFound
