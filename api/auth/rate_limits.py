"""Which rates a request counts against, by what its surface says of itself (wire.md, plans)."""

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
"""By the name under which a router, or a route of it, is ``limited``."""
CLOSED: Final = frozenset({AI_DRAFTS})
"""What nobody may use while nobody counts (wire.md, rate limits)."""


async def count(request: AnyRequest, caller: Caller, limited: str, limits: Limits) -> None:
    """Count a request, and leave how its caller stands for the edge to tell."""
    state = request.scope["state"]
    try:
        counted = limits.require if limited in CLOSED else limits.admit
        state["standing"] = await counted(USES[limited](caller))
    except Exceeded as exceeded:
        state["standing"] = exceeded.standing
        raise
