"""Use cases of generations: begin one, carry it out, give it up, note its downloads."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Final, NamedTuple

from application.claims import Claims
from application.contents import salted
from application.deciders import Decider
from application.engine import Engine, Product, UnsoundCode
from application.event_log import Append, Claim, LogUnavailable, ValueTaken
from application.idempotency import Once
from application.instruments import Counter, Histogram
from application.leases import Node
from application.ledgers import Charge, Ledgers
from application.plan_models import PlanModel
from application.products import facts_of, packed, warnings_in
from application.recorded import Origin, Recorded
from application.streams import Streams, Written
from domain.billing.ledger import CountGeneration
from domain.generations.engine import ENGINE_VERSION
from domain.generations.events import FailureReason, GenerationFailed
from domain.generations.generation import (
    CompleteGeneration,
    DownloadGeneration,
    FailGeneration,
    Generation,
    GenerationCommand,
    ReachStage,
    RequestGeneration,
    decide,
    evolve,
)
from domain.generations.request import LONGEST_ID, Asked, checked_request
from domain.generations.stages import Stage
from domain.refusals import Conflict
from domain.text import checked

GENERATION: Final = Decider("generation", Generation, decide, evolve)
REQUEST: Final = "generation.request"
FIRST_PAUSE: Final = 0.2
LONGEST_PAUSE: Final = 10.0
GRACE_SECONDS: Final = 3.0
"""How long a process that is to end waits for what it has in hand."""


class Watch(NamedTuple):
    """``report`` hears of what went wrong in a run, by its name; the others count and time."""

    report: Callable[[str, Exception], None]
    outcomes: Counter
    seconds: Histogram


class Request(NamedTuple):
    """``digest`` sums up all that was sent; ``charge`` says what the plan allows."""

    asked: Asked
    request_id: str | None
    digest: str
    charge: Callable[[str], CountGeneration]
    by: Origin
    once: Once | None = None
    model: PlanModel | None = None


class Ended(NamedTuple):
    """How a generation has ended; ``position`` is that of its last event."""

    end: Product | GenerationFailed
    position: int


class Begun(NamedTuple):
    """``task`` is done when the generation is over, either way."""

    id: str
    recorded: Recorded
    task: "asyncio.Task[Ended]"

    async def ended(self) -> Ended:
        """Wait for the end; giving up waiting does not end the generation."""
        await asyncio.wait([self.task])
        if self.task.cancelled():
            return Ended(GenerationFailed(reason=FailureReason.INTERRUPTED), 0)
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
        streams: Streams,
        ledgers: Ledgers,
        claims: Claims,
        engine: Engine,
        node: Node,
        new_key: Callable[[], str],
        new_salt: Callable[[], bytes],
        watch: Watch,
    ) -> None:
        self.engine = engine
        self.node = node
        self._streams = streams
        self._ledgers = ledgers
        self._claims = claims
        self._new_key = new_key
        self._new_salt = new_salt
        self._watch = watch
        self._running = set[asyncio.Task[Ended]]()

    async def rehearse(self, request: Request) -> Product:
        """Do all that a generation does, and record nothing: no quota is used."""
        self._check(request)
        command = request.charge(self._new_key())
        unlimited = CountGeneration(
            generation_id=command.generation_id, allowed=None, ends_at=command.ends_at
        )
        await self._ledgers.insist(Charge(unlimited, request.by))

        async def nowhere(_: Stage) -> None:
            pass

        return await self.engine.make(request.asked, nowhere, request.model)

    async def begin(self, request: Request) -> Begun:
        """Record a request and count it, or neither, and carry it out in the background.

        Raises ``QuotaExceeded``, ``TrialExpired``, ``RequestRepeated``.
        """
        self._check(request)
        await self.node.held()
        key, by = self._new_key(), request.by
        command: GenerationCommand = RequestGeneration(
            asked=request.asked,
            request_id=request.request_id,
            request=request.digest,
            node=self.node.id,
            engine_version=ENGINE_VERSION,
            reserved=self.engine.modules,
        )
        streams = self._streams.through(self._ledgers.charging(Charge(request.charge(key), by)))
        enclose = partial(_enclosed, request, key)
        try:
            written = await streams.begin(GENERATION, key, command, by, enclose=enclose)
        except ValueTaken as error:
            raise await self._repeated(request) from error
        first = next(each for each in written.records if each.stream == GENERATION.stream(key))
        task = asyncio.create_task(self._watched(key, request), name=f"generation {key}")
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return Begun(key, first, task)

    async def downloaded(self, key: str, size: int, by: Origin) -> Written:
        return await self._execute(key, DownloadGeneration(size=size), by)

    async def orphaned(self, key: str, by: Origin) -> Written:
        return await self._execute(key, FailGeneration(reason=FailureReason.ORPHANED), by)

    async def close(self) -> None:
        """Let what is in hand come to its end, and give up what takes too long."""
        if self._running:
            await asyncio.wait(self._running, timeout=GRACE_SECONDS)
        for task in self._running:
            task.cancel()
        if self._running:  # what cannot even be recorded now is found to be orphaned
            await asyncio.wait(self._running, timeout=GRACE_SECONDS)

    def _check(self, request: Request) -> None:
        checked_request(request.asked, self.engine.modules)
        self.engine.knows(request.asked)
        if request.request_id is not None:
            checked(request.request_id, field="requestId", shortest=1, longest=LONGEST_ID)

    async def _repeated(self, request: Request) -> RequestRepeated:
        value = request.request_id or ""
        holders = await self._claims.holders(REQUEST, request.by.org_id, [value])
        return RequestRepeated(holders[value])

    async def _watched(self, key: str, request: Request) -> Ended:
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

    async def _carry_out(self, key: str, request: Request) -> Ended:
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

    async def _made(self, key: str, request: Request) -> Ended:
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
        kept = text.owned_by(request.by.org_id, GENERATION.stream(key))

        def enclose(records: tuple[Recorded, ...]) -> Append:
            return Append(records=records, texts=(kept,))

        written = await self._streams.execute(GENERATION, key, command, request.by, enclose=enclose)
        return Ended(product, written.position)

    async def _failed(self, key: str, command: FailGeneration, by: Origin) -> Ended:
        """Record a failure as soon as the log takes it."""
        pause, position = FIRST_PAUSE, None
        while position is None:
            try:
                position = (await self._execute(key, command, by)).position
            except LogUnavailable:
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
        return Ended(
            GenerationFailed(reason=command.reason, diagnostics=command.diagnostics), position
        )

    async def _execute(self, key: str, command: GenerationCommand, by: Origin) -> Written:
        return await self._streams.execute(GENERATION, key, command, by)


def _enclosed(request: Request, key: str, records: tuple[Recorded, ...]) -> Append:
    claims: tuple[Claim, ...] = ()
    if request.request_id is not None:
        claims = (Claim(REQUEST, request.by.org_id, request.request_id, key),)
    once = request.once
    answer = once.answer(records, records[0].stream) if once else None
    return Append(records=records, claims=claims, answer=answer)
