"""Route table: finds the direct route of a method and path, as Litestar's own routing does.

Paths without parameters come first; then each segment is matched with a name before a parameter,
and without going back (``litestar._asgi.routing_trie``). A path that is not found here need not be
missing: with a trailing slash, say, Litestar finds it.
"""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from litestar.routes import BaseRoute, HTTPRoute, WebSocketRoute

from api.dispatch.direct_route import DirectRoute, UnreadableRoute, read_route

Methods: TypeAlias = dict[str, DirectRoute]
Found: TypeAlias = tuple[DirectRoute, Sequence[str]]


class Node:
    """A segment of paths; ``parameter`` stands for any text."""

    __slots__ = ("methods", "names", "parameter")

    def __init__(self) -> None:
        self.names: dict[str, Node] = {}
        self.parameter: Node | None = None
        self.methods: Methods = {}


class RouteTable:
    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        """Read all routes; raises ``UnreadableRoute``. Those of WebSockets stay Litestar's."""
        self._plain: dict[str, Methods] = {}
        self._root = Node()
        for route in routes:
            if isinstance(route, HTTPRoute):
                self._add(route)
            elif not isinstance(route, WebSocketRoute):
                raise UnreadableRoute(f"{route.path}: an ASGI application of its own")

    def find(self, method: str, path: str) -> Found | None:
        """Return the route and the values of its parameters."""
        if (methods := self._plain.get(path)) is not None:
            route = methods.get(method)
            return None if route is None else (route, ())
        node, texts = self._root, list[str]()
        for segment in path.split("/")[1:]:
            if (child := node.names.get(segment)) is None:
                if (child := node.parameter) is None or not segment:
                    return None
                texts.append(segment)
            node = child
        route = node.methods.get(method)
        return None if route is None else (route, texts)

    def _add(self, route: HTTPRoute) -> None:
        methods: Methods = {
            method: read_route(route, handler)
            for method, (handler, _) in route.route_handler_map.items()
            if method != "OPTIONS"  # Litestar makes it of the other methods
        }
        if not route.path_parameters:
            self._plain[route.path] = methods
            return
        node = self._root
        for part in route.path_components:
            node = _child(node, part if isinstance(part, str) else None)
        node.methods.update(methods)


def _child(node: Node, name: str | None) -> Node:
    if name is not None:
        return node.names.setdefault(name, Node())
    node.parameter = node.parameter or Node()
    return node.parameter
