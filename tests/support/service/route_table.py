"""Every route there is and the scope it needs: a route without an entry fails a test."""

from typing import Final

from api.auth.guard import Need
from domain.identity.scopes import Scope
from tests.support.json_api.documents import DOCUMENTS
from tests.support.json_api.pipelines import PIPELINES
from tests.support.json_api.utilities import UTILITIES

ONE: Final = f"{DOCUMENTS}/{{document_id:str}}"
UTILITY: Final = f"{UTILITIES}/{{utility_id:str}}"
PIPELINE: Final = f"{PIPELINES}/{{pipeline_id:str}}"
RUN: Final = f"{PIPELINE}/runs/{{run_id:str}}"
GENERATIONS: Final = "/v1/generations"
GENERATION: Final = f"{GENERATIONS}/{{generation_id:str}}"
AUDITED: Final = "/audit/{kind:str}/{key:str}"
MODEL: Final = "/ops/projections/{name:str}"
DECISIONS: Final = (
    *("rebuild", "pause", "resume", "retry", "skip", "switch", "rollback", "drop", "cancel"),
)
NEEDS: Final = {
    ("GET", DOCUMENTS): Scope.DOCUMENTS,
    ("POST", DOCUMENTS): Scope.DOCUMENTS,
    ("GET", ONE): Scope.DOCUMENTS,
    ("PUT", ONE): Scope.DOCUMENTS,
    ("DELETE", ONE): Scope.DOCUMENTS,
    ("POST", f"{ONE}/purge"): Scope.DOCUMENTS,
    ("POST", f"{ONE}/restore"): Scope.DOCUMENTS,
    ("GET", f"{ONE}/content"): Scope.DOCUMENTS,
    ("PUT", f"{ONE}/content"): Scope.DOCUMENTS,
    ("GET", f"{ONE}/versions"): Scope.DOCUMENTS,
    ("GET", f"{ONE}/versions/{{number:str}}"): Scope.DOCUMENTS,
    ("GET", f"{ONE}/versions/{{number:str}}/content"): Scope.DOCUMENTS,
    ("GET", f"{ONE}/diff"): Scope.DOCUMENTS,
    ("GET", "/api/v1/folders"): Scope.DOCUMENTS,
    ("GET", UTILITIES): Scope.UTILITIES,
    ("GET", UTILITY): Scope.UTILITIES,
    ("POST", UTILITY): Scope.UTILITIES,
    ("POST", "/api/v1/ai/pipeline-draft"): Scope.PIPELINES,
    ("GET", PIPELINES): Scope.PIPELINES,
    ("POST", PIPELINES): Scope.PIPELINES,
    ("GET", PIPELINE): Scope.PIPELINES,
    ("PUT", PIPELINE): Scope.PIPELINES,
    ("DELETE", PIPELINE): Scope.PIPELINES,
    ("POST", f"{PIPELINE}/run"): Scope.PIPELINES,
    ("GET", f"{PIPELINE}/runs"): Scope.PIPELINES,
    ("GET", RUN): Scope.PIPELINES,
    ("GET", f"{RUN}/output"): Scope.PIPELINES,
    ("GET", "/v1/artifacts"): Scope.GENERATIONS,
    ("GET", GENERATIONS): Scope.GENERATIONS,
    ("POST", GENERATIONS): Scope.GENERATIONS,
    ("POST", f"{GENERATIONS}/stream"): Scope.GENERATIONS,
    ("GET", GENERATION): Scope.GENERATIONS,
    ("GET", f"{GENERATION}/events"): Scope.GENERATIONS,
    ("GET", f"{GENERATION}/download"): Scope.GENERATIONS,
    ("GET", f"{GENERATION}/archive"): Scope.GENERATIONS,
    ("GET", AUDITED): Scope.AUDIT,
    ("GET", f"{AUDITED}/state"): Scope.AUDIT,
    ("GET", f"{AUDITED}/diff"): Scope.AUDIT,
    ("GET", f"{AUDITED}/verify"): Scope.AUDIT,
    ("GET", f"{AUDITED}/export"): Scope.AUDIT,
    ("GET", "/audit/export"): Scope.AUDIT,
    ("GET", "/audit/verify"): Scope.OPS,
    ("GET", "/metrics"): Scope.OPS,
    ("GET", "/ops/projections"): Scope.OPS,
    ("GET", f"{MODEL}/failure"): Scope.OPS,
    ("GET", f"{MODEL}/diff"): Scope.OPS,
    ("GET", f"{MODEL}/progress"): Scope.OPS,
    **{("POST", f"{MODEL}/{decision}"): Scope.OPS for decision in DECISIONS},
}
ANY_CALLER: Final = (
    *(("GET", path) for path in ("/events", "/events/types", "/v1/me", "/v1/usage")),
)
"""Everybody is let in, and shown what their scopes allow."""
SESSIONS: Final = {
    ("POST", "/v1/auth/logout"): Need.SESSION,
    ("GET", "/v1/auth/sessions"): Need.SESSION,
    ("DELETE", "/v1/auth/sessions/{session_id:str}"): Need.SESSION,
    ("POST", "/v1/auth/organisation"): Need.SESSION,
    ("GET", "/v1/keys"): Need.ADMIN,
    ("POST", "/v1/keys"): Need.ADMIN,
    ("DELETE", "/v1/keys/{key_id:str}"): Need.ADMIN,
    ("POST", "/v1/keys/{key_id:str}/rotate"): Need.ADMIN,
    ("PUT", "/v1/keys/{key_id:str}/credential"): Need.ADMIN,
    ("DELETE", "/v1/keys/{key_id:str}/credential"): Need.ADMIN,
    ("GET", "/v1/members"): Need.SESSION,
    ("PATCH", "/v1/members/{user_id:str}"): Need.SESSION,
    ("DELETE", "/v1/members/{user_id:str}"): Need.SESSION,
    ("GET", "/v1/invitations"): Need.ADMIN,
    ("POST", "/v1/invitations"): Need.ADMIN,
    ("DELETE", "/v1/invitations/{invitation_id:str}"): Need.ADMIN,
    ("POST", "/v1/invitations/{invitation_id:str}/accept"): Need.SESSION,
}
"""Users in a login session alone are let in, some only as owners or admins."""
PUBLIC: Final = (
    ("GET", "/livez"),
    ("GET", "/readyz"),
    ("GET", "/openapi.json"),
    ("GET", "/v1/openapi.json"),
    ("GET", "/api/openapi.json"),
    ("GET", "/api/openapi.yaml"),
    ("GET", "/v1/auth/login"),
    ("GET", "/v1/auth/magic-link/verify"),
    ("GET", "/api/v1/openapi.json"),
    *(("GET", f"/docs{file}") for file in ("", "/reference.css", "/reference.js", "/schemas.js")),
)
LOGGING_IN: Final = (
    ("POST", "/v1/auth/magic-link"),
    ("POST", "/v1/auth/magic-link/verify"),
    ("GET", "/api/auth/github/login"),
    ("GET", "/api/auth/github/callback"),
    ("POST", "/api/auth/github/device"),
    ("POST", "/api/auth/github/device/token"),
)
"""Nobody is known yet; what they check, the tests of log-ins say."""
FILLED: Final = {
    "{document_id:str}": "0" * 32,
    "{generation_id:str}": "0" * 32,
    "{pipeline_id:str}": "0" * 32,
    "{run_id:str}": "0" * 32,
    "{session_id:str}": "0" * 32,
    "{key_id:str}": "0" * 32,
    "{user_id:str}": "0" * 32,
    "{invitation_id:str}": "0" * 32,
    "{utility_id:str}": "schema.nothing",
    "{number:str}": "1",
    "{kind:str}": "documents",
    "{key:str}": "0" * 32,
    "{name:str}": "nothing",
}


def filled(path: str) -> str:
    """Put values that name nothing in the places of a path."""
    for place, value in FILLED.items():
        path = path.replace(place, value)
    return path
