"""``/api/auth/github``: logging in by GitHub, in a browser or on a device."""

from collections.abc import Callable
from datetime import datetime

from litestar import Router

from api.http.inject import with_dependencies
from api.identity.github.device import GitHubDeviceController
from api.identity.github.login import GitHubLogin
from api.identity.github.web import GitHubWebController
from api.identity.services import IdentityServices
from application.limits.rate_limits import Limits


def github(people: IdentityServices, limits: Limits, now: Callable[[], datetime]) -> Router:
    clock = staticmethod(now)
    entrance = GitHubLogin(people.github, people.github_logins, people.opening, limits)
    shared = {"entrance": entrance, "sealed": people.sealed, "tokens": people.tokens}
    return Router(
        "/api",
        route_handlers=[
            with_dependencies(GitHubWebController, site=people.site, clock=clock, **shared),
            with_dependencies(GitHubDeviceController, clock=clock, **shared),
        ],
    )
