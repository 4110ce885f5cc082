"""Use cases for ledgers: charge usage against a plan's monthly allowance.

A charge is recorded by itself, or in the append that it pays for. An organisation spends from one
ledger, so the charges of a process are queued and stored in batches; a batch is decided again after
a concurrent write of another process.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Final, NamedTuple, TypeAlias
from weakref import WeakValueDictionary

from application.concurrency.batcher import Batcher
from application.eventstore.aggregates import Aggregates, Loaded
from application.eventstore.decider import Decider
from application.eventstore.envelope import Origin, RecordedEvent
from application.eventstore.event_store import Append, ConcurrentWrite, merged
from application.eventstore.idempotency import IdempotentRequest
from application.eventstore.transactions import Transactions, Written
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
MAX_BATCH: Final = 16
"""Charges in one append: the log stores one stream's events of it step by step."""
MAX_ATTEMPTS: Final = 100

Records: TypeAlias = Sequence[RecordedEvent]


class Run(NamedTuple):
    """The run that credits are spent for."""

    kind: RunKind
    id: str


class LedgerContended(Unavailable):
    """Concurrent writes of other processes have won too often."""

    code = "LEDGER_CONTENDED"


class Charge(NamedTuple):
    """A command on the ledger of ``by.org_id`` for this month."""

    command: LedgerCommand
    by: Origin


class ChargedAppend(NamedTuple):
    """A charge, and the append that it pays for."""

    charge: Charge
    entry: Append


class Batch(NamedTuple):
    """The appends of a batch; for each charge its index among them, or its refusal."""

    appends: Sequence[Append]
    outcomes: Sequence[int | Refusal]
    after: Loaded


class Ledgers:
    """Implements ``transaction.Ledger``: one ledger a month and organisation."""

    def __init__(self, transactions: Transactions, clock: Callable[[], datetime]) -> None:
        self._transactions = transactions
        self._clock = clock
        self._log = transactions.log
        self._aggregates = Aggregates(transactions.log)
        self._queues = WeakValueDictionary[str, Batcher[ChargedAppend, Records]]()

    async def check_quota(self, charge: Charge) -> None:
        """Fail early with the refusal a charge would meet now; a hint, not a reservation.

        Asks the database only where this process has not cached the ledger yet.
        """
        current = await self._current(self._stream(charge.by.org_id))
        decide(current.state, charge.command, self._clock())

    async def usage(self, org_id: str) -> Ledger:
        """Return an organisation's usage of this month, as cached by this process."""
        state = (await self._current(self._stream(org_id))).state
        return state if isinstance(state, Ledger) else Ledger()

    async def spend(self, amount: int, run: Run, allowed: int | None, by: Origin) -> Written:
        """Spend credits of the month; raises ``CreditsExhausted``."""
        command = SpendCredits(amount=amount, run_kind=run.kind, run_id=run.id, allowed=allowed)
        return await self.record(Charge(command, by))

    async def record(self, charge: Charge, once: IdempotentRequest | None = None) -> Written:
        """Record a charge by itself, with the response to an idempotent request.

        Raises the refusal of the charge's command.
        """
        response = once.response((), self._stream(charge.by.org_id)) if once else None
        records = await self.append(charge, Append(records=(), response=response))
        return Written(records[-1].version, records)

    async def append(self, amount: Charge, entry: Append) -> Records:
        """Store an append together with a charge, or neither.

        Raises the refusal of the charge's command, and what ``EventLog.append`` raises.
        """
        stream = self._stream(amount.by.org_id)
        if (queue := self._queues.get(stream)) is None:
            store = partial(self._store, stream)
            queue = Batcher[ChargedAppend, Records](store, weigh=_weight, max_batch=MAX_BATCH)
            self._queues[stream] = queue
        return await queue.ask(ChargedAppend(amount, entry))

    async def _store(
        self, stream: str, batch: Sequence[ChargedAppend]
    ) -> Sequence[Records | Refusal]:
        """Store a batch as one; raises ``ConcurrentWrite`` if another of its streams changed."""
        for _ in range(MAX_ATTEMPTS):
            current = await self._current(stream)
            decided = self._decide(stream, batch, current)
            try:
                stored = await self._log.append(merged(decided.appends)) if decided.appends else ()
            except ConcurrentWrite:
                if (await self._load(stream)).version == current.version:
                    raise
            else:
                self._aggregates.remember(stream, decided.after)
                return _records_of(decided, stored)
        raise LedgerContended

    async def _current(self, stream: str) -> Loaded:
        """Return a ledger from the cache or log; usage only grows, so a stale refusal holds."""
        return self._aggregates.remembered(stream) or await self._load(stream)

    async def _load(self, stream: str) -> Loaded:
        fresh = await self._aggregates.load(LEDGER, stream)
        self._aggregates.remember(stream, fresh)
        return fresh

    def _decide(self, stream: str, batch: Sequence[ChargedAppend], current: Loaded) -> Batch:
        """Decide on the charges in order, each on the state after those before it."""
        key, after = stream.partition("-")[2], current
        appends, outcomes = list[Append](), list[int | Refusal]()
        for charge, entry in batch:
            tx = self._transactions.open(charge.by, partial(_state, after))
            try:
                tx.execute(LEDGER, key, charge.command)
            except Refusal as refusal:
                outcomes.append(refusal)
                continue
            outcomes.append(len(appends))
            appends.append(merged([entry, tx.entry()]))
            after = tx.after[stream]
        return Batch(appends, outcomes, after)

    def _stream(self, org_id: str) -> str:
        return LEDGER.stream(f"{org_id}.{month_of(self._clock())}")


def _state(current: Loaded, _decider: object, _stream: str) -> Loaded:
    return current


def _weight(charged: ChargedAppend) -> int:
    """Give an append with a stored response a batch of its own: an append holds one response."""
    return 1 if charged.entry.response is None else MAX_BATCH


def _records_of(decided: Batch, stored: Records) -> Sequence[Records | Refusal]:
    """Return the records that were stored for each charge, or its refusal."""
    shares, start = list[Records](), 0
    for append in decided.appends:
        end = start + len(append.records)
        shares.append(stored[start:end])
        start = end
    return [
        outcome if isinstance(outcome, Refusal) else shares[outcome] for outcome in decided.outcomes
    ]
