"""Execution plans: graphs become chains, and independent chains run beside each other."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domain.pipelines.graph import Edge, Graph, InvalidPipeline, Node, NodeType, OnError
from domain.pipelines.plan import ExecutionPlan, plan_graph
from domain.pipelines.validation import checked_graph


def made(nodes: str, *edges: str) -> Graph:
    """Make a graph: ``i`` are inputs, ``o`` outputs, ``m`` merge two, others are steps.

    One with a ``?`` may fail.
    """
    return Graph(
        nodes=tuple(map(_node, nodes.split())),
        edges=tuple(Edge(from_=edge[0], to=edge[1]) for edge in (e.split(">") for e in edges)),
    )


def _node(name: str) -> Node:
    kinds = {"i": NodeType.INPUT, "o": NodeType.OUTPUT}
    kind = kinds.get(name[0], NodeType.STEP)
    utility = "merge.deep-merge" if name[0] == "m" else "cleanup.sort-keys"
    return Node(
        id=name,
        type=kind,
        utility=utility if kind is NodeType.STEP else None,
        on_error=OnError.CONTINUE if name.endswith("?") else OnError.FAIL,
    )


def plan(nodes: str, *edges: str) -> ExecutionPlan:
    return plan_graph(checked_graph(made(nodes, *edges)))


def chains(of: ExecutionPlan) -> list[list[str]]:
    return [[step.id for step in chain.steps] for chain in of.chains]


def test_a_line_is_one_chain() -> None:
    one = plan("i a b c o", "i>a", "a>b", "b>c", "c>o")

    assert chains(one) == [["a", "b", "c"]]
    assert one.chains[0].primary == ("i",)
    assert [(node.id, sources) for node, sources in one.outputs] == [("o", ("c",))]


def test_what_two_need_ends_a_chain() -> None:
    forked = plan("i a b c m o", "i>a", "a>b", "a>c", "b>m", "c>m", "m>o")

    assert sorted(chains(forked)) == [["a"], ["b"], ["c"], ["m"]]
    merge = next(chain for chain in forked.chains if chain.id == "m")
    assert (merge.primary, merge.secondary) == (("b",), ("c",))


def test_a_chain_goes_on_after_a_merge() -> None:
    merged = plan("i j m a o", "i>m", "j>m", "m>a", "a>o")

    assert chains(merged) == [["m", "a"]]


def test_what_is_also_put_out_ends_a_chain() -> None:
    tapped = plan("i a b o o2", "i>a", "a>b", "a>o", "b>o2")

    assert chains(tapped) == [["a"], ["b"]]


def test_a_step_that_may_fail_is_a_chain_of_its_own() -> None:
    assert chains(plan("i a b? c d o", "i>a", "a>b?", "b?>c", "c>d", "d>o")) == [
        ["a"],
        ["b?"],
        ["c", "d"],
    ]


def test_whether_anything_can_come_out() -> None:
    assert plan("i o", "i>o").reaches_output
    assert plan("i a o", "i>a", "a>o").reaches_output
    assert not plan("i a o", "i>a").reaches_output
    assert not plan("a o", "a>o").reaches_output
    assert not plan("i o").reaches_output
    assert not plan("i a m o", "i>m", "a>m", "m>o").reaches_output


@given(st.data())
def test_every_step_that_something_leads_to_is_in_one_chain(data: Any) -> None:
    names = ["i", *(f"{kind}{n}" for n in range(6) for kind in "sm"), "o"]
    pairs = [(a, b) for at, a in enumerate(names) for b in names[at + 1 :] if a != "o" and b != "i"]
    edges = data.draw(st.lists(st.sampled_from(pairs), max_size=15, unique=True))
    graph = Graph(
        nodes=tuple(map(_node, names)), edges=tuple(Edge(from_=a, to=b) for a, b in edges)
    )
    try:
        checked_graph(graph)
    except InvalidPipeline:  # a merge with one input
        return
    planned_ones = plan_graph(graph)

    inside = [step.id for chain in planned_ones.chains for step in chain.steps]
    assert sorted(inside) == sorted({b for _, b in edges if b != "o"})
    done = {"i"}
    for chain in planned_ones.chains:
        sources = {*chain.primary, *(chain.secondary or ())}
        assert sources <= done | {a for a, _ in edges if a not in {b for _, b in edges}}
        done.update(step.id for step in chain.steps)
