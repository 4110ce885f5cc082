"""Runs on record: with what they cost and the document they write, until they are erased."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, NamedTuple

from msgspec.structs import replace

from application.billing.ledgers import Charge, Ledgers
from application.eventstore.command_handler import CommandHandler, Enclose, Written
from application.eventstore.contents import Salted, salted
from application.eventstore.decider import Decider
from application.eventstore.envelope import Origin, RecordedEvent
from application.eventstore.event_store import Append, Erasure, together
from application.eventstore.idempotency import IdempotentRequest
from application.pipelines.document_output import DocumentOutput, written_in
from application.pipelines.results import Executed, Results
from domain.pipelines.plan import ExecutionPlan
from domain.pipelines.run import ExpireRun, FinishRun, Run, RunCommand, decide, evolve

RUN: Final = Decider("run", Run, decide, evolve)
CREDITS: Final = 1
"""What a successful run costs (wire.md, json_api)."""


LARGE: Final = 256 * 1024
"""Bytes of texts from which on summing them up is worth a thread."""


class RunRequest(NamedTuple):
    """``inputs`` are JSON by input node; ``inputs_record`` is what is kept of where they come from.

    ``version`` is that of the pipeline's stream; ``max_document_bytes`` bounds what it writes.
    """

    pipeline_id: str
    version: int
    plan: ExecutionPlan
    inputs: Mapping[str, bytes]
    inputs_record: bytes
    verbose: bool
    monthly_limit: int | None
    max_document_bytes: int
    by: Origin


class FinishedRun(NamedTuple):
    """A run that is over; ``charge`` is there if it has to be paid for."""

    id: str
    request: RunRequest
    executed: Executed
    results: Results
    started_at: datetime
    microseconds: int
    charge: Charge | None = None

    @property
    def credits(self) -> int:
        return 0 if self.charge is None else CREDITS


class RunRecorder:
    def __init__(
        self,
        streams: CommandHandler,
        ledgers: Ledgers,
        documents: DocumentOutput,
        new_salt: Callable[[], bytes],
    ) -> None:
        self._streams = streams
        self._ledgers = ledgers
        self._documents = documents
        self._new_salt = new_salt

    async def record(self, ran: FinishedRun, once: IdempotentRequest | None) -> Written:
        """Record a run, its charge and its document: all of it or nothing.

        Raises ``CreditsExhausted``: then nobody may see what came out.
        """
        output = ran.executed.output
        large = len(ran.request.inputs_record) + len(output or b"") > LARGE
        finished = await asyncio.to_thread(self._finished, ran) if large else self._finished(ran)
        record = _Record(ran, finished, once)
        streams = self._streams
        if ran.charge is not None:
            streams = streams.through(self._ledgers.charging(ran.charge))
        if ran.executed.written is None:
            return await record.begin(streams, None)
        written: list[Written] = []

        async def store(entry: Append) -> tuple[RecordedEvent, ...]:
            written.append(await record.begin(streams, entry))
            return tuple(written[-1].records)

        target, data = ran.executed.written
        await self._documents.write(target, data, ran.request.by, store)
        return written[-1]

    async def expire(self, key: str, by: Origin) -> Written:
        """Erase what is kept of a run, if its time is over."""
        command: RunCommand = ExpireRun()
        return await self._streams.execute(RUN, key, command, by, enclose=_erasing)

    def _finished(self, ran: FinishedRun) -> "_Finished":
        output = ran.executed.output
        inputs = salted(ran.request.inputs_record, self._new_salt())
        made = None if output is None else salted(output, self._new_salt())
        command = FinishRun(
            pipeline_id=ran.request.pipeline_id,
            version=ran.request.version,
            status=ran.executed.status,
            started_at=ran.started_at,
            microseconds=ran.microseconds,
            steps=ran.executed.steps,
            warnings=ran.executed.warnings,
            inputs=inputs.content,
            output=None if made is None else made.content,
            credits=ran.credits,
        )
        return _Finished(command, [inputs] if made is None else [inputs, made])


class _Finished(NamedTuple):
    command: FinishRun
    texts: list[Salted]


class _Record(NamedTuple):
    """What is recorded of a run; ``begin`` may be tried again, when a document was contended."""

    ran: FinishedRun
    finished: _Finished
    once: IdempotentRequest | None

    async def begin(self, streams: CommandHandler, others: Append | None) -> Written:
        """Begin the run's stream, together with ``others``, which write its document."""
        command: RunCommand = self.finished.command
        if others is not None:
            command = replace(self.finished.command, document=written_in(others))
        enclose = self._enclosing(others)
        return await streams.begin(RUN, self.ran.id, command, self.ran.request.by, enclose=enclose)

    def _enclosing(self, others: Append | None) -> Enclose:
        stream, org_id = RUN.stream(self.ran.id), self.ran.request.by.org_id

        def enclose(records: tuple[RecordedEvent, ...]) -> Append:
            mine = Append(
                records=records,
                texts=tuple(text.owned_by(org_id, stream) for text in self.finished.texts),
                answer=self.once.answer(records, stream) if self.once else None,
            )
            return mine if others is None else together([others, mine])

        return enclose


def _erasing(records: tuple[RecordedEvent, ...]) -> Append:
    first = records[0]
    return Append(records=records, erasures=(Erasure(first.origin.org_id, first.stream),))
