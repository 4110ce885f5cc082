"""Users: registration, log-ins and log-outs."""

import pytest

from application.identity.users import USER
from domain.identity.email import InvalidEmail, canonical_email
from domain.identity.events import (
    LogInMethod,
    UserLoggedIn,
    UserLoggedOut,
    UserRegistered,
    UserSwitched,
)
from domain.identity.users import (
    RecordLogIn,
    RecordLogOut,
    RecordSwitch,
    RegisterUser,
    UserExists,
    UserNotFound,
)
from tests.support.domain.scenario import Scenario

user = Scenario(USER)
ada = user.given(UserRegistered(email="ada@example.com"))


def test_a_user_is_registered_once_under_an_address_in_its_one_form() -> None:
    register = RegisterUser(email=" Ada@Example.COM ")

    user.when(register).then(UserRegistered(email="ada@example.com"))
    ada.when(register).then_refused(UserExists)


def test_log_ins_switches_and_log_outs_are_recorded() -> None:
    ada.when(RecordLogIn(session_id="s1", method=LogInMethod.MAGIC_LINK)).then(
        UserLoggedIn(session_id="s1", method=LogInMethod.MAGIC_LINK)
    )
    ada.when(RecordSwitch(session_id="s2", ended="s1", organisation_id="o2")).then(
        UserSwitched(session_id="s2", ended="s1", organisation_id="o2")
    )
    ada.when(RecordLogOut(session_id="s2")).then(UserLoggedOut(session_id="s2"))


@pytest.mark.parametrize(
    "command",
    [
        RecordLogIn(session_id="s1", method=LogInMethod.GITHUB),
        RecordLogOut(session_id="s1"),
        RecordSwitch(session_id="s2", ended="s1", organisation_id="o2"),
    ],
)
def test_a_user_who_is_not_registered_cannot_log_in_or_out(
    command: RecordLogIn | RecordLogOut | RecordSwitch,
) -> None:
    user.when(command).then_refused(UserNotFound)


@pytest.mark.parametrize(
    "text",
    [
        "a@b",
        "ada.lovelace+forge@mail.example.com",
        "!#$%&'*+/=?^_`{|}~-@xn--bcher-kva.example",
        f"{'a' * 64}@example.com",
    ],
)
def test_what_browsers_take_for_an_address_is_one(text: str) -> None:
    assert canonical_email(text.upper()) == text


@pytest.mark.parametrize(
    "text",
    [
        *("", "@", "a@", "@b", "a b@c", "a@b c", "a@b..c", "a@-b.c", "a@b-.c", "a@@b", "a@b@c"),
        *("a\r\nBcc: x@y.z@b.c", "a@b.c\r\nTo: x", "a@b.c\0", "ü@b.c", "a@ü.c", "<a@b.c>"),
        *(f"{'a' * 65}@b.c", f"a@{'b' * 64}.c", f"a@{'b.' * 130}c"),
    ],
    ids=ascii,
)
def test_what_they_do_not_take_is_none(text: str) -> None:
    with pytest.raises(InvalidEmail):
        canonical_email(text)
