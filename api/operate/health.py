"""``/livez`` and ``/readyz``: probes of liveness and readiness."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import msgspec
from litestar import Controller, get

from api.http.response import Response, json_response

CHECK_SECONDS: Final = 2.0

Check = Callable[[], Awaitable[str | None]]
"""Returns what is wrong, or ``None``."""


class Remark(str):
    """Information for operators; nothing is wrong."""

    __slots__ = ()


class Degraded(str):
    """A part has failed; the rest works."""

    __slots__ = ()


class Report(msgspec.Struct, frozen=True):
    """``status`` is ready, degraded (a part has failed, the rest works) or unready.

    Degraded is no reason to route requests to another process: it would be degraded, too. Each
    check is "ok", or says what is wrong or worth knowing.
    """

    status: str
    checks: Mapping[str, str]


class Readiness:
    """Runs the checks of a process, by name."""

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._checks = checks

    async def report(self) -> Report:
        results = await asyncio.gather(*(_outcome(check) for check in self._checks.values()))
        checks = {name: str(each or "ok") for name, each in zip(self._checks, results, strict=True)}
        failures = [each for each in results if each and not isinstance(each, Remark)]
        if not failures:
            return Report("ready", checks)
        degraded = all(isinstance(each, Degraded) for each in failures)
        return Report("degraded" if degraded else "unready", checks)


async def _outcome(check: Check) -> str | None:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            return await check()
    except TimeoutError:
        return f"no answer within {CHECK_SECONDS:g} s"
    except Exception as error:  # noqa: BLE001 - a probe reports whatever is wrong
        return type(error).__name__


class HealthController(Controller):
    path = "/"
    tags = ("Health",)
    opt = {"public": True}  # noqa: RUF012 - Litestar reads it off the class

    readiness: Readiness

    @get("/livez", operation_id="livez")
    async def alive(self) -> Response:
        """Tell that the process runs."""
        return json_response({"status": "alive"})

    @get("/readyz", operation_id="readyz")
    async def ready(self) -> Response:
        """Tell whether the process can serve: 503 while it cannot, or shuts down."""
        report = await self.readiness.report()
        return json_response(report, status=503 if report.status == "unready" else 200)
