"""Every route there is and the scope it needs: a route without an entry fails a test."""

from typing import Final

from domain.identity.scopes import Scope
from tests.support.documents import DOCUMENTS

ONE: Final = f"{DOCUMENTS}/{{document_id:str}}"
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
ANY_KEY: Final = (("GET", "/events"), ("GET", "/events/types"))
"""Every key is let in, and shown what its scopes allow."""
PUBLIC: Final = (
    ("GET", "/livez"),
    ("GET", "/readyz"),
    ("GET", "/openapi.json"),
    ("GET", "/api/v1/openapi.json"),
    *(("GET", f"/docs{file}") for file in ("", "/reference.css", "/reference.js", "/schemas.js")),
)
FILLED: Final = {
    "{document_id:str}": "0" * 32,
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
