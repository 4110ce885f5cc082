"""``/api/auth/github``: logging in by GitHub, in a browser or on a device."""

from litestar import Router

from api.equip import equip
from api.github.device import GitHubDeviceController
from api.github.entrance import Entrance
from api.github.web import GitHubWebController
from api.services import Services


def github(services: Services) -> Router:
    people, clock = services.people, staticmethod(services.clock)
    entrance = Entrance(people.github, people.github_logins, people.opening, services.limits)
    shared = {"entrance": entrance, "sealed": people.sealed, "tokens": people.tokens}
    return Router(
        "/api",
        route_handlers=[
            equip(GitHubWebController, site=people.site, clock=clock, **shared),
            equip(GitHubDeviceController, clock=clock, **shared),
        ],
    )
