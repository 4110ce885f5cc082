"""The composition root's share of utilities and pipelines: who works, who records, who reads."""

from functools import partial
from typing import NamedTuple

from adapters.data_keys import KeyWrapping
from adapters.event_mapper import opened_event
from adapters.identifiers import new_key
from adapters.random_bytes import RandomBytes
from adapters.utilities.aside import UtilitiesAside
from application.chat import Chat
from application.credentials import Credentials
from application.documents import DocumentCommands
from application.drafting import Drafts
from application.ledgers import Ledgers
from application.pipeline_documents import DocumentWriting
from application.pipeline_runs import PipelineRuns
from application.pipelines import PipelineCommands
from application.run_records import RunRecords
from application.sweeps import PurgeSweep
from application.utility_runs import UtilityRuns
from application.visibility import Visibility
from projections.document_names import DocumentNames
from projections.document_summaries import DOCUMENT_SUMMARIES, DocumentSummaries
from projections.folders import Folders
from projections.pipeline_runs import PIPELINE_RUNS, RunQueries
from projections.pipelines import PipelineQueries
from scripts.people_parts import Common


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
