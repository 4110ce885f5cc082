"""``/api/v1/utilities``: operations on JSON, described and run (seed 002)."""

from functools import cache, partial
from typing import Final

import msgspec
from litestar import Controller, get, post
from litestar.params import FromPath

from api.auth.caller import caller_of, origin_of
from api.auth.guard import needs
from api.http.idempotency import StoredHttpResponse, idempotent, stored_json
from api.http.request_body import parse_in_thread, read_body
from api.http.response import JSON, Response, encode, json_response
from api.json_api.documents.bodies import body_limit
from api.json_api.pipelines.utility_bodies import (
    UtilitiesAnswer,
    UtilityAnswer,
    UtilityBody,
    UtilityDescription,
    UtilityRunAnswer,
    utility_request,
)
from api.openapi.documented import COMMON_ERRORS, IDEMPOTENCY_KEY, documented
from api.request import AnyRequest
from application.eventstore.idempotency import IdempotencyStore, IdempotentRequest
from application.pipelines.utility_runs import CREDITS, UtilityRuns
from domain.identity.scopes import Scope
from domain.pipelines.utilities.catalogue import UTILITIES, utility

EXAMPLE: Final = {
    "inputs": {"primary": {"customer_name": "  Ada Lovelace  "}},
    "config": {"trimWhitespace": True},
}
ANSWER_EXAMPLE: Final = {
    "success": True,
    "output": {"customer_name": "Ada Lovelace"},
    "durationMs": 12,
    "creditsUsed": 1,
}


class UtilitiesController(Controller):
    path = "/utilities"
    tags = ("Utilities",)
    opt = needs(Scope.UTILITIES)

    runs: UtilityRuns
    answers: IdempotencyStore

    @get(operation_id="listUtilities", **documented(answer=UtilitiesAnswer, errors=COMMON_ERRORS))
    async def listing(self) -> Response:
        """List all utilities with their inputs, configuration and an example each."""
        return Response(_listing(), JSON)

    @get(
        "/{utility_id:str}",
        operation_id="getUtility",
        **documented(answer=UtilityAnswer, errors=(*COMMON_ERRORS, 404)),
    )
    async def one(self, utility_id: FromPath[str]) -> Response:
        """Get one utility with the JSON Schema of its configuration."""
        return json_response(UtilityAnswer(utility=UtilityDescription.of(utility(utility_id))))

    @post(
        "/{utility_id:str}",
        operation_id="runUtility",
        **documented(
            request=UtilityBody,
            request_example=EXAMPLE,
            answer=UtilityRunAnswer,
            answer_example=ANSWER_EXAMPLE,
            answer_headers=("X-Forge-Position",),
            headers=(IDEMPOTENCY_KEY,),
            errors=(*COMMON_ERRORS, 400, 404, 408, 409, 413, 422),
            codes={400: ("INVALID_JSON", "INVALID_INPUT", "INVALID_CONFIG")},
        ),
    )
    async def run(self, request: AnyRequest, utility_id: FromPath[str]) -> Response:
        """Run a utility. A successful run costs a credit; a failed one costs nothing."""
        chosen, caller = utility(utility_id), caller_of(request)
        raw = await read_body(request, body_limit(caller.allowance))
        parse = partial(
            utility_request, utility=chosen, allowance=caller.allowance, by=origin_of(request)
        )
        run_request = await parse_in_thread(parse, raw)
        answers: list[StoredHttpResponse] = []

        async def execute(once: IdempotentRequest | None) -> Response:
            run = await self.runs.run(run_request)
            answer = UtilityRunAnswer(
                output=msgspec.Raw(run.output),
                duration_ms=round(run.milliseconds, 2),
                credits_used=CREDITS,
            )
            answers.append(stored_json(answer))
            written = await self.runs.pay(run, once)
            return answers[-1].response(written.position)

        return await idempotent(request, raw, self.answers, lambda _: answers[-1], execute)


@cache
def _listing() -> bytes:
    return encode(UtilitiesAnswer(utilities=[*map(UtilityDescription.of, UTILITIES.values())]))
