"""Log-in through GitHub: the client of this service's OAuth app there, if it has one."""

import re
from typing import Final
from urllib.parse import urlsplit

from application.identity.github import GitHub
from scripts.config.environment import (
    GITHUB_API_URL,
    GITHUB_CLIENT_ID,
    GITHUB_CLIENT_SECRET,
    GITHUB_URL,
    GitHubSettings,
)
from scripts.config.settings import Settings
from scripts.terminal.failures import Failure

GITHUB_COM: Final = GitHubSettings()
PLAIN: Final = re.compile(r"https?://[!-\"$->@-~]+")
"""Without a query or a fragment."""
LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


class GitHubMisconfigured(Failure):
    """Client id without secret, secret without id, or an address that must not get the secret."""


def github_of(settings: Settings) -> GitHub | None:
    """Return the client, or ``None`` where no OAuth app is configured."""
    app = settings.github
    if not app.client_id and not app.client_secret:
        return None
    if not app.client_id or not app.client_secret:
        raise GitHubMisconfigured(f"{GITHUB_CLIENT_ID} and {GITHUB_CLIENT_SECRET} go together.")
    from adapters.http.github_oauth import GitHubApp, GitHubOAuth  # noqa: PLC0415 - httpx takes a while to load, and most services never ask GitHub

    web = _address(GITHUB_URL, app.url, GITHUB_COM.url)
    api = _address(GITHUB_API_URL, app.api_url, GITHUB_COM.api_url)
    return GitHubOAuth(GitHubApp(app.client_id, app.client_secret, web, api))


def _address(variable: str, value: str, example: str) -> str:
    """Check an address: https, or http on this machine, because the secret is sent there."""
    address = value.rstrip("/")
    try:
        parts = urlsplit(address)
        usable = PLAIN.fullmatch(address) and parts.hostname and parts.port != 0
    except ValueError as error:
        raise GitHubMisconfigured(f"{variable} is no URL.") from error
    clear = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not usable or parts.username or not (clear or parts.scheme == "https"):
        raise GitHubMisconfigured(f"{variable} must look like {example}.")
    return address
