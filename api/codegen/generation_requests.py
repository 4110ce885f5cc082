"""Generations for requests: begin one, repeat a request, wait for the result."""

from collections.abc import Callable, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import ClassVar

from api.auth.caller import Caller, caller_of, origin_of
from api.codegen.bodies import GenerationBody, InvalidRequest
from api.codegen.responses import GenerationAnswer, Usage
from api.http.idempotency import REPLAYED, RequestInFlight, StoredHttpResponse, idempotent
from api.http.response import Response, json_response, position_header
from api.request import AnyRequest
from application.billing.ledgers import Ledgers
from application.eventstore.envelope import RecordedEvent
from application.eventstore.idempotency import IdempotencyStore, IdempotentRequest
from application.eventstore.read_your_writes import ReadYourWrites
from application.generations.code_generator import Product
from application.generations.generations import Generations, RequestRepeated, StartedGeneration
from application.generations.history import GenerationHistory, end_of
from application.generations.plan_models import PlanModel, PlanModels
from application.generations.results import GenerationRecord
from application.generations.runner import GenerationRequest
from domain.billing.ledger import CountGeneration
from domain.generations.engine import ENGINE_VERSION
from domain.generations.events import GenerationFailed, GenerationRequested
from domain.refusals import Failed, Invalid
from projections.generations.generations import GENERATIONS


class GenerationFailure(Failed):
    """500: a generation failed; ``details`` have its id, reason and diagnostics."""

    code: ClassVar[str] = "INTERNAL_ERROR"
    message = (
        "The generation failed, though the request is valid. Repeat it under another requestId or"
        " Idempotency-Key."
    )

    def __init__(self, generation_id: str | None, failed: GenerationFailed) -> None:
        super().__init__()
        self.details = {
            "generationId": generation_id,
            "reason": failed.reason.value,
            "diagnostics": failed.diagnostics,
        }


class RepeatedRequest(Exception):
    """The request has begun a generation before."""

    def __init__(self, generation_id: str) -> None:
        super().__init__(generation_id)
        self.generation_id = generation_id


class GenerationRequests:
    """Begins one generation per request, and answers with its result."""

    def __init__(  # noqa: PLR0913, PLR0917 - what a generation touches
        self,
        generations: Generations,
        history: GenerationHistory,
        answers: IdempotencyStore,
        ledgers: Ledgers,
        visibility: ReadYourWrites,
        clock: Callable[[], datetime],
    ) -> None:
        self.generations = generations
        self.history = history
        self.ledgers = ledgers
        self._answers = answers
        self._read_your_writes = visibility
        self._clock = clock

    async def begin(
        self, request: AnyRequest, raw: bytes, generation: GenerationRequest
    ) -> StartedGeneration:
        """Begin a generation; raises ``RepeatedRequest`` for a repeated request.

        Raises ``RequestRepeated`` (409) or ``KeyReused`` (422) for another request under the same
        id or key, and ``RequestInFlight`` (409).
        """
        started: list[StartedGeneration] = []

        async def execute(once: IdempotentRequest | None) -> Response:
            started.append(await self._begin(generation._replace(once=once)))
            return Response()

        response = await idempotent(request, raw, self._answers, _stored_response, execute)
        if started:
            return started[0]
        generation_id = response.body.decode()
        if end_of(await self.history.records(generation.by.org_id, generation_id)) is None:
            raise RequestInFlight
        raise RepeatedRequest(generation_id)

    async def _begin(self, generation: GenerationRequest) -> StartedGeneration:
        try:
            return await self.generations.begin(generation)
        except RequestRepeated as error:
            records = await self.history.records(generation.by.org_id, error.generation_id)
            first = records[0].event
            if isinstance(first, GenerationRequested) and first.request == generation.digest:
                raise RepeatedRequest(error.generation_id) from error
            raise
        except Invalid as error:
            raise InvalidRequest(error) from error

    async def answer(self, started: StartedGeneration, request: AnyRequest) -> Response:
        """Wait for the result of a generation; raises ``GenerationFailure``."""
        ended = await started.wait_for_end()
        if isinstance(ended.end, GenerationFailed):
            raise GenerationFailure(started.id, ended.end)
        record = _record(started, ended.end)
        await self._read_your_writes.wait_visible(ended.position, GENERATIONS.name)
        answer = GenerationAnswer.of(record, await self.usage(caller_of(request)))
        return json_response(answer, position_header(ended.position))

    async def replay(self, repeated: RepeatedRequest, request: AnyRequest) -> Response:
        """Answer a repeated request with the first one's result, once there is one."""
        caller = caller_of(request)
        record = await self.history.wait_for_end(caller.org_id, repeated.generation_id)
        if isinstance(record.end, GenerationFailed):
            raise GenerationFailure(record.id, record.end)
        return json_response(GenerationAnswer.of(record, await self.usage(caller)), REPLAYED)

    async def dry_run(self, request: AnyRequest, generation: GenerationRequest) -> Response:
        """Answer with the result of a dry run."""
        try:
            product = await self.generations.dry_run(generation)
        except Invalid as error:
            raise InvalidRequest(error) from error
        record = _dry_run_record(generation, product, self._clock())
        return json_response(GenerationAnswer.of(record, await self.usage(caller_of(request))))

    async def usage(self, caller: Caller) -> Usage:
        """Return the organisation's generations of this month."""
        ledger = await self.ledgers.usage(caller.org_id)
        return Usage.of(ledger, caller.allowance.generations_a_month)


def _record(started: StartedGeneration, product: Product) -> GenerationRecord:
    requested = started.recorded.event
    assert isinstance(requested, GenerationRequested)  # noqa: S101 - it begins the stream
    return GenerationRecord(started.id, requested, started.recorded.recorded_at, product)


def _dry_run_record(
    generation: GenerationRequest, product: Product, now: datetime
) -> GenerationRecord:
    requested = GenerationRequested(
        asked=generation.spec,
        request_id=generation.request_id,
        request=generation.digest,
        node="",
        engine_version=ENGINE_VERSION,
    )
    return GenerationRecord(None, requested, now, product)


async def model_of(request: AnyRequest, models: PlanModels) -> PlanModel | None:
    caller = caller_of(request)
    return await models.of(caller.org_id, caller.id if caller.kind == "key" else None)


def generation_request(
    request: AnyRequest, body: GenerationBody, model: PlanModel | None
) -> GenerationRequest:
    caller = caller_of(request)

    def charge(generation_id: str) -> CountGeneration:
        allowed = caller.allowance.generations_a_month
        ends_at = caller.trial_ends
        return CountGeneration(generation_id=generation_id, allowed=allowed, ends_at=ends_at)

    return GenerationRequest(
        spec=body.spec(),
        request_id=body.request_id,
        digest=body.digest(),
        charge=charge,
        by=origin_of(request),
        model=model,
    )


def _stored_response(records: Sequence[RecordedEvent]) -> StoredHttpResponse:
    """Store the generation's id, under which a repeated request finds the result."""
    return StoredHttpResponse(HTTPStatus.OK, [], records[0].key.encode())
