"""``/api/auth/github``: logging in by GitHub, in a browser or on a device."""

from collections.abc import Callable
from datetime import datetime

from litestar import Router

from api.http.inject import equip
from api.identity.github.device import GitHubDeviceController
from api.identity.github.login import Entrance
from api.identity.github.web import GitHubWebController
from api.identity.services import PeopleServices
from application.limits.rate_limits import Limits


def github(people: PeopleServices, limits: Limits, now: Callable[[], datetime]) -> Router:
    clock = staticmethod(now)
    entrance = Entrance(people.github, people.github_logins, people.opening, limits)
    shared = {"entrance": entrance, "sealed": people.sealed, "tokens": people.tokens}
    return Router(
        "/api",
        route_handlers=[
            equip(GitHubWebController, site=people.site, clock=clock, **shared),
            equip(GitHubDeviceController, clock=clock, **shared),
        ],
    )
