"""Surfaces, and the one that owns a path: it decides error format and API document (wire.md)."""

from enum import Enum
from typing import Final


class Surface(Enum):
    JSON_API = "json_api"
    CODEGEN = "codegen"
    TASK_BOARD = "task_board"
    GATEWAY = "gateway"
    OPERATE = "operate"


GATEWAY_SEGMENTS: Final = frozenset(
    {"session", "sessions", "agent", "pending", "approve", "reject", "health", "status", "gateway"}
)
TASK_BOARD_SEGMENTS: Final = frozenset({"projects", "tasks", "attempts", "processes", "webhooks"})


def surface_of(path: str) -> Surface:
    """Return the surface of a path, which need not exist: a 404 has its error format, too."""
    match [segment for segment in path.split("/") if segment]:
        case ["api", "v1", *rest]:
            return _under_api_v1(rest)
        case ["api", *_]:
            return Surface.TASK_BOARD
        case ["v1", *_]:
            return Surface.CODEGEN
        case _:
            return Surface.OPERATE


def _under_api_v1(rest: list[str]) -> Surface:
    segment = rest[0] if rest else ""
    if segment in GATEWAY_SEGMENTS:
        return Surface.GATEWAY
    return Surface.TASK_BOARD if segment in TASK_BOARD_SEGMENTS else Surface.JSON_API
