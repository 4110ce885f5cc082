"""Routes of generations of code."""

from typing import Final

from domain.identity.scopes import Scope
from tests.support.codegen.generations import GENERATIONS
from tests.support.registries.route_part import RoutePart

GENERATION: Final = f"{GENERATIONS}/{{generation_id:str}}"

PART: Final = RoutePart(
    {
        ("GET", "/v1/artifacts"): Scope.GENERATIONS,
        ("GET", GENERATIONS): Scope.GENERATIONS,
        ("POST", GENERATIONS): Scope.GENERATIONS,
        ("POST", f"{GENERATIONS}/stream"): Scope.GENERATIONS,
        ("GET", GENERATION): Scope.GENERATIONS,
        ("GET", f"{GENERATION}/events"): Scope.GENERATIONS,
        ("GET", f"{GENERATION}/download"): Scope.GENERATIONS,
        ("GET", f"{GENERATION}/archive"): Scope.GENERATIONS,
    }
)
