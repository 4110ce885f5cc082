"""``/api/auth/github``: logging in by GitHub, in a browser or on a device."""

from litestar import Router

from api.http.inject import with_dependencies
from api.http.shared_services import SharedServices
from api.identity.github.device import GitHubDeviceController
from api.identity.github.login import GitHubLogin
from api.identity.github.web import GitHubWebController
from api.identity.services import IdentityServices


def github_router(services: IdentityServices, shared: SharedServices) -> Router:
    clock = staticmethod(shared.clock)
    entrance = GitHubLogin(services.github, services.github_logins, services.opening, shared.limits)
    return Router(
        "/api",
        route_handlers=[
            with_dependencies(
                GitHubWebController,
                entrance=entrance,
                sealed=services.sealed,
                tokens=services.tokens,
                site=services.site,
                clock=clock,
            ),
            with_dependencies(
                GitHubDeviceController,
                entrance=entrance,
                sealed=services.sealed,
                tokens=services.tokens,
                clock=clock,
            ),
        ],
    )
