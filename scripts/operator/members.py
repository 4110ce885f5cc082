"""``forge orgs invite`` and ``members``, and the rows they print."""

from domain.identity.events import MemberInvited
from domain.identity.organisations import OrganisationNotFound
from domain.identity.roles import Role
from projections.identity.members import MEMBERS
from scripts.composition.backend import Backend
from scripts.operator.backend_session import by_operator, wait_visible
from scripts.operator.organisations_and_keys import iso
from scripts.terminal.printing import Row


async def invite(backend: Backend, name: str, email: str, role: str, url: str) -> Row:
    by = by_operator(await _organisation(backend, name))
    recorded = await backend.contexts.identity.invitations.send(
        email, Role(role), url.rstrip("/"), by
    )
    await wait_visible(backend, recorded.position, [MEMBERS.name])
    event = recorded.event
    assert isinstance(event, MemberInvited)  # noqa: S101 - the event that an invitation records
    return {
        "id": event.invitation_id,
        "email": event.email,
        "role": role,
        "expiresAt": iso(event.expires_at),
    }


async def members(backend: Backend, name: str) -> list[Row]:
    rows = await backend.contexts.identity.member_queries.of_organisation(
        await _organisation(backend, name)
    )
    return [
        {
            "userId": member.user_id,
            "email": member.email,
            "role": member.role.value,
            "joinedAt": iso(member.joined_at),
        }
        for member in rows
    ]


async def _organisation(backend: Backend, name: str) -> str:
    if (org_id := await backend.contexts.identity.organisations.find_by_name(name)) is None:
        raise OrganisationNotFound
    return org_id
