"""``/livez`` and ``/readyz``: is the process alive, and can it do its work (operators' probes)."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import msgspec
from litestar import Controller, get

from api.http.response import Response, json_response

PATIENCE_SECONDS: Final = 2.0

Check = Callable[[], Awaitable[str | None]]
"""Returns what is wrong, or nothing."""


class Remark(str):
    """What an operator should see though nothing is wrong."""

    __slots__ = ()


class Degraded(str):
    """What is wrong in a part, while the rest goes on."""

    __slots__ = ()


class Report(msgspec.Struct, frozen=True):
    """``status`` is ready, degraded (a part has stopped, the rest goes on) or unready.

    Degraded is no reason to send requests elsewhere: it is so elsewhere, too.

    Each check is "ok" or says what is wrong, or what is to be seen.
    """

    status: str
    checks: Mapping[str, str]


class Readiness:
    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._checks = checks

    async def report(self) -> Report:
        told = await asyncio.gather(*(_outcome(check) for check in self._checks.values()))
        checks = {name: str(what or "ok") for name, what in zip(self._checks, told, strict=True)}
        wrong = [what for what in told if what and not isinstance(what, Remark)]
        if not wrong:
            return Report("ready", checks)
        in_part = all(isinstance(what, Degraded) for what in wrong)
        return Report("degraded" if in_part else "unready", checks)


async def _outcome(check: Check) -> str | None:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await check()
    except TimeoutError:
        return f"no answer within {PATIENCE_SECONDS:g} s"
    except Exception as error:  # noqa: BLE001 - a probe reports whatever is wrong
        return type(error).__name__


class HealthController(Controller):
    path = "/"
    tags = ("Health",)
    opt = {"public": True}  # noqa: RUF012 - Litestar reads it off the class

    readiness: Readiness

    @get("/livez", operation_id="livez")
    async def alive(self) -> Response:
        """Say that the process runs."""
        return json_response({"status": "alive"})

    @get("/readyz", operation_id="readyz")
    async def ready(self) -> Response:
        """Say whether it can do its work: 503 while it cannot, or is shutting down."""
        report = await self.readiness.report()
        return json_response(report, status=503 if report.status == "unready" else 200)
