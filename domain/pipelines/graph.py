"""Graph of a pipeline: inputs, steps that each run a utility, outputs, and edges."""

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
    """The graph is invalid; ``details`` names the node, if one is to blame."""

    code: ClassVar[str] = "INVALID_PIPELINE"

    def __init__(self, message: str, node: str = "") -> None:
        super().__init__(f"Node {node!r}: {message}" if node else message)
        self.details = {"nodeId": node} if node else {}


class UnknownUtility(InvalidPipeline):
    code = "UNKNOWN_UTILITY"


class InvalidStep(InvalidPipeline):
    """The configuration of a step's utility is invalid."""

    code = "INVALID_CONFIG"


class NodeType(Enum):
    INPUT = "input"
    STEP = "step"
    OUTPUT = "output"


class OnError(Enum):
    """Handling of a failing step: ``continue`` passes its input on, with a warning."""

    FAIL = "fail"
    CONTINUE = "continue"


class Port(Enum):
    PRIMARY = "primary"
    SECONDARY = "secondary"


class DocumentTarget(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Document that a run writes: a new version of the document with that name, or a new one."""

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
    """A node: an input, a step or an output.

    Only steps have ``utility``, ``args`` (its configuration), ``when`` and ``onError``; only
    outputs have ``document``. ``when`` is an expression over the step's input: if it is not true,
    the step and those that depend on it are skipped.
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
    """An edge to an ``input`` of a step with two; by default, the first edge is the primary one."""

    from_: NodeId
    to: NodeId
    input: Port | None = None


class Graph(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Graph as stored, imported and exported (wire.md, json_api)."""

    kind: Literal["forgejson.pipeline"] = "forgejson.pipeline"
    version: Literal["1.0"] = "1.0"
    nodes: Annotated[tuple[Node, ...], msgspec.Meta(max_length=100)]
    edges: Annotated[tuple[Edge, ...], msgspec.Meta(max_length=300)]

    def text(self) -> str:
        return msgspec.json.encode(self).decode()


def graph_of(text: str) -> Graph:
    """Decode a stored graph."""
    return msgspec.json.decode(text, type=Graph)
