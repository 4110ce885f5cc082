"""Use cases of generations: rehearse one, begin one, give one up, note its downloads."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Final, NamedTuple

from application.billing.ledgers import Charge, Ledgers
from application.eventstore.envelope import Origin, RecordedEvent
from application.eventstore.event_store import Claims, ValueTaken
from application.eventstore.transaction import Decision, Transaction
from application.eventstore.transactions import Transactions, Written
from application.generations.code_generator import Product
from application.generations.runner import (
    GENERATION,
    GenerationEnded,
    GenerationRequest,
    GenerationRunner,
)
from application.jobs.leases import Node
from domain.billing.ledger import CountGeneration
from domain.generations.engine import ENGINE_VERSION
from domain.generations.events import FailureReason, GenerationFailed
from domain.generations.generation import (
    DownloadGeneration,
    FailGeneration,
    GenerationCommand,
    RequestGeneration,
)
from domain.generations.request import MAX_REQUEST_ID, checked_request
from domain.generations.stages import Stage
from domain.refusals import Conflict
from domain.text import valid_text

REQUEST: Final = "generation.request"


class Begun(NamedTuple):
    """``task`` is done when the generation is over, either way."""

    id: str
    recorded: RecordedEvent
    task: "asyncio.Task[GenerationEnded]"

    async def ended(self) -> GenerationEnded:
        """Wait for the end; giving up waiting does not end the generation."""
        await asyncio.wait([self.task])
        if self.task.cancelled():
            return GenerationEnded(GenerationFailed(reason=FailureReason.INTERRUPTED), 0)
        return self.task.result()


class RequestRepeated(Conflict):
    """Asked before under that ``requestId``: ``generation_id`` is what came of it."""

    code = "IDEMPOTENCY_CONFLICT"
    message = "This requestId was used for a different request."

    def __init__(self, generation_id: str) -> None:
        super().__init__()
        self.generation_id = generation_id


class Generations:
    def __init__(  # noqa: PLR0913, PLR0917 - what a run touches
        self,
        transactions: Transactions,
        ledgers: Ledgers,
        claims: Claims,
        runs: GenerationRunner,
        node: Node,
        new_key: Callable[[], str],
    ) -> None:
        self._runs = runs
        self.node = node
        self._transactions = transactions
        self._ledgers = ledgers
        self._claims = claims
        self._new_key = new_key

    async def rehearse(self, request: GenerationRequest) -> Product:
        """Do all that a generation does, and record nothing: no quota is used."""
        self._check(request)
        command = request.charge(self._new_key())
        unlimited = CountGeneration(
            generation_id=command.generation_id, allowed=None, ends_at=command.ends_at
        )
        await self._ledgers.check_quota(Charge(unlimited, request.by))

        async def nowhere(_: Stage) -> None:
            pass

        return await self._runs.engine.make(request.asked, nowhere, request.model)

    async def begin(self, request: GenerationRequest) -> Begun:
        """Record a request and count it, or neither, and carry it out in the background.

        Raises ``QuotaExceeded``, ``TrialExpired``, ``RequestRepeated``.
        """
        self._check(request)
        await self.node.acquire()
        key, by = self._new_key(), request.by
        command: GenerationCommand = RequestGeneration(
            asked=request.asked,
            request_id=request.request_id,
            request=request.digest,
            node=self.node.id,
            engine_version=ENGINE_VERSION,
            reserved=self._runs.engine.modules,
        )
        try:
            written = await self._transactions.run(
                by, partial(self._plan, key, command, request), once=request.once
            )
        except ValueTaken as error:
            raise await self._repeated(request) from error
        first = next(each for each in written.records if each.stream == GENERATION.stream(key))
        return Begun(key, first, self._runs.start(key, request))

    def _plan(
        self, key: str, command: GenerationCommand, request: GenerationRequest, tx: Transaction
    ) -> Decision:
        if request.request_id is not None:
            tx.claim(REQUEST, request.by.org_id, request.request_id, key)
        tx.charge(self._ledgers, Charge(request.charge(key), request.by))
        return tx.begin(GENERATION, key, command)

    async def downloaded(self, key: str, size: int, by: Origin) -> Written:
        return await self._execute(key, DownloadGeneration(size=size), by)

    async def orphaned(self, key: str, by: Origin) -> Written:
        return await self._execute(key, FailGeneration(reason=FailureReason.ORPHANED), by)

    def _check(self, request: GenerationRequest) -> None:
        checked_request(request.asked, self._runs.engine.modules)
        self._runs.engine.knows(request.asked)
        if request.request_id is not None:
            valid_text(request.request_id, field="requestId", shortest=1, longest=MAX_REQUEST_ID)

    async def _repeated(self, request: GenerationRequest) -> RequestRepeated:
        value = request.request_id or ""
        holders = await self._claims.holders(REQUEST, request.by.org_id, [value])
        return RequestRepeated(holders[value])

    async def _execute(self, key: str, command: GenerationCommand, by: Origin) -> Written:
        return await self._transactions.execute(GENERATION, key, command, by)
