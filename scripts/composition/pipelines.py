"""Pipelines context: utilities, pipelines, runs, drafts and read models."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from adapters.utilities.pool import UtilityPool
from application.erasure.purge_job import PURGE_EVERY, PURGE_RUNS, PurgeJob
from application.pipelines.document_output import DocumentOutput
from application.pipelines.drafts import Drafts
from application.pipelines.pipelines import PipelineCommands
from application.pipelines.run_recorder import RunRecorder
from application.pipelines.runs import PipelineRuns
from application.pipelines.utility_runs import UtilityRuns
from projections.documents.by_name import DocumentNames
from projections.pipelines.pipeline_runs import PIPELINE_RUNS, RunQueries
from projections.pipelines.pipelines import PipelineQueries
from scripts.composition.billing import BillingContext
from scripts.composition.documents import DocumentsContext
from scripts.composition.kernel import Kernel
from scripts.composition.llm import LlmContext
from scripts.composition.module import Module

if TYPE_CHECKING:
    from litestar.types import ControllerRouterHandler

    from api.http.shared_services import SharedServices


class PipelinesContext:
    def __init__(
        self,
        kernel: Kernel,
        documents: DocumentsContext,
        billing: BillingContext,
        llm: LlmContext,
    ) -> None:
        self._documents = documents
        self.queries = PipelineQueries(kernel.select, kernel.decrypt_event)
        self.run_queries = RunQueries(kernel.select, kernel.decrypt_event)
        self.commands = PipelineCommands(kernel.transactions, kernel.new_key)
        self._utilities = UtilityPool(
            outcomes=kernel.metrics.utility_work, seconds=kernel.metrics.utility_seconds
        )
        self._make_runs(kernel, billing)
        self.drafts = Drafts(
            utilities=self._utilities,
            ledgers=billing.ledgers,
            credentials=llm.credentials,
            chat=llm.chat,
            clock=kernel.clock,
            new_key=kernel.new_key,
        )

    def module(self) -> Module:
        return Module(
            routes=self._routes,
            jobs={PURGE_RUNS: self.purge},
            schedule={PURGE_RUNS: PURGE_EVERY},
            close=self._utilities.close,
        )

    def _make_runs(self, kernel: Kernel, billing: BillingContext) -> None:
        recorder = RunRecorder(
            transactions=kernel.transactions,
            ledgers=billing.ledgers,
            documents=self._document_output(),
            new_salt=kernel.random.salt,
        )
        self.utility_runs = UtilityRuns(
            utilities=self._utilities, ledgers=billing.ledgers, new_key=kernel.new_key
        )
        self.runs = PipelineRuns(
            utilities=self._utilities,
            ledgers=billing.ledgers,
            records=recorder,
            clock=kernel.clock,
            new_key=kernel.new_key,
        )
        self.purge = PurgeJob(
            due=self.run_queries.due,
            purge=recorder.expire,
            wait_visible=partial(kernel.read_your_writes.wait_visible, model=PIPELINE_RUNS.name),
            clock=kernel.clock,
            new_id=kernel.new_key,
        )

    def _document_output(self) -> DocumentOutput:
        documents = self._documents
        return DocumentOutput(
            documents=documents.commands,
            names=DocumentNames(documents.summaries, documents.folders),
            wait_visible=documents.wait_visible,
        )

    def _routes(self, shared: "SharedServices") -> Sequence["ControllerRouterHandler"]:
        from api.json_api.pipelines.router import pipelines_router
        from api.json_api.pipelines.services import PipelineServices

        services = PipelineServices(
            utility_runs=self.utility_runs,
            commands=self.commands,
            queries=self.queries,
            runs=self.runs,
            run_queries=self.run_queries,
            drafts=self.drafts,
            documents=self._documents.services(),
        )
        return [pipelines_router(services, shared)]
