"""Cookies: the attributes that are set, and the values that are read."""

from datetime import timedelta

import pytest

from api.auth.cookies import SESSION, Cookies

HERE, REMOTE = Cookies(secure=False), Cookies(secure=True)


def test_in_remote_mode_a_cookie_is_of_this_host_alone_and_goes_over_tls_alone() -> None:
    assert REMOTE.set(SESSION, "t", timedelta(days=31)) == (
        b"set-cookie",
        b"__Host-forge_session=t; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=2678400",
    )
    assert b"Secure" not in HERE.set(SESSION, "t", timedelta(days=31))[1]


def test_a_cookie_of_the_other_mode_is_ignored() -> None:
    assert REMOTE.read({b"cookie": b"forge_session=t"}, SESSION) is None
    assert HERE.read({b"cookie": b"__Host-forge_session=t"}, SESSION) is None
    assert REMOTE.read({b"cookie": b"a=b; __Host-forge_session=t"}, SESSION) == "t"


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (b"forge_session=t", "t"),
        (b" forge_session=t ; x=y", "t"),
        (b"x=y;forge_session=t=u", "t=u"),
        (b"forge_session=first; forge_session=second", "first"),
        (b"forge_session=", ""),
        (b"forge_session", ""),
        (b"forge_sessions=t", None),
        (b"FORGE_SESSION=t", None),
        (b"\xff\xfe; =; ;;", None),
        (b"", None),
    ],
)
def test_cookies_are_read_as_browsers_send_them(sent: bytes, read: str | None) -> None:
    assert HERE.read({b"cookie": sent}, SESSION) == read


def test_without_cookies_there_is_none() -> None:
    assert HERE.read({}, SESSION) is None
