"""Generation runner: runs generations in this process and records the end of each."""

import asyncio
from collections.abc import Callable
from typing import Final, NamedTuple

from application.eventstore.contents import salted
from application.eventstore.decider import Decider
from application.eventstore.envelope import Origin
from application.eventstore.event_store import ConcurrentWrite
from application.eventstore.idempotency import IdempotentRequest
from application.eventstore.transaction import Decision, Transaction
from application.eventstore.transactions import Transactions, Written
from application.generations.code_generator import CodeGenerator, Product, UnsoundCode
from application.generations.plan_models import PlanModel
from application.generations.results import count_warnings, encode_product, file_facts
from application.telemetry.instruments import Counter, Histogram
from domain.billing.ledger import CountGeneration
from domain.generations.events import FailureReason, GenerationFailed
from domain.generations.generation import (
    CompleteGeneration,
    FailGeneration,
    Generation,
    GenerationCommand,
    ReachStage,
    decide,
    evolve,
)
from domain.generations.request import GenerationSpec
from domain.generations.stages import Stage
from domain.refusals import Unavailable

GENERATION: Final = Decider("generation", Generation, decide, evolve)
FIRST_PAUSE: Final = 0.2
MAX_PAUSE: Final = 10.0
GRACE_SECONDS: Final = 3.0
"""A stopping process waits so long for its current runs, and again after cancelling them."""


class RunMetrics(NamedTuple):
    """``report`` receives the errors of a run, by its name; the others count and time runs."""

    report: Callable[[str, Exception], None]
    outcomes: Counter
    seconds: Histogram


class GenerationRequest(NamedTuple):
    """``digest`` is that of the request body; ``charge`` makes the command that uses quota."""

    spec: GenerationSpec
    request_id: str | None
    digest: str
    charge: Callable[[str], CountGeneration]
    by: Origin
    once: IdempotentRequest | None = None
    model: PlanModel | None = None


class GenerationResult(NamedTuple):
    """The product or the failure; ``position`` is that of the last event."""

    end: Product | GenerationFailed
    position: int


class GenerationRunner:
    """A run continues when its client has disconnected."""

    def __init__(
        self,
        transactions: Transactions,
        generator: CodeGenerator,
        new_salt: Callable[[], bytes],
        metrics: RunMetrics,
    ) -> None:
        self.generator = generator
        self._transactions = transactions
        self._new_salt = new_salt
        self._metrics = metrics
        self._running = set[asyncio.Task[GenerationResult]]()

    def start(self, key: str, request: GenerationRequest) -> "asyncio.Task[GenerationResult]":
        """Run a requested generation; the task is done when it has completed or failed."""
        task = asyncio.create_task(self._measure(key, request), name=f"generation {key}")
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def close(self) -> None:
        """Wait for current runs, and cancel those that take too long."""
        if self._running:
            await asyncio.wait(self._running, timeout=GRACE_SECONDS)
        for task in self._running:
            task.cancel()
        if self._running:  # a failure that cannot be recorded now is found by the orphan job
            await asyncio.wait(self._running, timeout=GRACE_SECONDS)

    async def _measure(self, key: str, request: GenerationRequest) -> GenerationResult:
        loop = asyncio.get_running_loop()
        began, outcome = loop.time(), "interrupted"
        try:
            ended = await self._run(key, request)
            end = ended.end
            outcome = end.reason.value if isinstance(end, GenerationFailed) else "completed"
            return ended
        finally:
            self._metrics.outcomes.add(outcome)
            self._metrics.seconds.of().observe(loop.time() - began)

    async def _run(self, key: str, request: GenerationRequest) -> GenerationResult:
        """Generate and record the program, or record the failure."""
        try:
            return await self._generate(key, request)
        except asyncio.CancelledError:
            failed = FailGeneration(reason=FailureReason.INTERRUPTED)
            await asyncio.shield(self._record_failure(key, failed, request.by))
            raise
        except UnsoundCode as error:
            self._metrics.report(f"generation {key}", error)
            diagnostics = tuple(error.diagnostics)
            failed = FailGeneration(reason=FailureReason.UNSOUND, diagnostics=diagnostics)
        except Exception as error:  # noqa: BLE001 - any error ends the generation
            self._metrics.report(f"generation {key}", error)
            failed = FailGeneration(reason=FailureReason.ERROR)
        return await self._record_failure(key, failed, request.by)

    async def _generate(self, key: str, request: GenerationRequest) -> GenerationResult:
        async def on_stage(stage: Stage) -> None:
            await self._execute(key, ReachStage(stage=stage), request.by)

        product = await self.generator.generate(request.spec, on_stage, request.model)
        text = salted(encode_product(product), self._new_salt())
        command: GenerationCommand = CompleteGeneration(
            pattern=product.pattern,
            summary=product.summary,
            files=file_facts(product),
            warnings=count_warnings(product),
            content=text.content,
        )

        def plan(tx: Transaction) -> Decision:
            decision = tx.execute(GENERATION, key, command)
            tx.keep(decision.stream, text)
            return decision

        written = await self._transactions.run(request.by, plan)
        return GenerationResult(product, written.position)

    async def _record_failure(
        self, key: str, command: FailGeneration, by: Origin
    ) -> GenerationResult:
        """Record a failure; retried until the log is available."""
        pause, position = FIRST_PAUSE, None
        while position is None:
            try:
                position = (await self._execute(key, command, by)).position
            except (Unavailable, ConcurrentWrite):
                await asyncio.sleep(pause)
                pause = min(2 * pause, MAX_PAUSE)
        return GenerationResult(
            GenerationFailed(reason=command.reason, diagnostics=command.diagnostics), position
        )

    async def _execute(self, key: str, command: GenerationCommand, by: Origin) -> Written:
        return await self._transactions.execute(GENERATION, key, command, by)
