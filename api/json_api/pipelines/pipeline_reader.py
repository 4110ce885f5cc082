"""Reads pipelines for a request, or just after a write."""

from typing import Final

from api.auth.caller import caller_of
from api.http.paging import Page, PageRequest, page_of
from api.http.query_params import require_position
from api.request import AnyRequest
from application.eventstore.read_your_writes import ReadYourWrites
from application.eventstore.transactions import Written
from application.pipelines.pipelines import PipelineCommands
from domain.pipelines.pipeline import PipelineNotFound
from projections.pipelines.pipelines import PIPELINES, FoundPipeline, PipelineQueries, fold_pipeline

MODEL: Final = PIPELINES.name


class PipelineReader:
    def __init__(
        self, queries: PipelineQueries, commands: PipelineCommands, visibility: ReadYourWrites
    ) -> None:
        self.queries = queries
        self._commands = commands
        self._read_your_writes = visibility

    async def find(self, request: AnyRequest, pipeline_id: str) -> FoundPipeline:
        """Return a pipeline that is not archived.

        Raises ``PipelineNotFound``, also for one of another organisation.
        """
        await require_position(request, self._read_your_writes, MODEL)
        pipeline = await self.queries.find(caller_of(request).org_id, pipeline_id)
        if pipeline is None:
            raise PipelineNotFound
        return pipeline

    async def page(self, request: AnyRequest, page: PageRequest) -> Page[FoundPipeline]:
        """Return a page of pipelines that are not archived, newest first."""
        await require_position(request, self._read_your_writes, MODEL)
        org_id = caller_of(request).org_id
        rows = await self.queries.page(org_id, page.start.before, page.limit + 1)
        return page_of(rows, page.limit)

    async def wait_visible(self, written: Written) -> None:
        """Wait until reads show a write, for a second at most; it is recorded in any case."""
        if written.records:
            await self._read_your_writes.wait_visible(written.position, MODEL)

    async def read_after_write(
        self, written: Written, request: AnyRequest, pipeline_id: str
    ) -> FoundPipeline:
        """Return a pipeline after a write: from its events if the read model is late."""
        await self.wait_visible(written)
        pipeline = await self.queries.find(caller_of(request).org_id, pipeline_id)
        if pipeline is None or pipeline.version < written.version:
            return fold_pipeline(await self._commands.records(pipeline_id))
        return pipeline
