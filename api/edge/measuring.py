"""What is measured of each request, out here where also those are seen that no route gets."""

import time
from typing import Final

from api.edge.exchange import Exchange, Scope
from application.telemetry.instruments import Distribution
from application.telemetry.metrics import Metrics

METHODS: Final = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
OTHER: Final = "other"
NO_ROUTE: Final = "none"
REFUSALS: Final = frozenset({401, 403})


class RequestMetrics:
    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._in_flight = metrics.requests_in_flight.of()
        self._series: dict[tuple[str, str | None, int], Distribution] = {}

    def began(self) -> None:
        self._in_flight.value += 1

    def ended(self, scope: Scope, exchange: Exchange, began: float) -> None:
        """Take down a request that began at ``time.perf_counter()`` = ``began``."""
        self._in_flight.value -= 1
        if scope["type"] != "http":
            return
        method, status = scope["method"], exchange.status
        key = (method if method in METHODS else OTHER, scope.get("path_template"), status)
        series = self._series.get(key)
        if series is None:
            series = self._series[key] = self._new(*key)
        series.observe((exchange.answered or time.perf_counter()) - began)
        if status in REFUSALS:
            self._metrics.authentication_refusals.add(str(status))
        if "replayed" in scope["state"]:
            self._metrics.replays.add()

    def _new(self, method: str, route: str | None, status: int) -> Distribution:
        """Return what all statuses of a class share; an answer that never began has none."""
        outcome = f"{status // 100}xx" if status else "unanswered"
        return self._metrics.request_seconds.of(method, route or NO_ROUTE, outcome)
