"""The GitHub client: a user with a verified address, a refusal, or ``GitHubUnavailable``."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Final

import pytest

from adapters.http import github_oauth
from adapters.http.github_oauth import GitHubApp, GitHubOAuth
from application.identity.github import GitHubUnavailable, Profile
from tests.support.service.web import serve

pytestmark = pytest.mark.anyio

TOKEN: Final = "/login/oauth/access_token"  # noqa: S105 - a path
DEVICE: Final = "/login/device/code"
USER: Final = "/user"
EMAILS: Final = "/user/emails"
Send = Callable[[Any], Awaitable[None]]
Receive = Callable[[], Awaitable[Any]]
Answering = Callable[[Receive, Send], Awaitable[None]]


def answering(status: int, body: bytes, *headers: tuple[bytes, bytes]) -> Answering:
    async def answer(_: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return answer


def json_body(value: Any) -> Answering:
    return answering(200, json.dumps(value).encode())


async def breaking_off(_: Receive, send: Send) -> None:
    headers = [(b"content-length", b"100")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"{"})


async def never_ending(receive: Receive, send: Send) -> None:
    """Send a few bytes from time to time, until the client closes."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    gone = asyncio.ensure_future(receive())
    while not gone.done():
        await send({"type": "http.response.body", "body": b" ", "more_body": True})
        await asyncio.wait([gone], timeout=0.02)


def emails(*told: tuple[str, bool, bool]) -> Answering:
    """Tell of addresses, each with whether it is primary, and verified."""
    return json_body([{"email": e, "primary": p, "verified": v} for e, p, v in told])


def device(**changed: Any) -> Answering:
    good = {
        "device_code": "d",
        "user_code": "u",
        "verification_uri": "https://github.com/login/device",
        "expires_in": 900,
        "interval": 5,
    }
    told = {name: value for name, value in (good | changed).items() if value is not None}
    return json_body(told)


NONSENSE: Final[dict[str, Answering]] = {
    "out of order": answering(500, b"{}"),
    "out of patience": answering(429, b"{}"),
    "nothing there": answering(404, b'{"message":"Not Found"}'),
    "elsewhere": answering(302, b"", (b"location", b"http://127.0.0.1:1/")),
    "empty": answering(200, b""),
    "a page": answering(200, b"<html></html>"),
    "no UTF-8": answering(200, b'{"access_token":"\xff","id":"\xff","x":"\xff"}'),
    "a surrogate": answering(200, rb'{"access_token":"\ud800","id":"\ud800","user_code":"\ud800"}'),
    "another shape": answering(200, b'"yes"'),
    "other types": json_body({"access_token": 1, "id": "x", "device_code": 2}),
    "less than nothing": json_body({"access_token": "", "id": -1}),
    "too large": answering(200, b" " * (github_oauth.MAX_BYTES + 1)),
    "packed": answering(200, b"\x1f\x8b\x08", (b"content-encoding", b"gzip")),
    "broken off": breaking_off,
}


class Scripted:
    """Answers as it is told to, else as GitHub does."""

    def __init__(self) -> None:
        self.answers: dict[str, Answering] = {
            TOKEN: json_body({"access_token": "gho_1", "token_type": "bearer"}),
            DEVICE: device(),
            USER: json_body({"id": 583_231, "login": "octocat"}),
            EMAILS: emails(("ada@example.com", True, True)),
        }
        self.headers: dict[str, dict[bytes, bytes]] = {}

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        self.headers[scope["path"]] = dict(scope["headers"])
        while (await receive()).get("more_body"):
            pass
        await self.answers[scope["path"]](receive, send)


@pytest.fixture
def scripted() -> Scripted:
    return Scripted()


@pytest.fixture
async def github(scripted: Scripted) -> AsyncIterator[GitHubOAuth]:
    async with serve(scripted) as port:
        url = f"http://127.0.0.1:{port}"
        yield GitHubOAuth(GitHubApp("id", "secret", url, url))


async def came_back(github: GitHubOAuth) -> Profile:
    return await github.exchange_code("code", "verifier", "http://127.0.0.1/callback")


