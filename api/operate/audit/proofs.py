"""Proofs for auditors: exports, and verification of the log (wire.md, operate)."""

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
from application.audit.export import ExportScope
from application.audit.export_format import AnyLine
from application.audit.proofs import Proofs
from application.audit.verification import Report
from domain.identity.scopes import Scope

EXPORT_ANSWER: Final[dict[str, Any]] = {
    "answer": AnyLine,
    "media_type": NDJSON,
    "answer_headers": ("Content-Disposition",),
}
BUSY_CODES: Final = {503: ("VERIFICATION_TOO_LONG", "ALREADY_VERIFYING")}


class ProofController(Controller):
    path = "/"
    tags = ("Audit",)
    opt = needs(Scope.AUDIT)

    audit: Audit
    proofs: Proofs

    @get("/export", operation_id="auditExport", **documented(**EXPORT_ANSWER, errors=COMMON_ERRORS))
    async def export(self, request: AnyRequest) -> FileStream:
        """Download the organisation's events with proofs, one JSON object a line.

        Verify it anywhere with the public key: `forge audit verify --offline`. Personal data in it
        is encrypted.
        """
        org_id = caller_of(request).org_id
        return await _file_stream(self.proofs.export(ExportScope(org_id=org_id)), "audit.ndjson")

    @get(
        "/{kind:str}/{key:str}/export",
        operation_id="auditStreamExport",
        **documented(**EXPORT_ANSWER, errors=(404, *COMMON_ERRORS)),
    )
    async def stream(
        self, request: AnyRequest, kind: FromPath[str], key: FromPath[str]
    ) -> FileStream:
        """Download one stream's events with proofs, one JSON object a line."""
        stream = await self.audit.stream(caller_of(request).org_id, kind, key)
        return await _file_stream(self.proofs.export(ExportScope(stream=stream)), "audit.ndjson")

    @get(
        "/{kind:str}/{key:str}/verify",
        operation_id="auditVerifyStream",
        **documented(
            answer=Report, errors=(404, *COMMON_ERRORS), codes={503: (BUSY_CODES[503][0],)}
        ),
    )
    async def verify(
        self, request: AnyRequest, kind: FromPath[str], key: FromPath[str]
    ) -> Response:
        """Verify one stream: its hash chain, and the checkpoints that cover it."""
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
        **documented(answer=Report, errors=COMMON_ERRORS, codes=BUSY_CODES),
    )
    async def verify(self) -> Response:
        """Verify the whole log: every event, every hash chain, every checkpoint.

        One verification at a time, for 30 seconds at most; the command line has no limit.
        """
        return json_response(await self.proofs.verify_log())


async def _file_stream(lines: AsyncGenerator[bytes, None], name: str) -> FileStream:
    """Make the first line before the response starts, so that an error still has a status."""
    return FileStream(await anext(lines), lines, name)
