"""Operations on read models, for the commands of ``forge projections``."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from scripts.config import options

if TYPE_CHECKING:
    from projections.admin.operations import Operations
    from scripts.terminal.printing import Row

T = TypeVar("T")


def operate(data_dir: Path, work: Callable[["Operations"], Awaitable[T]]) -> T:
    """Run an operation on the read models of a data directory."""
    from scripts.config.connections import connections_in_use
    from scripts.operator.projection_report import run_operation

    return run_operation(connections_in_use(options.read_settings(data_dir)).app, work)


def operate_and_watch(
    data_dir: Path, name: str, work: Callable[["Operations"], Awaitable[int]]
) -> "Row":
    """Run an operation that makes a build live; return its row once readers have switched."""
    from scripts.config.connections import connections_in_use
    from scripts.operator.rebuild import watch_builds

    number = operate(data_dir, work)
    [row] = watch_builds(connections_in_use(options.read_settings(data_dir)).app, {name: number})
    return row
