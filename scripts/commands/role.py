"""What a role that runs alone is told by its command line, and how it begins."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from socket import socket
from typing import TYPE_CHECKING, Any, TypeVar

from scripts.config import options

if TYPE_CHECKING:
    from scripts.config.settings import Settings
    from scripts.processes.shutdown import StopSignals

F = TypeVar("F", bound=Callable[..., Any])
OPTIONS = (
    *(options.data_dir, options.metrics_port, options.host, options.remote, options.allow_host),
    *(options.log_level, options.metrics_socket, options.with_parent),
)


def told(command: F) -> F:
    """Give a command the options of a role, in the order that ``--help`` shows."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def run(
    begin: "Callable[[Settings, Sequence[socket], StopSignals], None]",
    data_dir: Path,
    given: Mapping[str, Any],
    *,
    with_parent: bool,
) -> None:
    """Run until told to stop or, ``with_parent``, until the process that started it ends."""
    settings = options.read_settings(data_dir, **given)
    from scripts.processes import role
    from scripts.processes import shutdown as stopping

    stop = stopping.StopSignals()
    if with_parent:
        stopping.end_with_parent()
    with role.bind_metrics_port(settings) as sockets:
        begin(settings, sockets, stop)
