"""Renders problems in the error format of the surface that owns the path."""

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
    """Return the JSON body for a problem at a path."""
    return msgspec.json.encode(envelope_of(path).of(problem))


def envelope_of(path: str) -> type[Envelope]:
    """Return the error format of a path: its surface's; AI drafts have their own."""
    return AIDraftErrorResponse if path == AI_DRAFT else ENVELOPES[surface_of(path)]
