"""Bars on the terminal, gone when the work is done; nothing at all where nobody looks."""

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
def byte_progress(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """Give what is to be told of each further piece of so many bytes."""
    with _progress_bar(what, BarColumn(), DownloadColumn(), TimeRemainingColumn()) as progress:
        bar = progress.add_task(what, total=total)
        yield lambda size: progress.advance(bar, size)


@contextmanager
def file_size_progress(what: str) -> Iterator[Callable[[int], None]]:
    """Give what is to be told how large a file has become; nobody knows how large it will be."""
    with _progress_bar(what, SpinnerColumn(), FileSizeColumn(), TimeElapsedColumn()) as progress:
        bar = progress.add_task(what, total=None)
        yield lambda size: progress.update(bar, completed=size)


def item_progress(what: str, items: Iterable[T], total: int) -> Iterator[T]:
    """Show how many of so many items have gone by."""
    with _progress_bar(what, BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()) as progress:
        yield from progress.track(items, total)


@contextmanager
def _progress_bar(what: str, *columns: ProgressColumn) -> Iterator[Progress]:
    console = Console(stderr=True)
    quiet = not console.is_terminal
    with Progress(
        TextColumn(what), *columns, console=console, transient=True, disable=quiet
    ) as progress:
        yield progress
