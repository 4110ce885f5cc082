"""What can be read of a process when it is asked for: nothing is kept for it in between."""

import platform
from collections.abc import Iterable, Mapping
from typing import Final

from api.http.version import VERSION
from application.telemetry.instruments import Family, Numbers, counter, gauge
from scripts.composition.backend import Backend
from scripts.composition.failure_counter import task_of

MS: Final = 1_000
FAILING: Final = "1: it has stopped, or failed in the last ten seconds."
OF_POOLS: Final = {
    "pool_size": ("forge_pool_connections", "Connections open."),
    "pool_available": ("forge_pool_connections_idle", "Connections that nobody uses."),
    "pool_max": ("forge_pool_connections_max", "Connections it may open."),
    "requests_waiting": ("forge_pool_waiting", "Callers waiting for a connection."),
}
COUNTED_BY_POOLS: Final = {
    "requests_num": ("forge_pool_requests_total", "Connections asked for."),
    "requests_queued": ("forge_pool_requests_queued_total", "Times that nobody was idle."),
    "requests_errors": ("forge_pool_errors_total", "Times that none came within 5 s."),
}


def levels(backend: Backend) -> Iterable[Family]:
    build: Numbers = {(VERSION, platform.python_version()): 1.0}
    queued: Numbers = {(): float(backend.log.commits.depth)}
    head: Numbers = {(): float(backend.log.head.position)}
    return [
        gauge("forge_build_info", "Always 1.", build, "version", "python"),
        gauge("forge_append_queue_commands", "Commands waiting for the next batch.", queued),
        gauge("forge_log_known_position", "Newest event this process has heard of.", head),
        gauge("forge_background_task_failing", FAILING, _failing(backend), "task"),
        *_of_pools({pool.name: pool.get_stats() for pool in backend.pools}),
    ]


def _failing(backend: Backend) -> Numbers:
    """Say of each task whether it fails, of a read model whether any of its builds does."""
    failing = {task_of(name) for name in backend.supervisor.failing()}
    tasks = {task_of(name) for name in backend.supervisor.tasks}
    return {(task,): float(task in failing) for task in sorted(tasks)}


def _of_pools(stats: Mapping[str, Mapping[str, int]]) -> Iterable[Family]:
    def told(field: str) -> Numbers:
        return {(pool,): float(known.get(field, 0)) for pool, known in stats.items()}

    waited = {pool: value / MS for pool, value in told("requests_wait_ms").items()}
    return [
        *(gauge(name, said, told(field), "pool") for field, (name, said) in OF_POOLS.items()),
        *(
            counter(name, said, told(field), "pool")
            for field, (name, said) in COUNTED_BY_POOLS.items()
        ),
        counter("forge_pool_wait_seconds_total", "Time spent waiting.", waited, "pool"),
    ]
