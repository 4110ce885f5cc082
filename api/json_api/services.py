"""What the routes of utilities and pipelines are built from."""

import msgspec

from application.pipelines.drafts import Drafts
from application.pipelines.pipelines import PipelineCommands
from application.pipelines.runs import PipelineRuns
from application.pipelines.utility_runs import UtilityRuns
from projections.pipelines.pipeline_runs import RunQueries
from projections.pipelines.pipelines import PipelineQueries


class PipelineServices(msgspec.Struct, frozen=True, kw_only=True):
    """Utilities, pipelines and their runs."""

    utility_runs: UtilityRuns
    commands: PipelineCommands
    queries: PipelineQueries
    runs: PipelineRuns
    run_queries: RunQueries
    drafts: Drafts
