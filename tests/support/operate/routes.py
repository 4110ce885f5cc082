"""Routes of auditors and operators: audit, feed, projections, health, metrics, API documents."""

from typing import Final

from api.auth.guard import Need
from domain.identity.scopes import Scope
from tests.support.registries.route_part import Open, RoutePart

STREAM: Final = "/audit/{kind:str}/{key:str}"
PROJECTION: Final = "/ops/projections/{name:str}"
DECISIONS: Final = (
    *("rebuild", "pause", "resume", "retry", "skip", "switch", "rollback", "drop", "cancel"),
)
STATIC: Final = ("", "/reference.css", "/reference.js", "/schemas.js")

PART: Final = RoutePart(
    needs={
        ("GET", "/events"): Need.ANY_CALLER,
        ("GET", "/events/types"): Need.ANY_CALLER,
        ("GET", STREAM): Scope.AUDIT,
        ("GET", f"{STREAM}/state"): Scope.AUDIT,
        ("GET", f"{STREAM}/diff"): Scope.AUDIT,
        ("GET", f"{STREAM}/verify"): Scope.AUDIT,
        ("GET", f"{STREAM}/export"): Scope.AUDIT,
        ("GET", "/audit/export"): Scope.AUDIT,
        ("GET", "/audit/verify"): Scope.OPS,
        ("GET", "/metrics"): Scope.OPS,
        ("GET", "/ops/projections"): Scope.OPS,
        ("GET", f"{PROJECTION}/failure"): Scope.OPS,
        ("GET", f"{PROJECTION}/diff"): Scope.OPS,
        ("GET", f"{PROJECTION}/progress"): Scope.OPS,
        **{("POST", f"{PROJECTION}/{decision}"): Scope.OPS for decision in DECISIONS},
        ("GET", "/livez"): Open.PUBLIC,
        ("GET", "/readyz"): Open.PUBLIC,
        ("GET", "/openapi.json"): Open.PUBLIC,
        ("GET", "/v1/openapi.json"): Open.PUBLIC,
        ("GET", "/api/openapi.json"): Open.PUBLIC,
        ("GET", "/api/openapi.yaml"): Open.PUBLIC,
        ("GET", "/api/v1/openapi.json"): Open.PUBLIC,
        **{("GET", f"/docs{file}"): Open.PUBLIC for file in STATIC},
    },
    values={"{kind:str}": "documents", "{name:str}": "nothing"},
)
