"""Whether people can log in by GitHub: where this service is registered there as an OAuth app."""

import re
from typing import Final
from urllib.parse import urlsplit

from application.identity.github import GitHub
from scripts.config.settings import Settings
from scripts.terminal.failures import Failure

CLIENT_ID: Final = "FORGE_GITHUB_CLIENT_ID"
CLIENT_SECRET: Final = "FORGE_GITHUB_CLIENT_SECRET"  # noqa: S105 - the name of it  # nosec B105
WEB: Final = "FORGE_GITHUB_URL"
API: Final = "FORGE_GITHUB_API_URL"
ADDRESSES: Final = {WEB: "https://github.com", API: "https://api.github.com"}
PLAIN: Final = re.compile(r"https?://[!-\"$->@-~]+")
"""Without a query or a fragment."""
LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


class GitHubMisconfigured(Failure):
    """Half of what an OAuth app has, or an address that its secret must not go to."""


def github_of(settings: Settings) -> GitHub | None:
    """Choose; ``None`` where nothing says that there is an app."""
    client_id, secret = (settings.environ.get(name, "") for name in (CLIENT_ID, CLIENT_SECRET))
    if not client_id and not secret:
        return None
    if not client_id or not secret:
        raise GitHubMisconfigured(f"{CLIENT_ID} and {CLIENT_SECRET} go together.")
    from adapters.http.github_oauth import GitHubApp, GitHubOAuth  # noqa: PLC0415 - httpx takes a while to load, and most services never ask GitHub

    web, api = (_address(settings, name) for name in ADDRESSES)
    return GitHubOAuth(GitHubApp(client_id, secret, web, api))


def _address(settings: Settings, name: str) -> str:
    """Read an address; over the clear, a secret goes to a server on this machine alone."""
    address = (settings.environ.get(name) or ADDRESSES[name]).rstrip("/")
    try:
        parts = urlsplit(address)
        usable = PLAIN.fullmatch(address) and parts.hostname and parts.port != 0
    except ValueError as error:
        raise GitHubMisconfigured(f"{name} is no URL.") from error
    clear = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not usable or parts.username or not (clear or parts.scheme == "https"):
        raise GitHubMisconfigured(f"{name} must look like {ADDRESSES[name]}.")
    return address
