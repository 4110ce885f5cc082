"""Runs one server and ends it with its owner: a program of its own, started by ``KeptProcess``.

A server must not outlive its owner, not even one killed by SIGKILL. PR_SET_PDEATHSIG alone cannot
promise that: it fires when the *thread* that forked ends, and setting it in the child of a process
with threads is unsafe. So this process of one thread stands between. It sees its owner die by
the end of a pipe, on every system and from whatever thread it was started; the server sees the
keeper die by PR_SET_PDEATHSIG (Linux only: elsewhere a keeper killed by SIGKILL leaves its server).

Arguments: signals that stop the server, each more urgent than the one before (``2,3``), user id,
group id, command. Standard library only, and little of it: this is on the way of every start.
"""

import ctypes
import os
import select
import signal
import sys
import time

GRACE = 4.0  # seconds a server has to heed a signal before the next one
REMINDER = 0.5  # a server that is only starting can miss a signal: say it again
HEARTBEAT = 1.0  # a forked child of the owner can hold the pipe open: look at the parent as well
OWNER_PIPE = 0
SHIELDED = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)  # the owner decides when to stop
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
PR_SET_PDEATHSIG = 1


class Server:
    """The child, and its end as news on a pipe that can be selected on."""

    def __init__(self, stops: list[int], uid: int, gid: int, command: list[str]) -> None:
        self.news, wake = os.pipe()
        os.set_blocking(self.news, False)
        os.set_blocking(wake, False)
        signal.set_wakeup_fd(wake)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self.exit_code: int | None = None
        self._stops = stops
        keeper = os.getpid()
        self._pid = os.fork()
        if self._pid == 0:
            _become(command, uid, gid, stops[0], keeper)

    def ended(self) -> bool:
        """Reap the child if it has ended; being stopped or continued is no end."""
        if self.exit_code is None:
            pid, status = os.waitpid(self._pid, os.WNOHANG)
            if pid:
                code = os.waitstatus_to_exitcode(status)
                self.exit_code = code if code >= 0 else 128 - code
        return self.exit_code is not None

    def watch(self, others: list[int], within: float) -> list[int]:
        """Wait for news of the child or of another descriptor; return those others with news."""
        readable, _, _ = select.select([self.news, *others], [], [], within)
        if self.news in readable:
            os.read(self.news, 4096)
        return [descriptor for descriptor in others if descriptor in readable]

    def stop(self) -> None:
        for stop in (*self._stops, signal.SIGKILL):
            if self.ended():
                return
            deadline = time.monotonic() + GRACE
            while not self.ended() and time.monotonic() < deadline:
                os.kill(self._pid, stop)
                self.watch([], REMINDER)


def main(stops: str, uid: str, gid: str, *command: str) -> int:
    owner = os.getppid()
    for shielded in SHIELDED:
        signal.signal(shielded, signal.SIG_IGN)
    server = Server([int(stop) for stop in stops.split(",")], int(uid), int(gid), [*command])
    while not server.ended() and os.getppid() == owner:
        if server.watch([OWNER_PIPE], HEARTBEAT):
            break
    server.stop()
    return server.exit_code or 0


def _become(command: list[str], uid: int, gid: int, last_signal: int, keeper: int) -> None:
    """Turn this forked child into the server, or say on its log why not."""
    try:
        if os.geteuid() != uid:
            os.setgroups([])
            os.setgid(gid)
            os.setuid(uid)
        for default in (*SHIELDED, signal.SIGPIPE):
            signal.signal(default, signal.SIG_DFL)
        if sys.platform == "linux":  # after setuid, which clears it
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, last_signal, 0, 0, 0)
        if os.getppid() == keeper:
            os.umask(0o077)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.execve(command[0], command, ENVIRONMENT)  # noqa: S606 - no shell is the point  # nosec B606
    except OSError as error:
        os.write(2, f"{command[0]}: {error}\n".encode())
    os._exit(127)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
