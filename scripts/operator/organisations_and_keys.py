"""``forge orgs`` and ``forge keys``, and the rows they print."""

import re
from datetime import UTC, datetime, timedelta

from application.identity.api_keys import KeyRequest
from domain.identity.events import KeyRotated
from domain.identity.organisations import LOCAL, OrganisationExists
from domain.identity.plans import Plan, plan_named
from domain.identity.scopes import scopes_named
from domain.refusals import Conflict
from projections.identity.api_keys import API_KEYS
from projections.identity.organisations import ORGANISATIONS
from scripts.composition.backend import Backend
from scripts.operator.backend_session import ACTOR, by_operator, new_request_id, wait_visible
from scripts.terminal.printing import Row


async def create_organisation(backend: Backend, name: str, plan: str) -> str:
    """Create an organisation and return its id; raises ``OrganisationExists``."""
    if await backend.contexts.identity.organisations.find_by_name(name) is not None:
        raise OrganisationExists
    org_id, written = await backend.contexts.identity.organisations.create(
        name, plan_named(plan), ACTOR, new_request_id()
    )
    await wait_visible(backend, written.position, [ORGANISATIONS.name])
    return org_id


async def change_plan(backend: Backend, name: str, plan: str) -> None:
    written = await backend.contexts.identity.organisations.change_plan(
        name, plan_named(plan), ACTOR, new_request_id()
    )
    await wait_visible(backend, written.position, [ORGANISATIONS.name])


async def organisations(backend: Backend) -> list[Row]:
    return [
        {"id": org.id, "name": org.name, "plan": org.plan, "createdAt": _from_ms(org.created_at)}
        for org in await backend.contexts.identity.organisation_queries.all()
    ]


def key_request(name: str, scopes: str, expires_at: datetime | None) -> KeyRequest:
    """Parse the options of ``forge keys create``; commas or spaces separate scopes."""
    named = scopes_named(re.findall(r"[^,\s]+", scopes))
    utc = expires_at.replace(tzinfo=UTC) if expires_at else None
    return KeyRequest(name=name, scopes=named, expires_at=utc)


async def issue(backend: Backend, org: str, request: KeyRequest) -> Row:
    """Issue a key and wait until it is valid; return its text and metadata."""
    org_id = await _organisation(backend, org)
    issued = await backend.contexts.identity.api_keys.issue(request, by_operator(org_id))
    await wait_visible(backend, issued.written.position, [ORGANISATIONS.name, API_KEYS.name])
    scopes = sorted(scope.value for scope in request.scopes)
    return {"id": issued.key_id, "key": issued.text, "org": org, "scopes": scopes}


async def keys(backend: Backend, org: str | None) -> list[Row]:
    return [
        {
            "id": key.id,
            "org": key.org,
            "name": key.name,
            "last4": key.last4,
            "scopes": list(key.scopes),
            "active": key.active,
            "createdAt": _from_ms(key.created_at),
            "expiresAt": iso(key.expires_at),
            "lastUsedAt": iso(key.last_used_at),
        }
        for key in await backend.contexts.identity.api_key_queries.all(org)
    ]


async def rotate(backend: Backend, key_id: str, overlap: int) -> Row:
    """Replace the text of a key and wait until the new text is valid."""
    by = by_operator(await backend.contexts.identity.api_keys.owner_of(key_id))
    rotated = await backend.contexts.identity.api_keys.rotate(
        key_id, timedelta(seconds=overlap), by
    )
    await wait_visible(backend, rotated.written.position, [API_KEYS.name])
    [record] = rotated.written.records
    event = record.event
    assert isinstance(event, KeyRotated)  # noqa: S101 - the event that a rotation records
    return {"id": key_id, "key": rotated.text, "previousUntil": iso(event.ends_at)}


async def revoke(backend: Backend, key_id: str) -> None:
    by = by_operator(await backend.contexts.identity.api_keys.owner_of(key_id))
    written = await backend.contexts.llm.credentials.revoke_key(key_id, by)
    await wait_visible(backend, written.position, [API_KEYS.name])


async def _organisation(backend: Backend, org: str) -> str:
    """Return the id of an organisation; create it if it does not exist."""
    organisations = backend.contexts.identity.organisations
    if (org_id := await organisations.find_by_name(org)) is not None:
        return org_id
    plan = Plan.LOCAL if org == LOCAL else Plan.STARTER
    try:
        return (await organisations.create(org, plan, ACTOR, new_request_id()))[0]
    except Conflict:  # a concurrent command created it
        return await organisations.find_by_name(org) or org


def _from_ms(milliseconds: int) -> str:
    return iso(datetime.fromtimestamp(milliseconds / 1000, UTC)) or ""


def iso(time: datetime | None) -> str | None:
    if time is None:
        return None
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
