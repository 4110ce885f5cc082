"""The rates that requests count against, by the name in their route's ``opt`` (wire.md, plans)."""

from collections.abc import Callable, Mapping
from typing import Final

from api.auth.caller import Caller
from api.request import AnyRequest
from application.limits.rate_limits import Exceeded, Limits, Use

JSON_API: Final = "json_api"
GENERATIONS: Final = "generations"
AI_DRAFTS: Final = "ai_drafts"

USES: Final[Mapping[str, Callable[[Caller], Use]]] = {
    JSON_API: lambda caller: Use(f"json_api.{caller.plan.value}", caller.actor),
    AI_DRAFTS: lambda caller: Use(f"json_api.{caller.plan.value}", caller.actor),
    GENERATIONS: lambda caller: Use(f"generations.{caller.plan.value}", caller.org_id),
}
"""By the value of ``limited`` in the ``opt`` of a router or controller."""
FAIL_CLOSED: Final = frozenset({AI_DRAFTS})
"""Routes that are refused while the limiter is unavailable (wire.md, rate limits)."""


async def count(request: AnyRequest, caller: Caller, limited: str, limits: Limits) -> None:
    """Count a request; the edge sends the rate limit's status as headers. Raises ``Exceeded``."""
    state = request.scope["state"]
    try:
        counted = limits.require if limited in FAIL_CLOSED else limits.admit
        state["rate_limit_status"] = await counted(USES[limited](caller))
    except Exceeded as exceeded:
        state["rate_limit_status"] = exceeded.status
        raise
