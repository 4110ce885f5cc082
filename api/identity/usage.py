"""``GET /v1/usage``: this month's use of the organisation's quotas, and their limits."""

from collections.abc import Callable
from datetime import datetime

import msgspec
from litestar import Controller, get

from api.auth.caller import caller_of
from api.auth.guard import Need, needs
from api.http.query_params import require_position
from api.http.response import Response, json_response
from api.openapi.documented import COMMON_ERRORS, MIN_POSITION, documented
from api.request import AnyRequest
from application.eventstore.read_your_writes import ReadYourWrites
from domain.billing.ledger import month_bounds, month_of
from projections.billing.ledgers import LEDGERS, LedgerQueries


class Period(msgspec.Struct, frozen=True):
    """A calendar month, UTC: from ``start`` until just before ``end``."""

    start: datetime
    end: datetime


class Share(msgspec.Struct, frozen=True):
    """A quota; ``limit`` and ``remaining`` are null where there is no limit."""

    limit: int | None
    used: int
    remaining: int | None


class DocumentShare(msgspec.Struct, frozen=True, rename="camel"):
    max_bytes: int


class UsageAnswer(msgspec.Struct, frozen=True):
    plan: str
    period: Period
    credits: Share
    generations: Share
    documents: DocumentShare


class UsageController(Controller):
    path = "/usage"
    tags = ("Account",)
    opt = needs(Need.ANY_CALLER)

    balances: LedgerQueries
    read_your_writes: ReadYourWrites
    clock: Callable[[], datetime]

    @get(
        operation_id="usage",
        **documented(
            answer=UsageAnswer,
            headers=(MIN_POSITION,),
            errors=(400, 409, *COMMON_ERRORS),
        ),
    )
    async def usage(self, request: AnyRequest) -> Response:
        """Get what the organisation has used this month, and the limits of its plan."""
        await require_position(request, self.read_your_writes, LEDGERS.name)
        caller, now = caller_of(request), self.clock()
        used = await self.balances.balance(caller.org_id, month_of(now))
        allowance = caller.allowance
        return json_response(
            UsageAnswer(
                plan=caller.plan.value,
                period=Period(*month_bounds(now)),
                credits=_share(allowance.credits_a_month, used.credits),
                generations=_share(allowance.generations_a_month, used.generations),
                documents=DocumentShare(allowance.document_bytes),
            )
        )


def _share(limit: int | None, used: int) -> Share:
    """Return a quota; nothing remains where a change of plan has put the limit below use."""
    return Share(limit, used, None if limit is None else max(0, limit - used))
