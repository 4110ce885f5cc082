"""Direct route: a Litestar route as the coroutine functions that answer it.

Such a handler takes the request and texts of the path, and returns an ASGI application: it needs
nothing that Litestar would do for it on each request.
"""

from collections.abc import Awaitable, Callable, Sequence
from inspect import isclass, iscoroutinefunction
from typing import Any, Final, NamedTuple

from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from litestar.types import ASGIApp

from api.request import AnyRequest

REQUEST: Final = "request"


class UnreadableRoute(TypeError):
    """A route needs more of Litestar than its routing."""


class DirectRoute(NamedTuple):
    """``template`` is the path with its parameters in braces, ``names`` are the parameters.

    ``admit`` is awaited before ``answer``, the handler.
    """

    handler: HTTPRouteHandler
    template: str
    names: Sequence[str]
    admit: Callable[[Any], Awaitable[object]] | None
    answer: Callable[..., Awaitable[ASGIApp]]
    takes_request: bool

    def arguments(self, request: AnyRequest, texts: Sequence[str]) -> dict[str, Any]:
        """Return the handler's arguments; ``texts`` are the values of the parameters."""
        named: dict[str, Any] = dict(zip(self.names, texts, strict=True))
        if self.takes_request:
            named[REQUEST] = request
        return named


def read_route(route: HTTPRoute, handler: HTTPRouteHandler) -> DirectRoute:
    """Read one method of a route; raises ``UnreadableRoute``, which says what stands against it."""
    names = [parameter.name for parameter in _parameters(route)]
    signature = handler.parsed_fn_signature
    for obstacle, present in (
        ("is not a coroutine function", not iscoroutinefunction(handler.fn)),
        ("takes other parameters", {*signature.parameters} - {REQUEST} != {*names}),
        ("has a parameter that is not a text", any(p.type is not str for p in _parameters(route))),
        ("returns no ASGI application", not _is_asgi(signature.return_type.raw)),
        *((f"has {what}", bool(found)) for what, found in _extras(handler).items()),
    ):
        if present:
            raise UnreadableRoute(f"{route.path_format}: {handler.handler_name} {obstacle}")
    return DirectRoute(
        handler=handler,
        template=route.path_format,
        names=names,
        admit=handler.resolve_before_request(),
        answer=handler.fn,
        takes_request=REQUEST in signature.parameters,
    )


def _parameters(route: HTTPRoute) -> list[Any]:
    return [part for part in route.path_components if not isinstance(part, str)]


def _is_asgi(annotation: Any) -> bool:
    if isclass(annotation):
        return iscoroutinefunction(getattr(annotation, "__call__", None))  # noqa: B004 - an instance is called
    return bool(annotation == ASGIApp)


def _extras(handler: HTTPRouteHandler) -> dict[str, object]:
    """Return what Litestar would do round a handler, beside a hook before it."""
    application, *layers = handler.ownership_layers
    return {
        "guards": handler.resolve_guards(),
        "middleware": handler.resolve_middleware(),
        "dependencies": handler.resolve_dependencies(),
        "response headers": handler.resolve_response_headers(),
        "response cookies": handler.resolve_response_cookies(),
        "a hook after the response": handler.resolve_after_response(),
        "a hook after the handler": any(layer.after_request for layer in (application, *layers)),
        "exception handlers": any(layer.exception_handlers for layer in layers),
        "a cache": handler.cache,
    }
