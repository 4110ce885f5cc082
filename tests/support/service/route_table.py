"""The authorisation table: every route of the service and what it needs, from all contexts."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from api.auth.guard import Need
from domain.identity.scopes import Scope
from tests.support.registries.discovery import merged, parts
from tests.support.registries.route_part import NO_ID, Open, Route, RoutePart

PARTS: Final = parts("routes", RoutePart).values()
TABLE: Final = merged(part.needs for part in PARTS)
VALUES: Final = merged(part.values for part in PARTS)
PLACEHOLDER: Final = re.compile(r"\{\w+:str\}")

NEEDS: Final[Mapping[Route, Scope]] = {
    route: need for route, need in TABLE.items() if isinstance(need, Scope)
}
"""Routes for keys and sessions with a scope."""
SESSIONS: Final[Mapping[Route, Need]] = {
    route: need for route, need in TABLE.items() if need in (Need.SESSION, Need.ADMIN)
}
"""Routes for users in a login session alone, some only for owners and admins."""
ANY_CALLER: Final = [route for route, need in TABLE.items() if need is Need.ANY_CALLER]
"""Routes for every caller, which show what the caller's scopes allow."""
PUBLIC: Final = [route for route, need in TABLE.items() if need is Open.PUBLIC]
LOG_IN: Final = [route for route, need in TABLE.items() if need is Open.LOG_IN]


def fill_path(path: str) -> str:
    """Put values that name nothing in the places of a path."""
    return PLACEHOLDER.sub(lambda place: VALUES.get(place[0], NO_ID), path)


def documented_routes(routes: Iterable[Route]) -> set[Route]:
    """Write routes as the API documents do: ``{key_id}``, not ``{key_id:str}``."""
    return {(method, path.replace(":str}", "}")) for method, path in routes}
