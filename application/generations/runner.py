"""Generations being carried out by this process: each comes to an end that is on record."""

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
from application.generations.results import facts_of, packed, warnings_in
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
"""How long a process that is to end waits for what it has in hand."""


class RunMetrics(NamedTuple):
    """``report`` hears of what went wrong in a run, by its name; the others count and time."""

    report: Callable[[str, Exception], None]
    outcomes: Counter
    seconds: Histogram


class GenerationRequest(NamedTuple):
    """``digest`` sums up all that was sent; ``charge`` says what the plan allows."""

    asked: GenerationSpec
    request_id: str | None
    digest: str
    charge: Callable[[str], CountGeneration]
    by: Origin
    once: IdempotentRequest | None = None
    model: PlanModel | None = None


class GenerationEnded(NamedTuple):
    """How a generation has ended; ``position`` is that of its last event."""

    end: Product | GenerationFailed
    position: int


class GenerationRunner:
    """A run goes on when whoever asked for it has gone."""

    def __init__(
        self,
        transactions: Transactions,
        engine: CodeGenerator,
        new_salt: Callable[[], bytes],
        watch: RunMetrics,
    ) -> None:
        self.engine = engine
        self._transactions = transactions
        self._new_salt = new_salt
        self._watch = watch
        self._running = set[asyncio.Task[GenerationEnded]]()

    def start(self, key: str, request: GenerationRequest) -> "asyncio.Task[GenerationEnded]":
        """Carry out what has been recorded as requested; the task is done when that is over."""
        task = asyncio.create_task(self._watched(key, request), name=f"generation {key}")
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def close(self) -> None:
        """Let what is in hand come to its end, and give up what takes too long."""
        if self._running:
            await asyncio.wait(self._running, timeout=GRACE_SECONDS)
        for task in self._running:
            task.cancel()
        if self._running:  # what cannot even be recorded now is found to be orphaned
            await asyncio.wait(self._running, timeout=GRACE_SECONDS)

    async def _watched(self, key: str, request: GenerationRequest) -> GenerationEnded:
        loop = asyncio.get_running_loop()
        began, outcome = loop.time(), "interrupted"
        try:
            ended = await self._carry_out(key, request)
            end = ended.end
            outcome = end.reason.value if isinstance(end, GenerationFailed) else "completed"
            return ended
        finally:
            self._watch.outcomes.add(outcome)
            self._watch.seconds.of().observe(loop.time() - began)

    async def _carry_out(self, key: str, request: GenerationRequest) -> GenerationEnded:
        """Make the program and record it; else record why there is none."""
        try:
            return await self._made(key, request)
        except asyncio.CancelledError:
            failed = FailGeneration(reason=FailureReason.INTERRUPTED)
            await asyncio.shield(self._failed(key, failed, request.by))
            raise
        except UnsoundCode as error:
            self._watch.report(f"generation {key}", error)
            told = tuple(error.diagnostics)
            failed = FailGeneration(reason=FailureReason.UNSOUND, diagnostics=told)
        except Exception as error:  # noqa: BLE001 - whatever it is, the generation ends with it
            self._watch.report(f"generation {key}", error)
            failed = FailGeneration(reason=FailureReason.ERROR)
        return await self._failed(key, failed, request.by)

    async def _made(self, key: str, request: GenerationRequest) -> GenerationEnded:
        async def reached(stage: Stage) -> None:
            await self._execute(key, ReachStage(stage=stage), request.by)

        product = await self.engine.make(request.asked, reached, request.model)
        text = salted(packed(product), self._new_salt())
        command: GenerationCommand = CompleteGeneration(
            pattern=product.pattern,
            summary=product.summary,
            files=facts_of(product),
            warnings=warnings_in(product),
            content=text.content,
        )

        def plan(tx: Transaction) -> Decision:
            decision = tx.execute(GENERATION, key, command)
            tx.keep(decision.stream, text)
            return decision

        written = await self._transactions.run(request.by, plan)
        return GenerationEnded(product, written.position)

    async def _failed(self, key: str, command: FailGeneration, by: Origin) -> GenerationEnded:
        """Record a failure as soon as the log takes it."""
        pause, position = FIRST_PAUSE, None
        while position is None:
            try:
                position = (await self._execute(key, command, by)).position
            except (Unavailable, ConcurrentWrite):
                await asyncio.sleep(pause)
                pause = min(2 * pause, MAX_PAUSE)
        return GenerationEnded(
            GenerationFailed(reason=command.reason, diagnostics=command.diagnostics), position
        )

    async def _execute(self, key: str, command: GenerationCommand, by: Origin) -> Written:
        return await self._transactions.execute(GENERATION, key, command, by)
