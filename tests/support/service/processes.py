"""``forge`` processes: started as an operator would, stopped, or killed."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final
from urllib.error import URLError
from urllib.request import urlopen

from tests.support.operating_system import alive, passable_directory
from tests.support.waiting import wait_until

START_SECONDS: Final = 60.0
STOP_SECONDS: Final = 15.0
ANNOUNCED: Final = re.compile(r"serves (http://\S+)")
KEY: Final = re.compile(r"fje_\w+")
OURS: Final = re.compile(r"DATABASE_URL|REDIS_URL|FORGE_.*")


def forge(
    *arguments: str | Path, environ: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "scripts.forge", *arguments],
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        env=_environment(environ),
        check=False,
    )


class ForgeProcess:
    """A running ``forge serve``, or another ``role``; ``--port 0`` takes a free port.

    Its output goes to files in ``data_dir``'s parent, so that no full pipe ever blocks it.
    """

    def __init__(
        self,
        data_dir: Path,
        *options: str,
        role: str = "serve",
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.data_dir = data_dir
        self._output = data_dir.with_suffix(f".{role}.out")
        self._error_output = data_dir.with_suffix(f".{role}.err")
        command = [sys.executable, "-m", "scripts.forge", role]
        with self._output.open("wb") as said, self._error_output.open("ab") as logged:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                [*command, "--data-dir", data_dir, *options],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=logged,
                env=_environment(environ),
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def url(self) -> str:
        """The address that it serves, once announced."""
        wait_until(lambda: self._has_ended() or "serves" in self.output(), START_SECONDS)
        found = ANNOUNCED.search(self.output())
        assert found, self.error_output()
        return found[1]

    @property
    def key(self) -> str | None:
        """The key printed on the first start."""
        found = KEY.search(self.output())
        return found and found[0]

    def output(self) -> str:
        return self._output.read_text()

    def error_output(self) -> str:
        return self._error_output.read_text()

    def ready(self) -> "ForgeProcess":
        """Wait until ``/readyz`` answers 200."""
        url = f"{self.url}/readyz"
        wait_until(lambda: self._has_ended() or _answers(url), START_SECONDS)
        assert self._process.poll() is None, self.error_output()
        return self

    def run(self, *arguments: str) -> Any:
        """Run a command on its data directory and return the JSON that it prints."""
        done = forge(*arguments, "--data-dir", self.data_dir, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def children(self, role: str) -> list[int]:
        """Return the pids of its child processes of a role."""
        started = f"scripts.forge\0{role}\0".encode()
        return [pid for pid in pids_of(self.data_dir) if started in _command_line(pid)]

    def ask_to_stop(self) -> None:
        self._process.send_signal(signal.SIGTERM)

    def stop(self) -> int:
        """Stop it as an operator would, and return its exit status."""
        self.ask_to_stop()
        return self.wait()

    def wait(self) -> int:
        return self._process.wait(STOP_SECONDS)

    def kill9(self) -> None:
        self._process.kill()
        self._process.wait()

    def _has_ended(self) -> bool:
        return self._process.poll() is not None


@contextmanager
def data_directory() -> Iterator[Path]:
    """Return a path for a new data directory; kill the processes on it afterwards."""
    with passable_directory() as parent:
        data_dir = parent / "data"
        try:
            yield data_dir
        finally:
            for pid in pids_of(data_dir):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            wait_until(lambda: not pids_of(data_dir))


@contextmanager
def forge_serving(data_dir: Path, *options: str, port: int = 0) -> Iterator[ForgeProcess]:
    """Start ``forge serve``, wait until it is ready, and kill it if the test has not stopped it."""
    with kill_at_exit(ForgeProcess(data_dir, "--port", str(port), *options)) as process:
        yield process.ready()


@contextmanager
def kill_at_exit(process: ForgeProcess) -> Iterator[ForgeProcess]:
    try:
        yield process
    finally:
        if alive(process.pid):
            process.kill9()


def pids_of(data_dir: Path) -> list[int]:
    """Return the pids of processes with a data directory in their command lines."""
    named = os.fsencode(data_dir)
    pids = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return [pid for pid in pids if named in _command_line(pid) and alive(pid)]


def _command_line(pid: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def _answers(url: str) -> bool:
    with suppress(URLError, OSError), urlopen(url, timeout=5) as response:  # noqa: S310 - ours
        return bool(response.status == 200)
    return False


def _environment(added: Mapping[str, str] | None) -> dict[str, str]:
    """Return the environment of this process without settings of Forge."""
    inherited = {name: value for name, value in os.environ.items() if not OURS.fullmatch(name)}
    return inherited | dict(added or {})
