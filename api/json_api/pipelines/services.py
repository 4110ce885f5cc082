"""What the routes of utilities, pipelines and their runs are built from."""

import msgspec

from api.json_api.documents.services import DocumentServices
from application.pipelines.drafts import Drafts
from application.pipelines.pipelines import PipelineCommands
from application.pipelines.runs import PipelineRuns
from application.pipelines.utility_runs import UtilityRuns
from projections.pipelines.pipeline_runs import RunQueries
from projections.pipelines.pipelines import PipelineQueries


class PipelineServices(msgspec.Struct, frozen=True, kw_only=True):
    """Runs read their inputs from ``documents``."""

    utility_runs: UtilityRuns
    commands: PipelineCommands
    queries: PipelineQueries
    runs: PipelineRuns
    run_queries: RunQueries
    drafts: Drafts
    documents: DocumentServices
