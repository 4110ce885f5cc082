"""Layout of the embedded servers: data directory, socket directory, account and lock."""

import hashlib
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from adapters.embedded.errors import DataDirectoryRefused
from adapters.embedded.os_account import (
    OsAccount,
    current_account,
    first_barrier,
    give_ownership,
    server_account,
)

MAX_SOCKET_DIRECTORY = 80  # a socket's address holds 104 to 108 bytes, its file name included


@dataclass(frozen=True)
class ServerLayout:
    data_dir: Path
    sockets: Path
    account: OsAccount
    lock: int  # descriptor of the lock, for the servers to inherit

    @property
    def cluster(self) -> Path:
        return self.data_dir / "pg"


def make_data_directory(data_dir: Path) -> None:
    """Create it for this account alone; root's may be traversed, as the servers need."""
    data_dir.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)


def prepare_layout(data_dir: Path, lock: int) -> ServerLayout:
    account = server_account(data_dir / "pg")
    if account != current_account():
        _allow_traversal(data_dir, account)
    return ServerLayout(data_dir, _socket_directory(data_dir, account), account, lock)


def make_private_directory(path: Path, account: OsAccount) -> Path:
    """Create a directory that only the account of the servers can enter."""
    path.mkdir(mode=0o700, exist_ok=True)
    give_ownership(path, account)
    path.chmod(0o700)
    return path


def _allow_traversal(data_dir: Path, account: OsAccount) -> None:
    """Let the account traverse the data directory, if it is ours; raises if it is shut out."""
    if data_dir.stat().st_uid == os.geteuid():
        data_dir.chmod(stat.S_IMODE(data_dir.stat().st_mode) | stat.S_IXOTH)
    if barrier := first_barrier(account, data_dir.resolve()):
        raise DataDirectoryRefused(
            f"as root the servers run as {account.name}, which cannot enter {barrier}: "
            f"choose another data directory, such as /var/lib/forge, or run chmod o+x {barrier}"
        )


def _socket_directory(data_dir: Path, account: OsAccount) -> Path:
    """Return ``run`` or, for a long path, a directory of ours in the temporary directory."""
    path = data_dir / "run"
    if len(os.fsencode(path)) > MAX_SOCKET_DIRECTORY:
        digest = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:12]
        path = Path(tempfile.gettempdir()) / f"forge-{os.geteuid()}-{digest}"
    path.mkdir(mode=0o700, exist_ok=True)
    status = path.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid not in (os.geteuid(), account.uid):
        raise DataDirectoryRefused(
            f"{path} belongs to another account: remove it, or choose another data directory"
        )
    return make_private_directory(path, account)
