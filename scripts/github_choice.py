"""GitHub as the operator has registered with it, or not at all."""

from typing import Final

from adapters.github_oauth import GitHubApp, GitHubOAuth
from scripts.settings import Settings
from scripts.terminal.failures import Failure

CLIENT_ID: Final = "FORGE_GITHUB_CLIENT_ID"
CLIENT_SECRET: Final = "FORGE_GITHUB_CLIENT_SECRET"  # noqa: S105 - the variable's name
WEB: Final = "FORGE_GITHUB_URL"
API: Final = "FORGE_GITHUB_API_URL"


class GitHubMisconfigured(Failure):
    """Half of what it takes is named, or an address is none."""


def github_of(settings: Settings) -> GitHubOAuth | None:
    named = {name: settings.environ.get(name, "") for name in (CLIENT_ID, CLIENT_SECRET, WEB, API)}
    if not named[CLIENT_ID] and not named[CLIENT_SECRET]:
        return None
    if not (named[CLIENT_ID] and named[CLIENT_SECRET]):
        raise GitHubMisconfigured(f"Set both {CLIENT_ID} and {CLIENT_SECRET}, or neither.")
    app = GitHubApp(named[CLIENT_ID], named[CLIENT_SECRET])
    for name, field in ((WEB, "web"), (API, "api")):
        if address := named[name]:
            if not address.startswith(("https://", "http://")):
                raise GitHubMisconfigured(f"{name} must begin with https://.")
            app = app._replace(**{field: address.rstrip("/")})
    return GitHubOAuth(app)
