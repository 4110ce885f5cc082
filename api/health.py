"""``/livez`` and ``/readyz``: is the process alive, and can it do its work (operators' probes)."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import msgspec
from litestar import Controller, get

from api.answer import Answer, answer

PATIENCE_SECONDS: Final = 2.0

Check = Callable[[], Awaitable[str | None]]
"""Returns what is wrong, or nothing."""


class Report(msgspec.Struct, frozen=True):
    """``status`` is ready or unready; each check is "ok" or says what is wrong."""

    status: str
    checks: Mapping[str, str]


class Readiness:
    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._checks = checks

    async def report(self) -> Report:
        wrong = await asyncio.gather(*(_outcome(check) for check in self._checks.values()))
        checks = {name: what or "ok" for name, what in zip(self._checks, wrong, strict=True)}
        return Report("unready" if any(wrong) else "ready", checks)


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
    async def alive(self) -> Answer:
        """Say that the process runs."""
        return answer({"status": "alive"})

    @get("/readyz", operation_id="readyz")
    async def ready(self) -> Answer:
        """Say whether the process can serve: 503 while a check fails or it is shutting down."""
        report = await self.readiness.report()
        return answer(report, status=200 if report.status == "ready" else 503)
