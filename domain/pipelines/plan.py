"""How a graph is run: chains of steps, each of which can begin when others have ended."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from domain.pipelines.graph import Edge, Graph, Node, NodeType, OnError, Port
from domain.pipelines.utilities.catalogue import utility
from domain.pipelines.validation import order, ports


class Chain(NamedTuple):
    """Steps one after the other, of which each has but the last one's result to work on.

    ``primary`` and ``secondary`` are the nodes that lead to the first; what is reached first in
    that order is taken.
    """

    steps: tuple[Node, ...]
    primary: tuple[str, ...]
    secondary: tuple[str, ...] | None

    @property
    def id(self) -> str:
        """The node whose result the chain's result is."""
        return self.steps[-1].id


class ExecutionPlan(NamedTuple):
    """``chains`` are in an order in which they could run; ``outputs`` with what leads to each."""

    inputs: tuple[str, ...]
    chains: tuple[Chain, ...]
    outputs: tuple[tuple[Node, tuple[str, ...]], ...]

    @property
    def reaches_output(self) -> bool:
        """Say whether anything can come out at all."""
        reached = {*self.inputs}
        for chain in self.chains:
            sources = [chain.primary, *([chain.secondary] if chain.secondary is not None else [])]
            if all(not reached.isdisjoint(source) for source in sources):
                reached.update(step.id for step in chain.steps)
        return any(not reached.isdisjoint(sources) for _, sources in self.outputs)


def plan_graph(graph: Graph) -> ExecutionPlan:
    """Return the plan of a graph that has been checked."""
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
    """Put a step at the end of the chain it continues, or let it begin one."""
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
    """Say whether time that runs out in either is the end of both; else it must be known in which.

    A step that may fail is a chain of its own.
    """
    return OnError.CONTINUE not in (node.on_error, before.steps[-1].on_error)
