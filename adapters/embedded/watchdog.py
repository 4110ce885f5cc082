"""Watchdog program: runs one server as its child, and stops it when the owner ends.

A server must not outlive its owner, not even one killed by SIGKILL. PR_SET_PDEATHSIG alone does not
guarantee that: it fires when the *thread* that forked ends, and setting it in the child of a
multi-threaded process is unsafe. This single-threaded process notices the end of its owner by the
end of a pipe, on every system; the server is told of the watchdog's end by PR_SET_PDEATHSIG (Linux
only: on other systems a watchdog killed by SIGKILL leaves its server running).

Started by ``ServerProcess``. Arguments: the signals that stop the server, in order of urgency
(``2,3``), user id, group id, command. Standard library only, and little of it, for a fast start.
"""

import ctypes
import os
import select
import signal
import sys
import time

GRACE = 4.0  # seconds a server has to end after a signal, before the next one
REMINDER = 0.5  # a server that is starting can miss a signal: repeat it
HEARTBEAT = 1.0  # a forked child of the owner can hold the pipe open: check the parent as well
OWNER_PIPE = 0
SHIELDED = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)  # the owner decides when to stop
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
PR_SET_PDEATHSIG = 1


class Server:
    """The child process; a pipe to select on becomes readable when it has ended."""

    def __init__(self, stops: list[int], uid: int, gid: int, command: list[str]) -> None:
        self.child_pipe, wake = os.pipe()
        os.set_blocking(self.child_pipe, False)
        os.set_blocking(wake, False)
        signal.set_wakeup_fd(wake)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self.exit_code: int | None = None
        self._stops = stops
        watchdog = os.getpid()
        self._pid = os.fork()
        if self._pid == 0:
            _become(command, uid, gid, stops[0], watchdog)

    def has_ended(self) -> bool:
        """Reap the child if it has ended; being stopped or continued does not count."""
        if self.exit_code is None:
            pid, status = os.waitpid(self._pid, os.WNOHANG)
            if pid:
                code = os.waitstatus_to_exitcode(status)
                self.exit_code = code if code >= 0 else 128 - code
        return self.exit_code is not None

    def watch(self, others: list[int], within: float) -> list[int]:
        """Wait for the child's end or another descriptor; return the others that are readable."""
        readable, _, _ = select.select([self.child_pipe, *others], [], [], within)
        if self.child_pipe in readable:
            os.read(self.child_pipe, 4096)
        return [descriptor for descriptor in others if descriptor in readable]

    def stop(self) -> None:
        for stop in (*self._stops, signal.SIGKILL):
            if self.has_ended():
                return
            deadline = time.monotonic() + GRACE
            while not self.has_ended() and time.monotonic() < deadline:
                os.kill(self._pid, stop)
                self.watch([], REMINDER)


def main(stops: str, uid: str, gid: str, *command: str) -> int:
    owner = os.getppid()
    for shielded in SHIELDED:
        signal.signal(shielded, signal.SIG_IGN)
    server = Server([int(stop) for stop in stops.split(",")], int(uid), int(gid), [*command])
    while not server.has_ended() and os.getppid() == owner:
        if server.watch([OWNER_PIPE], HEARTBEAT):
            break
    server.stop()
    return server.exit_code or 0


def _become(command: list[str], uid: int, gid: int, last_signal: int, watchdog: int) -> None:
    """Replace this forked child by the server, or write the error to its log."""
    try:
        if os.geteuid() != uid:
            os.setgroups([])
            os.setgid(gid)
            os.setuid(uid)
        for default in (*SHIELDED, signal.SIGPIPE):
            signal.signal(default, signal.SIG_DFL)
        if sys.platform == "linux":  # after setuid, which clears it
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, last_signal, 0, 0, 0)
        if os.getppid() == watchdog:
            os.umask(0o077)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.execve(command[0], command, ENVIRONMENT)  # noqa: S606 - no shell is the point  # nosec B606
    except OSError as error:
        os.write(2, f"{command[0]}: {error}\n".encode())
    os._exit(127)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
