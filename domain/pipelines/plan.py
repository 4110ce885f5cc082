"""Execution plan of a graph: chains of steps, and what each chain depends on."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from domain.pipelines.graph import Edge, Graph, Node, NodeType, OnError, Port
from domain.pipelines.utilities.catalogue import utility
from domain.pipelines.validation import order, ports


class Chain(NamedTuple):
    """A sequence of steps, each of which takes the result of the one before.

    ``primary`` and ``secondary`` are the source nodes of the first step's inputs, in order; the
    first one that has a result is used.
    """

    steps: tuple[Node, ...]
    primary: tuple[str, ...]
    secondary: tuple[str, ...] | None

    @property
    def id(self) -> str:
        """The id of the last node, under which the chain's result is known."""
        return self.steps[-1].id


class ExecutionPlan(NamedTuple):
    """Execution plan; ``chains`` in topological order, ``outputs`` with their source nodes."""

    inputs: tuple[str, ...]
    chains: tuple[Chain, ...]
    outputs: tuple[tuple[Node, tuple[str, ...]], ...]

    @property
    def reaches_output(self) -> bool:
        """Say whether any output is reachable from the inputs."""
        reached = {*self.inputs}
        for chain in self.chains:
            sources = [chain.primary, *([chain.secondary] if chain.secondary is not None else [])]
            if all(not reached.isdisjoint(source) for source in sources):
                reached.update(step.id for step in chain.steps)
        return any(not reached.isdisjoint(sources) for _, sources in self.outputs)


def plan_graph(graph: Graph) -> ExecutionPlan:
    """Return the execution plan of a valid graph."""
    nodes = {node.id: node for node in graph.nodes}
    incoming: dict[str, list[Edge]] = {node.id: [] for node in graph.nodes}
    leaving: dict[str, list[Edge]] = {node.id: [] for node in graph.nodes}
    for edge in graph.edges:
        incoming[edge.to].append(edge)
        leaving[edge.from_].append(edge)
    chains: dict[str, Chain] = {}
    for node_id in order(graph):
        node = nodes[node_id]
        if node.type is NodeType.STEP and incoming[node_id]:
            _place(node, incoming[node_id], leaving, chains)
    return ExecutionPlan(
        inputs=tuple(node.id for node in graph.nodes if node.type is NodeType.INPUT),
        chains=tuple(chains.values()),
        outputs=tuple(
            (node, tuple(edge.from_ for edge in incoming[node.id]))
            for node in graph.nodes
            if node.type is NodeType.OUTPUT
        ),
    )


def _place(
    node: Node,
    incoming: Sequence[Edge],
    leaving: Mapping[str, Sequence[Edge]],
    chains: dict[str, Chain],
) -> None:
    """Append a step to the chain it continues, or start a new chain."""
    used = utility(node.utility or "")
    source = incoming[0].from_
    alone = len(incoming) == 1 and used.secondary is None
    if alone and source in chains and len(leaving[source]) == 1 and _ends_all(node, chains[source]):
        before = chains.pop(source)
        chains[node.id] = before._replace(steps=(*before.steps, node))
        return
    given = ports(used, incoming)
    secondary = None if used.secondary is None else tuple(given[Port.SECONDARY])
    chains[node.id] = Chain((node,), tuple(given[Port.PRIMARY]), secondary)


def _ends_all(node: Node, before: Chain) -> bool:
    """Say whether a timeout in either step fails the run, so that both may share a chain.

    A step that continues on errors is a chain of its own.
    """
    return OnError.CONTINUE not in (node.on_error, before.steps[-1].on_error)
