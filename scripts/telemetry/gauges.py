"""Gauges of a process, read at the moment of a scrape; nothing is stored between scrapes."""

import platform
from collections.abc import Iterable, Mapping
from typing import Final

from api.http.version import VERSION
from application.telemetry.instruments import Family, Numbers, counter, gauge
from scripts.composition.backend import Backend
from scripts.composition.failure_counter import task_of

MS: Final = 1_000
FAILING: Final = "1: it has stopped, or failed in the last ten seconds."
POOL_GAUGES: Final = {
    "pool_size": ("forge_pool_connections", "Connections open."),
    "pool_available": ("forge_pool_connections_idle", "Connections that are idle."),
    "pool_max": ("forge_pool_connections_max", "Connections it may open."),
    "requests_waiting": ("forge_pool_waiting", "Callers waiting for a connection."),
}
POOL_COUNTERS: Final = {
    "requests_num": ("forge_pool_requests_total", "Requests for a connection."),
    "requests_queued": (
        "forge_pool_requests_queued_total",
        "Requests that found no idle connection.",
    ),
    "requests_errors": ("forge_pool_errors_total", "Requests that got no connection within 5 s."),
}


def current_gauges(backend: Backend) -> Iterable[Family]:
    build: Numbers = {(VERSION, platform.python_version()): 1.0}
    queued: Numbers = {(): float(backend.log.commits.depth)}
    head: Numbers = {(): float(backend.log.head.position)}
    return [
        gauge("forge_build_info", "Always 1.", build, "version", "python"),
        gauge("forge_append_queue_commands", "Commands waiting for the next batch.", queued),
        gauge("forge_log_known_position", "Newest event that this process knows of.", head),
        gauge("forge_background_task_failing", FAILING, _failing(backend), "task"),
        *_pool_families({pool.name: pool.get_stats() for pool in backend.pools}),
    ]


def _failing(backend: Backend) -> Numbers:
    """Tell of each task whether it fails; a read model fails if any of its builds does."""
    failing = {task_of(name) for name in backend.supervisor.failing()}
    tasks = {task_of(name) for name in backend.supervisor.tasks}
    return {(task,): float(task in failing) for task in sorted(tasks)}


def _pool_families(stats: Mapping[str, Mapping[str, int]]) -> Iterable[Family]:
    def by_pool(field: str) -> Numbers:
        return {(pool,): float(values.get(field, 0)) for pool, values in stats.items()}

    waited = {pool: value / MS for pool, value in by_pool("requests_wait_ms").items()}
    return [
        *(
            gauge(name, help_text, by_pool(field), "pool")
            for field, (name, help_text) in POOL_GAUGES.items()
        ),
        *(
            counter(name, help_text, by_pool(field), "pool")
            for field, (name, help_text) in POOL_COUNTERS.items()
        ),
        counter("forge_pool_wait_seconds_total", "Time spent waiting.", waited, "pool"),
    ]
