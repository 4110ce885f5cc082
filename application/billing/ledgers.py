"""Spending what a plan gives in a month: never more, however many ask at once.

A charge is recorded alone, or together with what it pays for. Everybody in an organisation spends
from one ledger, so what a process has for it queues up, goes into the log several charges at a
time, and is decided again when another process was quicker.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial, reduce
from typing import Final, NamedTuple, TypeAlias
from weakref import WeakValueDictionary

from application.concurrency.batcher import Batcher
from application.eventstore.aggregates import Aggregates, Loaded
from application.eventstore.command_handler import CommandHandler, Store, Written
from application.eventstore.decider import Decider
from application.eventstore.envelope import Origin, RecordedEvent
from application.eventstore.event_store import Append, ConcurrentWrite, together
from application.eventstore.idempotency import IdempotentRequest
from domain.billing.events import RunKind
from domain.billing.ledger import (
    Ledger,
    LedgerCommand,
    SpendCredits,
    decide,
    evolve,
    month_of,
)
from domain.refusals import Refusal, Unavailable

LEDGER: Final = Decider("ledger", Ledger, decide, evolve)
TOGETHER: Final = 16
"""Charges in one append: the log stores one stream's events of it step by step."""
ATTEMPTS: Final = 100

Records: TypeAlias = Sequence[RecordedEvent]


class Run(NamedTuple):
    """What credits are spent for."""

    kind: RunKind
    id: str


class LedgerContended(Unavailable):
    """Other processes were quicker, time and again."""

    code = "LEDGER_CONTENDED"


class Charge(NamedTuple):
    """What ``by.org_id`` is to use of its month."""

    command: LedgerCommand
    by: Origin


class Charged(NamedTuple):
    """A charge, and what is stored together with it or not at all."""

    charge: Charge
    entry: Append


class Round(NamedTuple):
    """What to store for a batch; each charge's place in it, or why there is none."""

    appends: Sequence[Append]
    outcomes: Sequence[int | Refusal]
    after: Loaded


class Ledgers:
    """``streams`` gives records their envelope and the log they go to."""

    def __init__(self, streams: CommandHandler, clock: Callable[[], datetime]) -> None:
        self._streams = streams
        self._clock = clock
        self._log = streams.log
        self._aggregates = Aggregates(streams.log)
        self._queues = WeakValueDictionary[str, Batcher[Charged, Records]]()

    async def check_quota(self, charge: Charge) -> None:
        """Raise what a charge would be refused with now, for who would rather not begin.

        Asks the database only where this process does not know the ledger yet.
        """
        current = await self._recalled(self._stream(charge.by.org_id))
        decide(current.state, charge.command, self._clock())

    async def used(self, org_id: str) -> Ledger:
        """Return what an organisation has used of its month, as far as this process knows."""
        state = (await self._recalled(self._stream(org_id))).state
        return state if isinstance(state, Ledger) else Ledger()

    async def spend(self, amount: int, run: Run, allowed: int | None, by: Origin) -> Written:
        """Spend credits of the month; raises ``CreditsExhausted``."""
        command = SpendCredits(amount=amount, run_kind=run.kind, run_id=run.id, allowed=allowed)
        return await self.record(Charge(command, by))

    def charging(self, charge: Charge) -> Store:
        """Return the way into the log for what is paid for: with the charge, or not at all.

        For ``CommandHandler.through``. Raises what ``spend`` does, besides what the log raises.
        """
        return partial(self._append, charge)

    async def record(self, charge: Charge, once: IdempotentRequest | None = None) -> Written:
        """Record a charge, and the answer to what it pays for if the request may be repeated.

        Raises what its command is refused with.
        """
        answer = once.answer((), self._stream(charge.by.org_id)) if once else None
        records = await self._append(charge, Append(records=(), answer=answer))
        return Written(records[-1].version, records)

    async def _append(self, charge: Charge, entry: Append) -> Records:
        stream = self._stream(charge.by.org_id)
        if (queue := self._queues.get(stream)) is None:
            store = partial(self._store, stream)
            queue = Batcher[Charged, Records](store, weigh=_weight, max_batch=TOGETHER)
            self._queues[stream] = queue
        return await queue.ask(Charged(charge, entry))

    async def _store(self, stream: str, batch: Sequence[Charged]) -> Sequence[Records | Refusal]:
        """Store a batch as one; raises ``ConcurrentWrite`` when one of its own streams moved on."""
        for _ in range(ATTEMPTS):
            current = await self._recalled(stream)
            decided = self._planned(stream, batch, current)
            try:
                stored = (
                    await self._log.append(together(decided.appends)) if decided.appends else ()
                )
            except ConcurrentWrite:
                if (await self._loaded(stream)).version == current.version:
                    raise
            else:
                self._aggregates.remember(stream, decided.after)
                return _shared_out(decided, stored)
        raise LedgerContended

    async def _recalled(self, stream: str) -> Loaded:
        """Return the ledger as this process knows it: since use only grows, good to refuse on."""
        current = await self._aggregates.recall(LEDGER, stream)
        return current if current.remembered else await self._loaded(stream)

    async def _loaded(self, stream: str) -> Loaded:
        fresh = await self._aggregates.load(LEDGER, stream)
        self._aggregates.remember(stream, fresh)
        return fresh

    def _planned(self, stream: str, batch: Sequence[Charged], current: Loaded) -> Round:
        """Decide on one charge after the other, each in what those before it leave."""
        now, after = self._clock(), current
        appends, outcomes = list[Append](), list[int | Refusal]()
        for charged in batch:
            by = charged.charge.by
            try:
                events = decide(after.state, charged.charge.command, now)
            except Refusal as refusal:
                outcomes.append(refusal)
                continue
            records = tuple(
                self._streams.envelope(stream, version, event, by, now)
                for version, event in enumerate(events, start=after.version + 1)
            )
            outcomes.append(len(appends))
            appends.append(together([charged.entry, Append(records=records)]))
            state = reduce(evolve, events, after.state)
            after = Loaded(after.version + len(events), by.org_id, state)
        return Round(appends, outcomes, after)

    def _stream(self, org_id: str) -> str:
        return LEDGER.stream(f"{org_id}.{month_of(self._clock())}")


def _weight(charged: Charged) -> int:
    """Have what carries an answer to an Idempotency-Key go alone: an append holds one."""
    return 1 if charged.entry.answer is None else TOGETHER


def _shared_out(decided: Round, stored: Records) -> Sequence[Records | Refusal]:
    """Give each charge the records that were stored for it."""
    shares, start = list[Records](), 0
    for append in decided.appends:
        end = start + len(append.records)
        shares.append(stored[start:end])
        start = end
    return [
        outcome if isinstance(outcome, Refusal) else shares[outcome] for outcome in decided.outcomes
    ]
