"""Routes of utilities, pipelines, their runs and drafts."""

from typing import Final

from domain.identity.scopes import Scope
from tests.support.json_api.drafts import DRAFT
from tests.support.json_api.pipelines import PIPELINES
from tests.support.json_api.utilities import UTILITIES
from tests.support.registries.route_part import RoutePart

UTILITY: Final = f"{UTILITIES}/{{utility_id:str}}"
PIPELINE: Final = f"{PIPELINES}/{{pipeline_id:str}}"
RUN: Final = f"{PIPELINE}/runs/{{run_id:str}}"

PART: Final = RoutePart(
    needs={
        ("GET", UTILITIES): Scope.UTILITIES,
        ("GET", UTILITY): Scope.UTILITIES,
        ("POST", UTILITY): Scope.UTILITIES,
        ("POST", DRAFT): Scope.PIPELINES,
        ("GET", PIPELINES): Scope.PIPELINES,
        ("POST", PIPELINES): Scope.PIPELINES,
        ("GET", PIPELINE): Scope.PIPELINES,
        ("PUT", PIPELINE): Scope.PIPELINES,
        ("DELETE", PIPELINE): Scope.PIPELINES,
        ("POST", f"{PIPELINE}/run"): Scope.PIPELINES,
        ("GET", f"{PIPELINE}/runs"): Scope.PIPELINES,
        ("GET", RUN): Scope.PIPELINES,
        ("GET", f"{RUN}/output"): Scope.PIPELINES,
    },
    values={"{utility_id:str}": "schema.nothing"},
)
