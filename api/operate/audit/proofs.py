"""Proofs for auditors: exports, and the record held against itself (wire.md, operate)."""

from collections.abc import AsyncGenerator
from typing import Any, Final

from litestar import Controller, get
from litestar.params import FromPath

from api.auth.caller import caller_of
from api.auth.guard import needs
from api.http.response import Response, json_response
from api.openapi.documented import COMMON_ERRORS, documented
from api.operate.audit.file_stream import NDJSON, FileStream
from api.request import AnyRequest
from application.audit.audit import Audit
from application.audit.export import Chosen
from application.audit.export_format import AnyLine
from application.audit.proofs import Proofs
from application.audit.verification import Report
from domain.identity.scopes import Scope

EXPORTED: Final[dict[str, Any]] = {
    "answer": AnyLine,
    "media_type": NDJSON,
    "answer_headers": ("Content-Disposition",),
}
BUSY: Final = {503: ("VERIFICATION_TOO_LONG", "ALREADY_VERIFYING")}


class ProofController(Controller):
    path = "/"
    tags = ("Audit",)
    opt = needs(Scope.AUDIT)

    audit: Audit
    proofs: Proofs

    @get("/export", operation_id="auditExport", **documented(**EXPORTED, errors=COMMON_ERRORS))
    async def export(self, request: AnyRequest) -> FileStream:
        """Download the organisation's events with proofs, one JSON object a line.

        Verify it anywhere with the public key: `forge audit verify --offline`. Personal text is in
        it only sealed.
        """
        org_id = caller_of(request).org_id
        return await _begun(self.proofs.export(Chosen(org_id=org_id)), "audit.ndjson")

    @get(
        "/{kind:str}/{key:str}/export",
        operation_id="auditStreamExport",
        **documented(**EXPORTED, errors=(404, *COMMON_ERRORS)),
    )
    async def stream(
        self, request: AnyRequest, kind: FromPath[str], key: FromPath[str]
    ) -> FileStream:
        """Download one stream's events with proofs, one JSON object a line."""
        stream = await self.audit.stream(caller_of(request).org_id, kind, key)
        return await _begun(self.proofs.export(Chosen(stream=stream)), "audit.ndjson")

    @get(
        "/{kind:str}/{key:str}/verify",
        operation_id="auditVerifyStream",
        **documented(answer=Report, errors=(404, *COMMON_ERRORS), codes={503: (BUSY[503][0],)}),
    )
    async def verify(
        self, request: AnyRequest, kind: FromPath[str], key: FromPath[str]
    ) -> Response:
        """Hold one stream against its chain and the checkpoints that cover it."""
        stream = await self.audit.stream(caller_of(request).org_id, kind, key)
        return json_response(await self.proofs.verify_stream(stream))


class RecordController(Controller):
    path = "/verify"
    tags = ("Audit",)
    opt = needs(Scope.OPS)

    proofs: Proofs

    @get(
        "/",
        operation_id="auditVerify",
        **documented(answer=Report, errors=COMMON_ERRORS, codes=BUSY),
    )
    async def verify(self) -> Response:
        """Hold the whole record against itself: every event, every chain, every checkpoint.

        Once at a time, and for 30 seconds at most; the command line takes as long as it needs.
        """
        return json_response(await self.proofs.verify_log())


async def _begun(lines: AsyncGenerator[bytes, None], name: str) -> FileStream:
    """Make the first line before the answer begins: what cannot begin is refused as usual."""
    return FileStream(await anext(lines), lines, name)
