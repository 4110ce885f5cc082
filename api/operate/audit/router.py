"""``/audit``: what was recorded, of every kind of stream there is (wire.md, operate)."""

from typing import Final

from litestar import Controller, Router, get
from litestar.params import FromPath

from api.auth.caller import caller_of
from api.auth.guard import guard, needs
from api.http.inject import with_dependencies
from api.http.response import Response, json_response
from api.http.shared_services import SharedServices
from api.openapi.documented import BEARER, COMMON_ERRORS, documented
from api.operate.audit.proofs import ProofController, RecordController
from api.operate.audit.query import (
    AuditQuery,
    StateDiffQuery,
    StateQuery,
    as_of_position,
    diff_positions,
    event_filter,
)
from api.operate.audit.responses import (
    AuditAnswer,
    StateAnswer,
    StateDiffAnswer,
    audit_event,
    diff_answer,
    state_answer,
)
from api.operate.services import OperateServices
from api.request import AnyRequest
from application.audit.audit import Audit
from domain.identity.scopes import Scope

ONE: Final = "/{kind:str}/{key:str}"
ERRORS: Final = (400, 404, *COMMON_ERRORS)


class AuditController(Controller):
    path = "/"
    tags = ("Audit",)
    opt = needs(Scope.AUDIT)

    audit: Audit

    @get(
        ONE,
        operation_id="auditHistory",
        **documented(
            query=AuditQuery,
            answer=AuditAnswer,
            errors=ERRORS,
            codes={400: ("INVALID_PAGING", "INVALID_MOMENT", "INVALID_PARAMETER")},
        ),
    )
    async def history(
        self, request: AnyRequest, kind: FromPath[str], key: FromPath[str]
    ) -> Response:
        """List who did what, when and in which request, oldest first.

        A page may be short, or empty, while `next` says that more follow.
        """
        org_id = caller_of(request).org_id
        events = await event_filter(request, self.audit)
        records, next_version = await self.audit.history(org_id, kind, key, events)
        names = await self.audit.names(org_id, records)
        return json_response(
            AuditAnswer([audit_event(record, names) for record in records], next_version)
        )

    @get(
        f"{ONE}/state",
        operation_id="auditState",
        **documented(
            query=StateQuery,
            answer=StateAnswer,
            errors=ERRORS,
            codes={400: ("INVALID_AS_OF", "INVALID_PARAMETER")},
        ),
    )
    async def state(self, request: AnyRequest, kind: FromPath[str], key: FromPath[str]) -> Response:
        """Get the state as of a time or position."""
        position = await as_of_position(request, self.audit)
        org_id = caller_of(request).org_id
        return json_response(state_answer(await self.audit.state(org_id, kind, key, position)))

    @get(
        f"{ONE}/diff",
        operation_id="auditDiff",
        **documented(
            query=StateDiffQuery,
            answer=StateDiffAnswer,
            errors=ERRORS,
            codes={400: ("INVALID_MOMENT", "INVALID_PARAMETER")},
        ),
    )
    async def diff(self, request: AnyRequest, kind: FromPath[str], key: FromPath[str]) -> Response:
        """Compare two states: the JSON Patch (RFC 6902) from one to the other."""
        positions = await diff_positions(request, self.audit)
        org_id = caller_of(request).org_id
        return json_response(diff_answer(await self.audit.diff(org_id, kind, key, positions)))


def audit_router(services: OperateServices, shared: SharedServices) -> Router:
    controllers = [
        with_dependencies(AuditController, audit=services.audit),
        with_dependencies(ProofController, audit=services.audit, proofs=services.proofs),
        with_dependencies(RecordController, proofs=services.proofs),
    ]
    admit = guard(shared.authenticator)
    return Router("/audit", route_handlers=controllers, before_request=admit, security=BEARER)
