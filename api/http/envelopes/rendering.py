"""One problem, told in the shape of the surface whose path was asked for."""

from typing import Final

import msgspec

from api.http.envelopes.ai_draft import AI_DRAFT, AIDraftErrorResponse
from api.http.envelopes.codegen import CodegenError
from api.http.envelopes.json_api import ErrorResponse
from api.http.envelopes.problem import Envelope, Problem
from api.http.envelopes.task_board import TaskBoardError
from api.http.surfaces import Surface, surface_of

ENVELOPES: Final[dict[Surface, type[Envelope]]] = {
    Surface.JSON_API: ErrorResponse,
    Surface.CODEGEN: CodegenError,
    Surface.TASK_BOARD: TaskBoardError,
    Surface.GATEWAY: CodegenError,
    Surface.OPERATE: CodegenError,
}


def render(path: str, problem: Problem) -> bytes:
    """Return the JSON body that answers for ``problem`` at ``path``."""
    return msgspec.json.encode(envelope_of(path).of(problem))


def envelope_of(path: str) -> type[Envelope]:
    """Return the shape of refusals at a path: its surface's, but for the one route with its own."""
    return AIDraftErrorResponse if path == AI_DRAFT else ENVELOPES[surface_of(path)]
