"""What the routes that generate have in common: the request, its repetition, its answer."""

from collections.abc import Callable, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import ClassVar

from api.auth.caller import Caller, caller_of, origin_of
from api.codegen.bodies import GenerationBody, InvalidRequest
from api.codegen.responses import GenerationAnswer, Usage
from api.http.idempotency import REPLAYED, StillInFlight, StoredHttpResponse, idempotent
from api.http.response import Response, json_response, position_header
from api.request import AnyRequest
from application.billing.ledgers import Ledgers
from application.eventstore.envelope import RecordedEvent
from application.eventstore.idempotency import IdempotencyStore, IdempotentRequest
from application.eventstore.read_your_writes import ReadYourWrites
from application.generations.code_generator import Product
from application.generations.generations import Begun, Generations, RequestRepeated
from application.generations.history import GenerationHistory, end_of
from application.generations.plan_models import PlanModel, PlanModels
from application.generations.results import GenerationRecord
from application.generations.runner import GenerationRequest as Wanted
from domain.billing.ledger import CountGeneration
from domain.generations.engine import ENGINE_VERSION
from domain.generations.events import GenerationFailed, GenerationRequested
from domain.refusals import Failed, Invalid
from projections.generations.generations import GENERATIONS


class GenerationFailure(Failed):
    """500: the generation ended without a program; ``details`` say which, and why."""

    code: ClassVar[str] = "INTERNAL_ERROR"
    message = (
        "The generation failed. Nothing is wrong with the request: ask again, under another"
        " requestId or Idempotency-Key."
    )

    def __init__(self, generation_id: str | None, failed: GenerationFailed) -> None:
        super().__init__()
        self.details = {
            "generationId": generation_id,
            "reason": failed.reason.value,
            "diagnostics": failed.diagnostics,
        }


class Repeated(Exception):
    def __init__(self, generation_id: str) -> None:
        super().__init__(generation_id)
        self.generation_id = generation_id


class GenerationRequests:
    """Begins generations for requests, each of them once, and answers with what came of them."""

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

    async def begin(self, request: AnyRequest, raw: bytes, wanted: Wanted) -> Begun:
        """Begin a generation; raises ``Repeated`` for a request that was made before.

        Raises ``RequestRepeated`` (409), ``KeyReused`` (422) where it was another request, and
        ``StillInFlight`` (409).
        """
        begun: list[Begun] = []

        async def act(only: IdempotentRequest | None) -> Response:
            begun.append(await self._begun(wanted._replace(once=only)))
            return Response()

        repeated = await idempotent(request, raw, self._answers, _kept, act)
        if begun:
            return begun[0]
        generation_id = repeated.body.decode()
        if end_of(await self.history.records(wanted.by.org_id, generation_id)) is None:
            raise StillInFlight
        raise Repeated(generation_id)

    async def _begun(self, wanted: Wanted) -> Begun:
        try:
            return await self.generations.begin(wanted)
        except RequestRepeated as error:
            records = await self.history.records(wanted.by.org_id, error.generation_id)
            first = records[0].event
            if isinstance(first, GenerationRequested) and first.request == wanted.digest:
                raise Repeated(error.generation_id) from error
            raise
        except Invalid as error:
            raise InvalidRequest(error) from error

    async def answer(self, begun: Begun, request: AnyRequest) -> Response:
        """Wait for the end and tell of it; raises ``GenerationFailure``."""
        ended = await begun.ended()
        if isinstance(ended.end, GenerationFailed):
            raise GenerationFailure(begun.id, ended.end)
        record = _record(begun, ended.end)
        await self._read_your_writes.wait_visible(ended.position, GENERATIONS.name)
        told = GenerationAnswer.of(record, await self.usage(caller_of(request)))
        return json_response(told, position_header(ended.position))

    async def again(self, repeated: Repeated, request: AnyRequest) -> Response:
        """Answer as the first request was answered, once it has been."""
        caller = caller_of(request)
        record = await self.history.ended(caller.org_id, repeated.generation_id)
        if isinstance(record.end, GenerationFailed):
            raise GenerationFailure(record.id, record.end)
        return json_response(GenerationAnswer.of(record, await self.usage(caller)), REPLAYED)

    async def rehearsed(self, request: AnyRequest, wanted: Wanted) -> Response:
        """Answer as a generation would be answered, that is none."""
        try:
            product = await self.generations.rehearse(wanted)
        except Invalid as error:
            raise InvalidRequest(error) from error
        record = _dry_run_record(wanted, product, self._clock())
        return json_response(GenerationAnswer.of(record, await self.usage(caller_of(request))))

    async def usage(self, caller: Caller) -> Usage:
        ledger = await self.ledgers.used(caller.org_id)
        return Usage.of(ledger, caller.allowance.generations_a_month)


def _record(begun: Begun, product: Product) -> GenerationRecord:
    requested = begun.recorded.event
    assert isinstance(requested, GenerationRequested)  # noqa: S101 - it begins the stream
    return GenerationRecord(begun.id, requested, begun.recorded.recorded_at, product)


def _dry_run_record(wanted: Wanted, product: Product, now: datetime) -> GenerationRecord:
    requested = GenerationRequested(
        asked=wanted.asked,
        request_id=wanted.request_id,
        request=wanted.digest,
        node="",
        engine_version=ENGINE_VERSION,
    )
    return GenerationRecord(None, requested, now, product)


async def model_of(request: AnyRequest, models: PlanModels) -> PlanModel | None:
    caller = caller_of(request)
    return await models.of(caller.org_id, caller.id if caller.kind == "key" else None)


def spec_of(request: AnyRequest, body: GenerationBody, model: PlanModel | None) -> Wanted:
    caller = caller_of(request)

    def charge(generation_id: str) -> CountGeneration:
        allowed = caller.allowance.generations_a_month
        ends_at = caller.trial_ends
        return CountGeneration(generation_id=generation_id, allowed=allowed, ends_at=ends_at)

    return Wanted(
        asked=body.asked(),
        request_id=body.request_id,
        digest=body.digest(),
        charge=charge,
        by=origin_of(request),
        model=model,
    )


def _kept(records: Sequence[RecordedEvent]) -> StoredHttpResponse:
    """Keep for a repeated request which generation it began: that has the answer."""
    return StoredHttpResponse(HTTPStatus.OK, [], records[0].key.encode())
