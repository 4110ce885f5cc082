"""Progress bars on standard error; removed at the end, and not shown without a terminal."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    FileSizeColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

T = TypeVar("T")


@contextmanager
def byte_progress(label: str, total: int) -> Iterator[Callable[[int], None]]:
    """Yield a function to call with the size of each further piece, in bytes."""
    with _progress_bar(label, BarColumn(), DownloadColumn(), TimeRemainingColumn()) as progress:
        bar = progress.add_task(label, total=total)
        yield lambda size: progress.advance(bar, size)


@contextmanager
def file_size_progress(label: str) -> Iterator[Callable[[int], None]]:
    """Yield a function to call with the size that a file has reached; its final size is unknown."""
    with _progress_bar(label, SpinnerColumn(), FileSizeColumn(), TimeElapsedColumn()) as progress:
        bar = progress.add_task(label, total=None)
        yield lambda size: progress.update(bar, completed=size)


def item_progress(label: str, items: Iterable[T], total: int) -> Iterator[T]:
    """Yield the items, and show how many of ``total`` have been."""
    with _progress_bar(label, BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()) as progress:
        yield from progress.track(items, total)


@contextmanager
def _progress_bar(label: str, *columns: ProgressColumn) -> Iterator[Progress]:
    console = Console(stderr=True)
    quiet = not console.is_terminal
    with Progress(
        TextColumn(label), *columns, console=console, transient=True, disable=quiet
    ) as progress:
        yield progress
