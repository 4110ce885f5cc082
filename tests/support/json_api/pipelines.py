"""Pipelines over HTTP."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

from httpx import AsyncClient, Response

PIPELINES: Final = "/api/v1/pipelines"
IN: Final = {"id": "input_1", "type": "input"}
OUT: Final = {"id": "output_1", "type": "output"}


def step(node_id: str, utility: str, args: Any = None, **more: Any) -> dict[str, Any]:
    made = {"id": node_id, "type": "step", "utility": utility, **more}
    return made if args is None else {**made, "args": args}


def graph(nodes: Sequence[Any], edges: Sequence[Any]) -> dict[str, Any]:
    """Make a graph; an edge is written ``a > b``, or as it is."""
    made = [_edge(edge) if isinstance(edge, str) else edge for edge in edges]
    return {"kind": "forgejson.pipeline", "version": "1.0", "nodes": [*nodes], "edges": made}


def line(*steps: Any) -> dict[str, Any]:
    """Make a graph of steps one after the other, between an input and an output."""
    nodes = [IN, *steps, OUT]
    ids = [node["id"] for node in nodes]
    return graph(nodes, [f"{a} > {b}" for a, b in pairwise(ids)])


def _edge(text: str) -> dict[str, str]:
    start, _, end = text.partition(" > ")
    return {"from": start, "to": end}


GREETING: Final = line(
    step(
        "format_name",
        "structure.restructure",
        {"template": {"greeting": "Hello {{customer_name}}"}},
    )
)


async def create_pipeline(client: AsyncClient, made: Any = GREETING, name: str = "p") -> str:
    """Create a pipeline and return its path."""
    response = await client.post(PIPELINES, json={"name": name, "graph": made})
    assert response.status_code == 201, response.text
    location: str = response.headers["location"]
    return location


async def run_pipeline(client: AsyncClient, path: str, inputs: Any, **more: Any) -> Response:
    return await client.post(f"{path}/run", json={"inputs": inputs, **more})
