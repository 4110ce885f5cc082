"""The composition root's share of utilities and pipelines: who works, who records, who reads."""

from functools import partial
from typing import NamedTuple

from adapters.crypto.data_keys import KeyWrapping
from adapters.crypto.ids import new_key
from adapters.crypto.random_bytes import RandomBytes
from adapters.postgres.event_mapper import opened_event
from adapters.utilities.aside import UtilitiesAside
from application.billing.ledgers import Ledgers
from application.documents.documents import DocumentCommands
from application.erasure.purge_job import PurgeSweep
from application.eventstore.read_your_writes import Visibility
from application.llm.chat import Chat
from application.llm.provider_credentials import Credentials
from application.pipelines.document_output import DocumentWriting
from application.pipelines.drafts import Drafts
from application.pipelines.pipelines import PipelineCommands
from application.pipelines.run_recorder import RunRecords
from application.pipelines.runs import PipelineRuns
from application.pipelines.utility_runs import UtilityRuns
from projections.documents.by_name import DocumentNames
from projections.documents.document_summaries import DOCUMENT_SUMMARIES, DocumentSummaries
from projections.documents.folders import Folders
from projections.pipelines.pipeline_runs import PIPELINE_RUNS, RunQueries
from projections.pipelines.pipelines import PipelineQueries
from scripts.composition.identity import Common


class PipelineCommon(NamedTuple):
    """What a process has that pipelines are run with, besides what it has for people."""

    ledgers: Ledgers
    documents: DocumentCommands
    summaries: DocumentSummaries
    folders: Folders
    wrapping: KeyWrapping
    random: RandomBytes
    visibility: Visibility
    credentials: Credentials
    chat: Chat


class PipelineParts:
    def __init__(self, common: Common, own: PipelineCommon) -> None:
        metrics = common.metrics
        select, streams, opened = common.select, common.streams, partial(opened_event, own.wrapping)
        self.utilities = UtilitiesAside(metrics.utility_work, metrics.utility_seconds)
        self.utility_runs = UtilityRuns(self.utilities, own.ledgers, new_key)
        self.commands = PipelineCommands(streams, new_key)
        self.queries = PipelineQueries(select, opened)
        self.run_queries = RunQueries(select, opened)
        names = DocumentNames(own.summaries, own.folders)
        shown = partial(own.visibility.shown, model=DOCUMENT_SUMMARIES.name)
        writing = DocumentWriting(own.documents, names, shown)
        self.records = RunRecords(streams, own.ledgers, writing, own.random.salt)
        self.runs = PipelineRuns(self.utilities, own.ledgers, self.records, common.clock, new_key)

        by = (own.credentials, own.chat, common.clock, new_key)
        self.drafts = Drafts(self.utilities, own.ledgers, *by)
        self.sweep = self._sweep(own.visibility, common)

    def _sweep(self, visibility: Visibility, common: Common) -> PurgeSweep:
        """Return what erases runs whose time is over."""
        shown = partial(visibility.shown, model=PIPELINE_RUNS.name)
        return PurgeSweep(self.run_queries.due, self.records.expire, shown, common.clock, new_key)

    async def close(self) -> None:
        await self.utilities.close()
