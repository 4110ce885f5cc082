"""``/audit``: what was recorded of a document, a key or an organisation (wire.md, operate)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, cast

import msgspec
from litestar import Controller, Request, Router, get
from litestar.params import FromPath

from api.answer import Answer, answer
from api.caller import admission, caller_of
from api.equip import equip
from api.openapi.documented import BEARER, documented
from api.reads import MOST, asked, page_size, whole_number
from api.services import Services
from application.audit import Audit
from application.events import AnyEvent
from application.recorded import Recorded
from domain.identity.scopes import Scope
from domain.refusals import Invalid


class InvalidPaging(Invalid):
    code = "INVALID_PAGING"
    message = f"after takes a version, limit a whole number from 1 to {MOST}."


class AuditQuery(msgspec.Struct):
    after: Annotated[int, msgspec.Meta(ge=0, description="Only later versions.")] = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=MOST)] = 50


class Actor(msgspec.Struct, frozen=True):
    """``kind`` is key, user or system."""

    kind: str
    id: str


class AuditEvent(msgspec.Struct, frozen=True, rename="camel"):
    position: int
    version: int
    type: str
    recorded_at: datetime
    actor: Actor
    request_id: str
    causation_id: str | None
    data: AnyEvent


class AuditAnswer(msgspec.Struct, frozen=True):
    """``next`` is the ``after`` that goes on from here, ``null`` at the end."""

    events: Sequence[AuditEvent]
    next: int | None


class AuditController(Controller):
    path = "/"
    tags = ("Audit",)
    opt = {"needs": Scope.AUDIT}  # noqa: RUF012 - Litestar reads it off the class

    audit: Audit

    @get(
        "/{kind:str}/{key:str}",
        operation_id="auditHistory",
        **documented(
            query=AuditQuery,
            answer=AuditAnswer,
            errors=(400, 401, 403, 404, 421, 429, 500, 503),
        ),
    )
    async def history(
        self, request: Request[Any, Any, Any], kind: FromPath[str], key: FromPath[str]
    ) -> Answer:
        """List who did what, when and from which request, oldest first."""
        start = whole_number(asked(request, "after") or "0", InvalidPaging)
        most = page_size(request, InvalidPaging)
        org_id = caller_of(request).org_id
        records = await self.audit.history(org_id, kind, key, after=start, limit=most + 1)
        following = records[most - 1].version if len(records) > most else None
        return answer(AuditAnswer([_told(record) for record in records[:most]], following))


def audit(services: Services) -> Router:
    controller = equip(AuditController, audit=services.audit)
    admit = admission(services.authenticator)
    return Router("/audit", route_handlers=[controller], before_request=admit, security=BEARER)


def _told(record: Recorded) -> AuditEvent:
    kind, _, actor_id = record.origin.actor.partition(":")
    causation = record.origin.causation_id
    return AuditEvent(
        position=record.position,
        version=record.version,
        type=record.event.stored_name(),
        recorded_at=record.recorded_at,
        actor=Actor(kind, actor_id),
        request_id=record.origin.correlation_id,
        causation_id=None if causation is None else str(causation),
        data=cast("AnyEvent", record.event),
    )
