"""The access log: one JSON line per request, without body, headers, query string or secrets.

Lines are buffered, because a write per request would cost more than the line. A crash loses the
last half second of them at most.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final, TypeAlias
from urllib.parse import quote

import msgspec

from api.edge.exchange import Exchange, Scope

FLUSH_SECONDS: Final = 0.5
FLUSH_BYTES: Final = 64 * 1024


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line; ``path`` is percent-encoded, so that no control character reaches the log."""

    time: str
    level: str
    event: str
    method: str
    path: str
    route: str | msgspec.UnsetType
    status: int
    duration_ms: float
    bytes: int
    request_id: str
    actor: str | msgspec.UnsetType
    org_id: str | msgspec.UnsetType
    client: str | msgspec.UnsetType


Render: TypeAlias = Callable[[Line], bytes]


def json_line(line: Line) -> bytes:
    return msgspec.json.encode(line) + b"\n"


def console_line(line: Line) -> bytes:
    """Return a line for terminals: ``12:30:01 GET /path 200 1.2 ms 345 B``."""
    text = (
        f"{line.time[11:19]} {line.method} {line.path} {line.status} "
        f"{line.duration_ms} ms {line.bytes} B\n"
    )
    return text.encode()


class AccessLog:
    def __init__(self, write: Callable[[bytes], object], render: Render = json_line) -> None:
        self._write = write
        self._render = render
        self._lines: list[bytes] = []
        self._size = 0
        self._timer: asyncio.TimerHandle | None = None
        self._second = 0
        self._second_text = ""

    def record(self, scope: Scope, exchange: Exchange, started: float) -> None:
        """Log a finished request; ``started`` is from ``time.perf_counter()``."""
        line = self._render(self._line(scope, exchange, time.perf_counter() - started))
        self._lines.append(line)
        self._size += len(line)
        if self._size >= FLUSH_BYTES:
            self.flush()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(FLUSH_SECONDS, self.flush)

    def flush(self) -> None:
        """Write the buffered lines; also called once at shutdown."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        lines, self._lines, self._size = self._lines, [], 0
        # ValueError is a closed stream. Requests must not fail because the log cannot be written,
        # and there is no other place to report it.
        with suppress(OSError, ValueError):
            if lines:
                self._write(b"".join(lines))

    def _line(self, scope: Scope, exchange: Exchange, seconds: float) -> Line:
        state = scope["state"]
        client = scope.get("client")
        return Line(
            time=self._now(),
            level="info",
            event="request",
            method=scope.get("method", "GET"),
            path=_path(scope),
            route=scope.get("path_template") or msgspec.UNSET,
            status=exchange.status,
            duration_ms=round(seconds * 1000, 3),
            bytes=exchange.sent,
            request_id=exchange.request_id.decode(),
            actor=state.get("caller_actor") or msgspec.UNSET,
            org_id=state.get("caller_org") or msgspec.UNSET,
            client=client[0] if client else msgspec.UNSET,
        )

    def _now(self) -> str:
        now = time.time()
        second = int(now)
        if second != self._second:
            self._second = second
            self._second_text = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
        return f"{self._second_text}.{int((now - second) * 1000):03d}Z"


def _path(scope: Scope) -> str:
    raw: bytes | None = scope.get("raw_path")
    if raw is None or not raw.isascii():
        return quote(scope["path"], errors="replace")
    return raw.decode("ascii")
