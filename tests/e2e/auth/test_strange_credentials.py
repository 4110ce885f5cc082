"""Malformed headers, cookies and tokens are refused and crash nothing."""

from typing import Final

import pytest
from httpx import AsyncClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.identity.key_text import DIGITS
from tests.support.service.web import Service

pytestmark = pytest.mark.anyio

SENDABLE: Final = st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f")
VALUES: Final = st.text(SENDABLE, max_size=80).map(str.strip)
"""What a client library sends at all."""
COOKIES: Final = st.one_of(
    VALUES,
    st.lists(
        st.tuples(
            st.sampled_from(["forge_session", "forge_browser", "__Host-forge_session", ""]), VALUES
        ).map("=".join),
        max_size=4,
    ).map("; ".join),
)
KEYS: Final = st.one_of(
    VALUES,
    st.text(DIGITS, max_size=50).map(lambda text: f"Bearer fje_{text}"),
    VALUES.map(lambda text: f"Bearer {text}".strip()),
)
OTHERS: Final = (
    *("X-Request-Id", "Idempotency-Key", "If-Match", "If-None-Match", "Accept", "Range"),
    *("X-Forge-Min-Position", "Content-Type", "User-Agent", "X-Forwarded-For", "Last-Event-ID"),
)
HEADERS: Final = st.fixed_dictionaries(
    {}, optional={"Cookie": COOKIES, "Authorization": KEYS, **dict.fromkeys(OTHERS, VALUES)}
)
ROUTES: Final = st.sampled_from(
    [
        *(("GET", path) for path in ("/v1/me", "/v1/members", "/api/v1/documents", "/events")),
        *(("GET", path) for path in ("/v1/auth/login", "/v1/auth/sessions", "/audit/users/1")),
        *(("POST", path) for path in ("/v1/auth/logout", "/v1/invitations", "/api/v1/documents")),
        ("DELETE", "/v1/auth/sessions/1"),
    ]
)
BODIES: Final = st.binary(max_size=60) | st.sampled_from([b"{}", b'{"email": 1}', b"email=%00"])
freely = settings(max_examples=60, database=None, suppress_health_check=list(HealthCheck))


@freely
@given(route=ROUTES, headers=HEADERS)
async def test_strange_headers_of_strangers_are_refused(
    anonymous: AsyncClient, route: tuple[str, str], headers: dict[str, str]
) -> None:
    method, path = route
    response = await anonymous.request(method, path, headers=_encoded(headers))

    assert response.status_code < 500 or response.headers.get("retry-after")
    if path != "/v1/auth/login":
        assert response.status_code in (400, 401)


@freely
@given(route=ROUTES, headers=HEADERS, body=BODIES)
async def test_strange_headers_of_users_are_no_trouble(
    service: Service, route: tuple[str, str], headers: dict[str, str], body: bytes
) -> None:
    method, path = route
    headers.pop("Cookie", None)
    headers.pop("Authorization", None)
    headers.pop("X-Forge-Min-Position", None)  # one beyond the log would be waited for
    async with service.browser("strange") as browser:
        response = await browser.request(method, path, headers=_encoded(headers), content=body)

    assert response.status_code < 500


@freely
@given(token=st.text(max_size=60), cookies=COOKIES, body=BODIES)
async def test_strange_tokens_open_nothing(
    anonymous: AsyncClient, token: str, cookies: str, body: bytes
) -> None:
    params = {"token": token.encode("utf-8", "surrogatepass").decode("utf-8", "replace")}
    headers = _encoded({"Cookie": cookies})
    path = "/v1/auth/magic-link/verify"
    page = await anonymous.get(path, params=params, headers=headers)
    used = await anonymous.post(path, params=params, headers=headers, content=body)

    assert page.status_code in (200, 400)
    assert used.status_code in (400, 401, 503)
    assert used.status_code != 503 or used.json()["error"]["code"] == "MAIL_NOT_CONFIGURED"


def _encoded(headers: dict[str, str]) -> dict[bytes, bytes]:
    return {name.encode(): value.encode("latin-1") for name, value in headers.items()}
