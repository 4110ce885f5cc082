"""Validation of graphs; errors name the node to blame."""

from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from domain.pipelines.expressions.templates import condition
from domain.pipelines.graph import (
    Edge,
    Graph,
    InvalidPipeline,
    InvalidStep,
    Node,
    NodeType,
    OnError,
    Port,
    UnknownUtility,
)
from domain.pipelines.refusals import InvalidConfig, UtilityNotFound
from domain.pipelines.utilities.catalogue import utility
from domain.pipelines.utilities.utility import Utility


def checked_graph(graph: Graph) -> Graph:
    """Return the graph if it is valid; raises ``InvalidPipeline``."""
    nodes = _by_id(graph)
    for edge in graph.edges:
        _check_edge(edge, nodes)
    if len({(edge.from_, edge.to, edge.input) for edge in graph.edges}) < len(graph.edges):
        raise InvalidPipeline("Two edges are the same.")
    order(graph)
    for node in graph.nodes:
        _check_node(node, [edge for edge in graph.edges if edge.to == node.id])
    writers = [node.id for node in graph.nodes if node.document is not None]
    if len(writers) > 1:
        raise InvalidPipeline("one output at most may write a document.", writers[1])
    return graph


def order(graph: Graph) -> Sequence[str]:
    """Return node ids in topological order; raises ``InvalidPipeline`` for a cycle."""
    before: dict[str, list[str]] = {node.id: [] for node in graph.nodes}
    for edge in graph.edges:
        before[edge.to].append(edge.from_)
    try:
        return [*TopologicalSorter(before).static_order()]
    except CycleError as error:
        cycle: list[str] = error.args[1]
        raise InvalidPipeline(f"it is part of a cycle: {' > '.join(cycle)}.", cycle[0]) from error


def ports(used: Utility, incoming: Sequence[Edge]) -> Mapping[Port, Sequence[str]]:
    """Return the source nodes of each input of a step, in the order of the edges."""
    found: dict[Port, list[str]] = {Port.PRIMARY: [], Port.SECONDARY: []}
    for edge in incoming:
        port = edge.input
        if port is None:
            second = used.secondary is not None and found[Port.PRIMARY]
            port = Port.SECONDARY if second else Port.PRIMARY
        found[port].append(edge.from_)
    return found


def _by_id(graph: Graph) -> Mapping[str, Node]:
    nodes: dict[str, Node] = {}
    for node in graph.nodes:
        if node.id in nodes:
            raise InvalidPipeline("there are two nodes of that id.", node.id)
        nodes[node.id] = node
    return nodes


def _check_edge(edge: Edge, nodes: Mapping[str, Node]) -> None:
    for end in (edge.from_, edge.to):
        if end not in nodes:
            raise InvalidPipeline("an edge names it, but there is no such node.", end)
    if nodes[edge.from_].type is NodeType.OUTPUT:
        raise InvalidPipeline("no edge can lead from an output.", edge.from_)
    if nodes[edge.to].type is NodeType.INPUT:
        raise InvalidPipeline("no edge can lead to an input.", edge.to)


def _check_node(node: Node, incoming: Sequence[Edge]) -> None:
    if node.type is NodeType.STEP:
        _check_step(node, incoming)
        return
    step = node.utility or node.args or node.when or node.on_error is not OnError.FAIL
    if step:
        raise InvalidPipeline("utility, args, when and onError belong to steps.", node.id)
    if node.document is not None and node.type is not NodeType.OUTPUT:
        raise InvalidPipeline("document belongs to an output.", node.id)
    if any(edge.input is Port.SECONDARY for edge in incoming):
        raise InvalidPipeline("an output has no secondary input.", node.id)


def _check_step(node: Node, incoming: Sequence[Edge]) -> None:
    if node.utility is None:
        raise InvalidPipeline("a step needs a utility.", node.id)
    if node.document is not None:
        raise InvalidPipeline("document belongs to an output.", node.id)
    try:
        used = utility(node.utility)
        used.parse_config(node.args or {})
        if node.when is not None:
            condition(node.when)
    except UtilityNotFound as error:
        raise UnknownUtility(str(error), node.id) from error
    except InvalidConfig as error:
        raise InvalidStep(str(error), node.id) from error
    given = ports(used, incoming)
    if used.secondary is None and given[Port.SECONDARY]:
        raise InvalidPipeline(f"{used.id} has no secondary input.", node.id)
    if used.secondary is not None and incoming and not all(given.values()):
        raise InvalidPipeline(f"{used.id} needs a primary and a secondary input.", node.id)
