"""Metrics of requests, measured at the edge: those without a route count, too."""

import time
from typing import Final

from api.edge.exchange import Exchange, Scope
from application.telemetry.instruments import Distribution
from application.telemetry.metrics import Metrics

METHODS: Final = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
OTHER: Final = "other"
NO_ROUTE: Final = "none"
AUTH_STATUSES: Final = frozenset({401, 403})


class RequestMetrics:
    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._in_flight = metrics.requests_in_flight.of()
        self._series: dict[tuple[str, str | None, int], Distribution] = {}

    def start(self) -> None:
        """Count a request in flight."""
        self._in_flight.value += 1

    def finish(self, scope: Scope, exchange: Exchange, started: float) -> None:
        """Record a request's latency; ``started`` is from ``time.perf_counter()``."""
        self._in_flight.value -= 1
        if scope["type"] != "http":
            return
        method, status = scope["method"], exchange.status
        key = (method if method in METHODS else OTHER, scope.get("path_template"), status)
        series = self._series.get(key)
        if series is None:
            series = self._series[key] = self._new(*key)
        series.observe((exchange.started_at or time.perf_counter()) - started)
        if status in AUTH_STATUSES:
            self._metrics.authentication_refusals.add(str(status))
        if "replayed" in scope["state"]:
            self._metrics.replays.add()

    def _new(self, method: str, route: str | None, status: int) -> Distribution:
        """Return the series of a status class; ``unanswered`` without a response."""
        outcome = f"{status // 100}xx" if status else "unanswered"
        return self._metrics.request_seconds.of(method, route or NO_ROUTE, outcome)
