"""Runs on record: with what they cost and the document they write, until they are erased."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Final, NamedTuple

from application.billing.ledgers import Charge, Ledgers
from application.documents.documents import WriteOptions
from application.eventstore.contents import Salted, salted
from application.eventstore.decider import Decider
from application.eventstore.envelope import Origin
from application.eventstore.idempotency import IdempotentRequest
from application.eventstore.transaction import Decision, Transaction
from application.eventstore.transactions import Transactions, Written
from application.pipelines.document_output import DocumentOutput
from application.pipelines.results import Results, RunResult
from domain.pipelines.events import WrittenDocument
from domain.pipelines.plan import ExecutionPlan
from domain.pipelines.run import ExpireRun, FinishRun, Run, RunCommand, decide, evolve

RUN: Final = Decider("run", Run, decide, evolve)
CREDITS: Final = 1
"""The price of a successful run (wire.md, json_api)."""
LARGE: Final = 256 * 1024
"""Bytes of texts from which they are hashed in a thread."""


class RunRequest(NamedTuple):
    """``inputs`` are JSON by input node; ``inputs_record`` is the stored text of their origin.

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
    """A finished run; ``charge`` is there if it has a price."""

    id: str
    request: RunRequest
    result: RunResult
    results: Results
    started_at: datetime
    microseconds: int
    charge: Charge | None = None

    @property
    def credits(self) -> int:
        return 0 if self.charge is None else CREDITS


class RunTexts(NamedTuple):
    """The stored texts of a run; ``output`` is ``None`` without an output."""

    inputs: Salted
    output: Salted | None


class RunRecorder:
    def __init__(
        self,
        transactions: Transactions,
        ledgers: Ledgers,
        documents: DocumentOutput,
        new_salt: Callable[[], bytes],
    ) -> None:
        self._transactions = transactions
        self._ledgers = ledgers
        self._documents = documents
        self._new_salt = new_salt

    async def record(self, run: FinishedRun, once: IdempotentRequest | None) -> Written:
        """Record a run, its charge and its document, in one transaction.

        Raises ``CreditsExhausted``: then the output must not be shown.
        """
        output = run.result.output
        large = len(run.request.inputs_record) + len(output or b"") > LARGE
        texts = await asyncio.to_thread(self._texts, run) if large else self._texts(run)
        if run.result.document is None:
            plan = partial(self._finish, run, texts, None)
            return await self._transactions.run(run.request.by, plan, once=once)

        def finish(tx: Transaction, document: Decision) -> Decision:
            return self._finish(run, texts, document, tx)

        target, data = run.result.document
        options = WriteOptions(run.request.by, once=once)
        return await self._documents.write(target, data, finish, options)

    async def expire(self, key: str, by: Origin) -> Written:
        """Erase the inputs and output of a run whose retention is over."""
        command: RunCommand = ExpireRun()

        def plan(tx: Transaction) -> Decision:
            decision = tx.execute(RUN, key, command)
            tx.erase(decision.stream)
            return decision

        return await self._transactions.run(by, plan)

    def _texts(self, run: FinishedRun) -> RunTexts:
        output = run.result.output
        return RunTexts(
            salted(run.request.inputs_record, self._new_salt()),
            None if output is None else salted(output, self._new_salt()),
        )

    def _finish(
        self, run: FinishedRun, texts: RunTexts, document: Decision | None, tx: Transaction
    ) -> Decision:
        """Begin the run's stream, store its texts and charge for it."""
        decision = tx.begin(RUN, run.id, _command(run, texts, document))
        for text in filter(None, texts):
            tx.keep(decision.stream, text)
        if run.charge is not None:
            tx.charge(self._ledgers, run.charge)
        return decision


def _command(run: FinishedRun, texts: RunTexts, document: Decision | None) -> RunCommand:
    written = document and WrittenDocument(id=document.key, version=document.version)
    return FinishRun(
        pipeline_id=run.request.pipeline_id,
        version=run.request.version,
        status=run.result.status,
        started_at=run.started_at,
        microseconds=run.microseconds,
        steps=run.result.steps,
        warnings=run.result.warnings,
        inputs=texts.inputs.content,
        output=None if texts.output is None else texts.output.content,
        credits=run.credits,
        document=written,
    )
