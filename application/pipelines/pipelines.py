"""Use cases for pipelines: create, revise, archive."""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from application.eventstore.decider import Decider
from application.eventstore.envelope import Origin, RecordedEvent
from application.eventstore.idempotency import IdempotentRequest
from application.eventstore.transactions import Transactions, Written
from domain.pipelines.graph import Graph
from domain.pipelines.pipeline import (
    ArchivePipeline,
    CreatePipeline,
    Pipeline,
    PipelineCommand,
    PipelineDefinition,
    RevisePipeline,
    decide,
    evolve,
)
from domain.pipelines.validation import checked_graph

PIPELINE: Final = Decider("pipeline", Pipeline, decide, evolve)


class PipelineDraft(NamedTuple):
    """A pipeline to create, or to replace another with."""

    name: str
    description: str | None
    graph: Graph

    def definition(self) -> PipelineDefinition:
        """Validate the graph and return the definition; raises ``InvalidPipeline``."""
        graph = checked_graph(self.graph)
        return PipelineDefinition(name=self.name, description=self.description, graph=graph.text())


class PipelineCommands:
    def __init__(self, transactions: Transactions, new_key: Callable[[], str]) -> None:
        self._transactions = transactions
        self._new_key = new_key

    async def create(
        self, draft: PipelineDraft, by: Origin, once: IdempotentRequest | None = None
    ) -> tuple[str, Written]:
        """Create a pipeline; raises ``InvalidPipeline``, ``InvalidText`` or ``TooLarge``."""
        key = self._new_key()
        command: PipelineCommand = CreatePipeline(definition=draft.definition())
        return key, await self._transactions.begin(PIPELINE, key, command, by, once=once)

    async def revise(
        self, key: str, draft: PipelineDraft, by: Origin, expected: int | None
    ) -> Written:
        """Replace a pipeline; raises as ``create`` does, and ``PipelineNotFound``."""
        command: PipelineCommand = RevisePipeline(definition=draft.definition())
        return await self._transactions.execute(PIPELINE, key, command, by, expected=expected)

    async def records(self, key: str) -> Sequence[RecordedEvent]:
        """Return a pipeline's events, to read the caller's own write."""
        return await self._transactions.log.read(PIPELINE.stream(key))

    async def archive(self, key: str, by: Origin, expected: int | None) -> Written:
        command: PipelineCommand = ArchivePipeline()
        return await self._transactions.execute(PIPELINE, key, command, by, expected=expected)
