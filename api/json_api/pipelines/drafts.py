"""``POST /api/v1/ai/pipeline-draft``: drafts a pipeline from an intent and a sample (seed 002)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
from litestar import Controller, post

from api.auth.caller import caller_of, origin_of
from api.auth.guard import needs
from api.auth.rate_limits import AI_DRAFTS
from api.http.idempotency import StoredHttpResponse, idempotent, stored_json
from api.http.request_body import decode, read_body
from api.http.response import Response
from api.json_api.documents.responses import Success
from api.openapi.documented import COMMON_ERRORS, IDEMPOTENCY_KEY, documented
from api.request import AnyRequest
from application.eventstore.idempotency import IdempotencyStore, IdempotentRequest
from application.pipelines.drafts import ChargedDraft, DraftQuota, DraftRequest, Drafts
from domain.identity.scopes import Scope
from domain.pipelines.drafting.draft import MAX_SAMPLE, graph_of_steps
from domain.pipelines.graph import Graph

MAX_BODY: Final = 6 * MAX_SAMPLE + 64 * 1024
EXAMPLE: Final = {
    "intent": "Clean each customer record: trim the name, lowercase the email, and drop null"
    " fields.",
    "sampleInput": '[{"name":"  Ada  ","email":"ADA@EXAMPLE.COM","note":null}]',
    "model": "forge-rules",
}
CODES: Final = {
    400: (
        *("INVALID_JSON", "INVALID_MODEL", "INVALID_CONFIG", "EMPTY_DRAFT", "UNKNOWN_UTILITY"),
        *("SEMANTIC_MISMATCH", "STEP_LIMIT_EXCEEDED"),
    ),
    403: ("FORBIDDEN", "USER_KEY_BROKEN", "AI_DRAFT_BYO_REQUIRED"),
    408: ("TIMEOUT",),
    413: ("INPUT_TOO_LARGE",),
    429: ("RATE_LIMITED", "DAILY_QUOTA_EXCEEDED"),
    502: ("MODEL_FAILURE",),
    503: ("PLATFORM_AT_CAPACITY", "LIMITER_UNAVAILABLE"),
}


class DraftBody(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True
):
    """``AIDraftRequest`` of the seed."""

    intent: str
    sample_input: str
    model: str | None = None


class StepAnswer(msgspec.Struct, frozen=True, rename="camel"):
    utility_id: str
    config: Mapping[str, Any]


class PlanAnswer(msgspec.Struct, frozen=True):
    steps: Sequence[StepAnswer]
    explanation: str


class DraftAnswer(Success, frozen=True, kw_only=True, rename="camel"):
    """``AIDraftResponse`` of the seed; ``pipeline`` can be imported unchanged."""

    draft: PlanAnswer
    pipeline: Graph
    explanation: str
    remaining: int
    nearing_limit: bool


class DraftsController(Controller):
    path = "/ai/pipeline-draft"
    tags = ("AI drafts",)
    opt = needs(Scope.PIPELINES, limited=AI_DRAFTS)

    drafts: Drafts
    answers: IdempotencyStore

    @post(
        operation_id="draftPipeline",
        **documented(
            request=DraftBody,
            request_example=EXAMPLE,
            answer=DraftAnswer,
            answer_headers=("X-Forge-Position",),
            headers=(IDEMPOTENCY_KEY,),
            errors=(400, 408, 409, 413, 422, 502, *COMMON_ERRORS),
            codes=CODES,
        ),
    )
    async def draft(self, request: AnyRequest) -> Response:
        """Draft a pipeline from an intent and test it on the sample.

        Drafts come from the AI provider whose credential is bound to the key or, with the model
        `forge-rules`, from rules that read controlled English.
        """
        raw = await read_body(request, MAX_BODY)
        draft_request = _draft_request(request, decode(raw, DraftBody))
        answers: list[StoredHttpResponse] = []

        async def execute(once: IdempotentRequest | None) -> Response:
            charged_draft = await self.drafts.draft(draft_request)
            before = await self.drafts.quota(charged_draft, recorded=False)
            answers.append(_stored_response(charged_draft, before))
            position = await self.drafts.count(charged_draft, once)
            after = await self.drafts.quota(charged_draft, recorded=True)
            return _stored_response(charged_draft, after).response(position)

        return await idempotent(request, raw, self.answers, lambda _: answers[-1], execute)


def _draft_request(request: AnyRequest, body: DraftBody) -> DraftRequest:
    caller = caller_of(request)
    return DraftRequest(
        intent=body.intent,
        sample=body.sample_input,
        model=body.model,
        key_id=caller.id if caller.kind == "key" else None,
        daily_limit=caller.allowance.drafts_a_day,
        by=origin_of(request),
    )


def _stored_response(charged_draft: ChargedDraft, quota: DraftQuota) -> StoredHttpResponse:
    draft = charged_draft.proposal
    steps = [StepAnswer(step.utility, step.config) for step in draft.steps]
    answer = DraftAnswer(
        draft=PlanAnswer(steps, draft.explanation),
        pipeline=graph_of_steps(draft.steps),
        explanation=draft.explanation,
        remaining=quota.remaining,
        nearing_limit=quota.nearing_limit,
    )
    return stored_json(answer)
