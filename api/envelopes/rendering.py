"""One problem, told in the shape of the surface whose path was asked for."""

from typing import Final

import msgspec

from api.envelopes.codegen import CodegenError
from api.envelopes.gateway import GatewayError
from api.envelopes.json_api import ErrorResponse
from api.envelopes.problem import Envelope, Problem
from api.envelopes.task_board import TaskBoardError
from api.surfaces import Surface, surface_of

ENVELOPES: Final[dict[Surface, type[Envelope]]] = {
    Surface.JSON_API: ErrorResponse,
    Surface.CODEGEN: CodegenError,
    Surface.TASK_BOARD: TaskBoardError,
    Surface.GATEWAY: GatewayError,
    Surface.OPERATE: CodegenError,
}


def render(path: str, problem: Problem) -> bytes:
    """Return the JSON body that answers for ``problem`` at ``path``."""
    return msgspec.json.encode(ENVELOPES[surface_of(path)].of(problem))
