"""First start: creates the organisation of local mode and its first key."""

from typing import Final

from application.eventstore.envelope import Origin
from application.eventstore.read_your_writes import ReadYourWrites
from application.identity.api_keys import KeyRequest
from domain.identity.organisations import LOCAL
from domain.identity.plans import Plan
from domain.identity.scopes import Scope
from domain.refusals import Conflict
from projections.identity.api_keys import API_KEYS
from projections.identity.organisations import ORGANISATIONS
from scripts.composition.backend import Backend

ACTOR: Final = "system:start"
FIRST_KEY: Final = KeyRequest(name="first key", scopes=frozenset({Scope.ALL}))


async def create_local_organisation(backend: Backend) -> bool:
    """Create the local organisation; return whether this call has created it."""
    organisations = backend.contexts.identity.organisations
    if await organisations.find_by_name(LOCAL) is not None:
        return False
    try:
        await organisations.create(LOCAL, Plan.LOCAL, ACTOR, "start")
    except Conflict:  # another process that starts at the same time was first
        return False
    return True


async def create_first_key(backend: Backend) -> str | None:
    """Return the text of the first key, or ``None`` if the local organisation exists already."""
    if not await create_local_organisation(backend):
        return None
    by = Origin(actor=ACTOR, org_id=LOCAL, correlation_id="start")
    issued = await backend.contexts.identity.api_keys.issue(FIRST_KEY, by)
    await wait_visible(backend.kernel.read_your_writes, issued.written.position)
    return issued.text


async def wait_visible(visibility: ReadYourWrites, position: int) -> bool:
    """Wait until authentication sees a position; return whether it does before the timeout."""
    return all([await visibility.wait_visible(position, m.name) for m in (ORGANISATIONS, API_KEYS)])
