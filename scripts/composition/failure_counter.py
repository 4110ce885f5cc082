"""Counts failures of supervised tasks before they are reported."""

import time
from collections.abc import Callable

from application.telemetry.metrics import Metrics
from projections.engine.batch_applier import ProjectionFailed

Report = Callable[[str, Exception], None]


def count_failures(metrics: Metrics, report: Report) -> Report:
    """Return a ``report`` that also counts; a read model's builds count as one task."""

    def failed(name: str, error: Exception) -> None:
        task = task_of(name)
        metrics.task_failures.add(task)
        if isinstance(error, ProjectionFailed):
            metrics.stops.add(task)
            metrics.stopped_at.of(task).value = time.time()
        report(name, error)

    return failed


def task_of(name: str) -> str:
    """Return a task's name without the build number, which would make a new label each time."""
    return name.partition(":")[0]
