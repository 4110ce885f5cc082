"""Use cases for generations: dry run, begin, fail an orphan, record a download."""

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
    GenerationRequest,
    GenerationResult,
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


class StartedGeneration(NamedTuple):
    """A generation in progress; ``task`` is done when it has completed or failed."""

    id: str
    recorded: RecordedEvent
    task: "asyncio.Task[GenerationResult]"

    async def wait_for_end(self) -> GenerationResult:
        """Wait for the end; cancelling the wait does not cancel the generation."""
        await asyncio.wait([self.task])
        if self.task.cancelled():
            return GenerationResult(GenerationFailed(reason=FailureReason.INTERRUPTED), 0)
        return self.task.result()


class RequestRepeated(Conflict):
    """The ``requestId`` was used before; ``generation_id`` is that of the first request."""

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

    async def dry_run(self, request: GenerationRequest) -> Product:
        """Generate without recording anything and without using quota."""
        self._check(request)
        command = request.charge(self._new_key())
        unlimited = CountGeneration(
            generation_id=command.generation_id, allowed=None, ends_at=command.ends_at
        )
        await self._ledgers.check_quota(Charge(unlimited, request.by))

        async def ignore_stage(_: Stage) -> None:
            pass

        return await self._runs.generator.generate(request.spec, ignore_stage, request.model)

    async def begin(self, request: GenerationRequest) -> StartedGeneration:
        """Record and count a request in one transaction, then generate in the background.

        Raises ``QuotaExceeded``, ``TrialExpired``, ``RequestRepeated``.
        """
        self._check(request)
        await self.node.acquire()
        key, by = self._new_key(), request.by
        command: GenerationCommand = RequestGeneration(
            asked=request.spec,
            request_id=request.request_id,
            request=request.digest,
            node=self.node.id,
            engine_version=ENGINE_VERSION,
            reserved=self._runs.generator.modules,
        )
        try:
            written = await self._transactions.run(
                by, partial(self._plan, key, command, request), once=request.once
            )
        except ValueTaken as error:
            raise await self._repeated_request(request) from error
        first = next(each for each in written.records if each.stream == GENERATION.stream(key))
        return StartedGeneration(key, first, self._runs.start(key, request))

    def _plan(
        self, key: str, command: GenerationCommand, request: GenerationRequest, tx: Transaction
    ) -> Decision:
        if request.request_id is not None:
            tx.claim(REQUEST, request.by.org_id, request.request_id, key)
        tx.charge(self._ledgers, Charge(request.charge(key), request.by))
        return tx.begin(GENERATION, key, command)

    async def record_download(self, key: str, size: int, by: Origin) -> Written:
        """Record the download of a program's archive; ``size`` in bytes."""
        return await self._execute(key, DownloadGeneration(size=size), by)

    async def fail_orphan(self, key: str, by: Origin) -> Written:
        """Record the failure of a run whose node is gone."""
        return await self._execute(key, FailGeneration(reason=FailureReason.ORPHANED), by)

    def _check(self, request: GenerationRequest) -> None:
        checked_request(request.spec, self._runs.generator.modules)
        self._runs.generator.require_known_version(request.spec)
        if request.request_id is not None:
            valid_text(request.request_id, field="requestId", shortest=1, longest=MAX_REQUEST_ID)

    async def _repeated_request(self, request: GenerationRequest) -> RequestRepeated:
        value = request.request_id or ""
        holders = await self._claims.holders(REQUEST, request.by.org_id, [value])
        return RequestRepeated(holders[value])

    async def _execute(self, key: str, command: GenerationCommand, by: Origin) -> Written:
        return await self._transactions.execute(GENERATION, key, command, by)
