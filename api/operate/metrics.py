"""``/metrics``: metrics of every process of this service, for Prometheus."""

from typing import Final, Protocol

from litestar import Controller, Router, get

from api.auth.authenticator import Authenticator
from api.auth.guard import guard, needs
from api.http.inject import with_dependencies
from api.http.response import Response
from api.openapi.documented import BEARER, COMMON_ERRORS, documented
from domain.identity.scopes import Scope

MEDIA_TYPE: Final = "text/plain"
TEXT: Final = (b"content-type", b"text/plain; version=0.0.4; charset=utf-8")


class Exposition(Protocol):
    async def text(self) -> bytes:
        """Return the current metrics, in Prometheus' text format."""
        ...


class MetricsController(Controller):
    path = "/"
    tags = ("Metrics",)
    opt = needs(Scope.OPS)

    exposition: Exposition

    @get(
        "/",
        operation_id="metrics",
        **documented(answer=str, media_type=MEDIA_TYPE, errors=COMMON_ERRORS),
    )
    async def metrics(self) -> Response:
        """Get the metrics of every process of this service, in Prometheus' text format 0.0.4."""
        return Response(await self.exposition.text(), TEXT)


def metrics(authenticator: Authenticator, exposition: Exposition) -> Router:
    """Return the route; processes that serve nothing else have it, too."""
    controller = with_dependencies(MetricsController, exposition=exposition)
    admit = guard(authenticator)
    return Router("/metrics", route_handlers=[controller], before_request=admit, security=BEARER)