async def test_requests_have_the_form_github_documents(
    github: GitHubOAuth, scripted: Scripted
) -> None:
    assert await came_back(github) == Profile("583231", ["ada@example.com"])
    for headers in scripted.headers.values():
        assert headers[b"user-agent"] == b"Forge"
        assert headers[b"accept-encoding"] == b"identity"
    assert scripted.headers[TOKEN][b"accept"] == b"application/json"
    assert scripted.headers[USER][b"authorization"] == b"Bearer gho_1"


@pytest.mark.parametrize("path", [TOKEN, USER, EMAILS])
@pytest.mark.parametrize("fault", NONSENSE)
async def test_a_malformed_answer_verifies_no_user(
    github: GitHubOAuth, scripted: Scripted, path: str, fault: str
) -> None:
    scripted.answers[path] = NONSENSE[fault]

    with pytest.raises(GitHubUnavailable):
        await came_back(github)


@pytest.mark.parametrize("fault", NONSENSE)
async def test_nor_does_it_begin_anything(
    github: GitHubOAuth, scripted: Scripted, fault: str
) -> None:
    scripted.answers[DEVICE] = NONSENSE[fault]

    with pytest.raises(GitHubUnavailable):
        await github.begin_device()


@pytest.mark.parametrize("token", ["a\r\nb: c", "\u00e9", "a b", "\0", "x" * 10_000], ids=ascii)
async def test_a_token_that_fits_no_header_is_refused(
    github: GitHubOAuth, scripted: Scripted, token: str
) -> None:
    scripted.answers[TOKEN] = json_body({"access_token": token})

    with pytest.raises(GitHubUnavailable):
        await came_back(github)


@pytest.mark.parametrize(
    "changed",
    [
        {"expires_in": -1},
        {"expires_in": 0},
        {"expires_in": 10**18},
        {"interval": 0},
        {"interval": 10**18},
        {"verification_uri": "javascript:alert(1)"},
        {"verification_uri": ""},
        {"user_code": ""},
        {"device_code": ""},
        {"device_code": "d" * 10_000},
    ],
    ids=str,
)
async def test_what_a_person_or_a_clock_cannot_use_is_nonsense(
    github: GitHubOAuth, scripted: Scripted, changed: dict[str, Any]
) -> None:
    scripted.answers[DEVICE] = device(**changed)

    with pytest.raises(GitHubUnavailable):
        await github.begin_device()


async def test_without_an_interval_it_is_five_seconds(
    github: GitHubOAuth, scripted: Scripted
) -> None:
    """As RFC 8628, 3.2 has it."""
    scripted.answers[DEVICE] = device(interval=None)

    assert (await github.begin_device()).interval == 5


@pytest.mark.parametrize("path", [TOKEN, USER, DEVICE])
async def test_an_answer_without_an_end_is_not_waited_for(
    github: GitHubOAuth, scripted: Scripted, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(github_oauth, "TIMEOUT_SECONDS", 0.2)
    scripted.answers[path] = never_ending

    with pytest.raises(GitHubUnavailable):
        await (github.begin_device() if path == DEVICE else came_back(github))


async def test_an_unreachable_github_fails_fast() -> None:
    gone = "http://127.0.0.1:1"

    with pytest.raises(GitHubUnavailable):
        await GitHubOAuth(GitHubApp("id", "secret", gone, gone)).begin_device()


async def test_verified_addresses_count_and_the_primary_one_first(
    github: GitHubOAuth, scripted: Scripted
) -> None:
    scripted.answers[EMAILS] = emails(
        ("a@example.com", False, True),
        ("b@example.com", False, False),
        ("c@example.com", True, True),
    )

    assert (await came_back(github)).emails == ["c@example.com", "a@example.com"]


async def test_what_is_no_address_here_is_left_out(github: GitHubOAuth, scripted: Scripted) -> None:
    odd = ("", "ada", "ada@ex ample.com", "\u00e4da@example.com", "a@b\r\nBcc: c@d", "a" * 300)
    scripted.answers[EMAILS] = emails(
        *((each, True, True) for each in odd), (" Ada@Example.com", False, True)
    )

    assert (await came_back(github)).emails == ["ada@example.com"]
