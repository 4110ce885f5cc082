"""Request bodies and responses of GitHub log-ins, in task_board's envelope (seed 003)."""

from typing import Literal, Self

import msgspec

from api.http.envelopes.task_board import TaskBoardMeta, meta
from api.identity import bodies
from application.identity.github import DeviceCode
from application.identity.logins import LoginResult


class ReturnQuery(msgspec.Struct, frozen=True, rename="camel"):
    return_to: str | msgspec.UnsetType = msgspec.UNSET


class CallbackQuery(msgspec.Struct, frozen=True):
    code: str | msgspec.UnsetType = msgspec.UNSET
    state: str | msgspec.UnsetType = msgspec.UNSET
    error: str | msgspec.UnsetType = msgspec.UNSET


class DeviceTokenRequest(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True
):
    device_code: str


class DeviceData(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The device polls with ``deviceCode``, the user enters ``userCode``; times in seconds."""

    device_code: str
    user_code: str
    verification_uri: str
    expires_in: int
    interval: int


class DeviceAnswer(msgspec.Struct, frozen=True):
    success: Literal[True]
    data: DeviceData
    meta: TaskBoardMeta

    @classmethod
    def of(cls, device: DeviceCode, token: str) -> Self:
        data = DeviceData(
            device_code=token,
            user_code=device.user_code,
            verification_uri=device.verification_uri,
            expires_in=device.expires_in,
            interval=device.interval,
        )
        return cls(success=True, data=data, meta=meta())


class LoggedInData(bodies.LoggedInAnswer, frozen=True, rename="camel"):
    pass


class LoggedInAnswer(msgspec.Struct, frozen=True):
    success: Literal[True]
    data: LoggedInData
    meta: TaskBoardMeta

    @classmethod
    def of(cls, logged_in: LoginResult) -> Self:
        return cls(success=True, data=LoggedInData.of(logged_in), meta=meta())
