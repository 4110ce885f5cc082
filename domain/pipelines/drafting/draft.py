"""Drafts of pipelines: proposed steps, and refusals of invalid drafts (seed 002)."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, ClassVar, Final, NamedTuple

from domain.pipelines.graph import Edge, Graph, Node, NodeType
from domain.refusals import Invalid

MAX_DRAFT_STEPS: Final = 20
MAX_INTENT: Final = 4_000
MAX_SAMPLE: Final = 200_000
"""Bytes."""


class DraftStep(NamedTuple):
    utility: str
    config: Mapping[str, Any]


class PipelineProposal(NamedTuple):
    """Steps that a drafter proposes for an intent, with an explanation."""

    steps: Sequence[DraftStep]
    explanation: str


class DraftRefused(Invalid):
    """A draft is refused; ``details`` may name the step, by index from 0, and its utility."""

    code: ClassVar[str] = "SEMANTIC_MISMATCH"

    def __init__(self, message: str, index: int | None = None, utility: str | None = None) -> None:
        super().__init__(message)
        named = {"stepIndex": index, "utilityId": utility}
        self.details = {name: value for name, value in named.items() if value is not None}


class SemanticMismatch(DraftRefused):
    """The intent is not understood, or the draft does not fit the sample."""


class EmptyDraft(DraftRefused):
    code = "EMPTY_DRAFT"


class UnknownStep(DraftRefused):
    code = "UNKNOWN_UTILITY"


class MisconfiguredStep(DraftRefused):
    code = "INVALID_CONFIG"


class StepLimitExceeded(DraftRefused):
    code = "STEP_LIMIT_EXCEEDED"


def graph_of_steps(steps: Sequence[DraftStep]) -> Graph:
    """Return a linear graph of the steps, from one input to one output."""
    ids = [f"step_{number}" for number in range(1, len(steps) + 1)]
    made = [
        Node(id=node_id, type=NodeType.STEP, utility=step.utility, args=dict(step.config))
        for node_id, step in zip(ids, steps, strict=True)
    ]
    first, last = Node(id="input_1", type=NodeType.INPUT), Node(id="output_1", type=NodeType.OUTPUT)
    line = [first.id, *ids, last.id]
    edges = tuple(Edge(from_=a, to=b) for a, b in pairwise(line))
    return Graph(nodes=(first, *made, last), edges=edges)
