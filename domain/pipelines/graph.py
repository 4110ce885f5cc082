"""A pipeline's graph: inputs, steps that each run a utility, outputs, and edges between them."""

from enum import Enum
from typing import Annotated, Any, ClassVar, Literal

import msgspec

from domain.refusals import Invalid

NodeId = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[A-Za-z0-9_.-]{1,64}(?!\n)$", description="Letters, digits, `_`, `-` and `.`."
    ),
]


class InvalidPipeline(Invalid):
    """The graph makes no sense; ``details`` names the node, where it is one."""

    code: ClassVar[str] = "INVALID_PIPELINE"

    def __init__(self, message: str, node: str = "") -> None:
        super().__init__(f"Node {node!r}: {message}" if node else message)
        self.details = {"nodeId": node} if node else {}


class UnknownUtility(InvalidPipeline):
    code = "UNKNOWN_UTILITY"


class InvalidStep(InvalidPipeline):
    """A step's utility is not configured as it must be."""

    code = "INVALID_CONFIG"


class NodeType(Enum):
    INPUT = "input"
    STEP = "step"
    OUTPUT = "output"


class OnError(Enum):
    """``continue`` hands on what a step was given when it fails, and warns."""

    FAIL = "fail"
    CONTINUE = "continue"


class Port(Enum):
    PRIMARY = "primary"
    SECONDARY = "secondary"


class DocumentTarget(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A document that a run writes: a new version of the one of that name, or a new document."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    folder: Annotated[str, msgspec.Meta(max_length=1_000)] | None = None


class Node(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    rename="camel",
    forbid_unknown_fields=True,
    omit_defaults=True,
):
    """``utility``, ``args``, ``when`` and ``onError`` are a step's, ``document`` an output's.

    ``when`` is an expression over what the step is given: if it is not true, the step is skipped,
    and so is what comes after it. ``args`` configure the utility.
    """

    id: NodeId
    type: NodeType
    utility: Annotated[str, msgspec.Meta(max_length=100)] | None = None
    args: dict[str, Any] | None = None
    when: Annotated[str, msgspec.Meta(max_length=2_000)] | None = None
    on_error: OnError = OnError.FAIL
    document: DocumentTarget | None = None


class Edge(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    rename={"from_": "from"},
    forbid_unknown_fields=True,
    omit_defaults=True,
):
    """``input`` says which input of a step with two; else the first edge is the primary one."""

    from_: NodeId
    to: NodeId
    input: Port | None = None


class Graph(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """As it is stored, and as it is imported and exported (wire.md, json_api)."""

    kind: Literal["forgejson.pipeline"] = "forgejson.pipeline"
    version: Literal["1.0"] = "1.0"
    nodes: Annotated[tuple[Node, ...], msgspec.Meta(max_length=100)]
    edges: Annotated[tuple[Edge, ...], msgspec.Meta(max_length=300)]

    def text(self) -> str:
        return msgspec.json.encode(self).decode()


def graph_of(text: str) -> Graph:
    """Read a graph as it was stored."""
    return msgspec.json.decode(text, type=Graph)
