"""Operating system processes and directories, as tests of several processes need them."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory


@contextmanager
def passable_directory() -> Iterator[Path]:
    """Make a directory other accounts may pass through, as pytest's own is not.

    Started by root, the servers run as another account.
    """
    with TemporaryDirectory(prefix="forge-test-") as directory:
        Path(directory).chmod(0o711)
        yield Path(directory)


def alive(pid: int) -> bool:
    """Return whether a process runs; a zombie (ended, not yet reaped) does not."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return not process_status(pid)["State"].startswith(("Z", "X"))
    return False


def process_status(pid: int) -> dict[str, str]:
    """Read ``/proc/<pid>/status``; raises ``FileNotFoundError`` for a process that has ended."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}
