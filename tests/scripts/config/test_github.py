"""Settings of the GitHub OAuth app."""

from pathlib import Path
from typing import Final

import pytest

from adapters.http.github_oauth import GitHubOAuth
from scripts.config.github import GitHubMisconfigured, github_of
from scripts.config.settings import Settings

APP: Final = {"FORGE_GITHUB_CLIENT_ID": "id", "FORGE_GITHUB_CLIENT_SECRET": "the-secret"}
ASKING: Final = ("state", "challenge", "http://127.0.0.1/api/auth/github/callback")


def settings(**environ: str) -> Settings:
    return Settings.read(Path("/d"), environ)


def test_without_an_app_there_is_no_github() -> None:
    assert github_of(settings()) is None
    assert github_of(settings(FORGE_GITHUB_URL="https://github.example.com")) is None


def test_an_app_is_githubs_own_unless_said_otherwise() -> None:
    github = github_of(settings(**APP))
    elsewhere = github_of(settings(**APP, FORGE_GITHUB_URL="https://github.example.com/"))

    assert isinstance(github, GitHubOAuth)
    assert isinstance(elsewhere, GitHubOAuth)
    assert github.authorization_url(*ASKING).startswith("https://github.com/login/oauth/authorize?")
    assert elsewhere.authorization_url(*ASKING).startswith(
        "https://github.example.com/login/oauth/authorize?"
    )
    assert "the-secret" not in repr(github) + github.authorization_url(*ASKING)


@pytest.mark.parametrize("name", APP)
def test_half_of_an_app_is_refused(name: str) -> None:
    with pytest.raises(GitHubMisconfigured, match="go together"):
        github_of(settings(**{name: "x"}))


@pytest.mark.parametrize("name", ["FORGE_GITHUB_URL", "FORGE_GITHUB_API_URL"])
@pytest.mark.parametrize(
    "address",
    [
        *("github.com", "http://github.com", "ftp://github.com", "https://", "https://a b"),
        *("https://u:p@github.com", "https://x?y", "https://x#y", "https://x:y", "https://[x"),
        *("https://x:99999", "https://x\n", "https://\u00e9"),
    ],
)
def test_an_address_that_a_secret_must_not_go_to_is_refused(name: str, address: str) -> None:
    with pytest.raises(GitHubMisconfigured, match=name) as refused:
        github_of(settings(**APP, **{name: address}))

    assert "the-secret" not in str(refused.value)


@pytest.mark.parametrize("host", ["localhost:8080", "127.0.0.1:1", "[::1]:8080"])
def test_on_this_machine_it_may_go_in_the_clear(host: str) -> None:
    assert github_of(settings(**APP, FORGE_GITHUB_URL=f"http://{host}")) is not None
