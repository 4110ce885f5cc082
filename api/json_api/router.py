"""``/api/v1``: the base path of the JSON API, who may use it, and how often."""

from litestar import Controller, Router

from api.auth.guard import guard
from api.auth.rate_limits import JSON_API
from api.http.shared_services import SharedServices
from api.openapi.documented import BEARER


def json_api_router(shared: SharedServices, *controllers: type[Controller]) -> Router:
    return Router(
        path="/api/v1",
        route_handlers=controllers,
        before_request=guard(shared.authenticator, shared.limits),
        opt={"limited": JSON_API},
        security=BEARER,
    )
