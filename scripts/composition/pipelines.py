"""The composition root's share of utilities and pipelines: who works, who records, who reads."""

from functools import partial
from typing import NamedTuple

from adapters.crypto.data_keys import KeyWrapping
from adapters.crypto.ids import new_key
from adapters.crypto.random_bytes import RandomBytes
from adapters.postgres.event_mapper import decrypt_event
from adapters.utilities.pool import UtilityPool
from application.billing.ledgers import Ledgers
from application.documents.documents import DocumentCommands
from application.erasure.purge_job import PurgeJob
from application.eventstore.read_your_writes import ReadYourWrites
from application.llm.chat import Chat
from application.llm.provider_credentials import Credentials
from application.pipelines.document_output import DocumentOutput
from application.pipelines.drafts import Drafts
from application.pipelines.pipelines import PipelineCommands
from application.pipelines.run_recorder import RunRecorder
from application.pipelines.runs import PipelineRuns
from application.pipelines.utility_runs import UtilityRuns
from projections.documents.by_name import DocumentNames
from projections.documents.document_summaries import DOCUMENT_SUMMARIES, DocumentQueries
from projections.documents.folders import FolderQueries
from projections.pipelines.pipeline_runs import PIPELINE_RUNS, RunQueries
from projections.pipelines.pipelines import PipelineQueries
from scripts.composition.identity import Common


class PipelineCommon(NamedTuple):
    """What a process has that pipelines are run with, besides what it has for people."""

    ledgers: Ledgers
    documents: DocumentCommands
    summaries: DocumentQueries
    folders: FolderQueries
    wrapping: KeyWrapping
    random: RandomBytes
    read_your_writes: ReadYourWrites
    credentials: Credentials
    chat: Chat


class PipelineParts:
    def __init__(self, common: Common, own: PipelineCommon) -> None:
        metrics = common.metrics
        select, transactions, opened = (
            common.select,
            common.transactions,
            partial(decrypt_event, own.wrapping),
        )
        self.utilities = UtilityPool(metrics.utility_work, metrics.utility_seconds)
        self.utility_runs = UtilityRuns(self.utilities, own.ledgers, new_key)
        self.commands = PipelineCommands(transactions, new_key)
        self.queries = PipelineQueries(select, opened)
        self.run_queries = RunQueries(select, opened)
        names = DocumentNames(own.summaries, own.folders)
        shown = partial(own.read_your_writes.wait_visible, model=DOCUMENT_SUMMARIES.name)
        writing = DocumentOutput(own.documents, names, shown)
        self.records = RunRecorder(transactions, own.ledgers, writing, own.random.salt)
        self.runs = PipelineRuns(self.utilities, own.ledgers, self.records, common.clock, new_key)

        by = (own.credentials, own.chat, common.clock, new_key)
        self.drafts = Drafts(self.utilities, own.ledgers, *by)
        self.sweep = self._sweep(own.read_your_writes, common)

    def _sweep(self, visibility: ReadYourWrites, common: Common) -> PurgeJob:
        """Return what erases runs whose time is over."""
        shown = partial(visibility.wait_visible, model=PIPELINE_RUNS.name)
        return PurgeJob(self.run_queries.due, self.records.expire, shown, common.clock, new_key)

    async def close(self) -> None:
        await self.utilities.close()
