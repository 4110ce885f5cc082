"""Where one pair of servers lives: directories, sockets, account, and the lock that guards them."""

import hashlib
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from adapters.embedded.errors import DataDirectoryRefused
from adapters.embedded.os_account import Account, closed_to, give, own_account, server_account

MAX_SOCKET_DIRECTORY = 80  # a socket's address holds 104 to 108 bytes, its file name included


@dataclass(frozen=True)
class ServerLayout:
    data_dir: Path
    sockets: Path
    account: Account
    lock: int  # descriptor of the claim, for the servers to inherit

    @property
    def cluster(self) -> Path:
        return self.data_dir / "pg"


def make_data_directory(data_dir: Path) -> None:
    """Create it for this account alone; as root others may pass through, as the servers must."""
    data_dir.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)


def prepare_site(data_dir: Path, lock: int) -> ServerLayout:
    account = server_account(data_dir / "pg")
    if account != own_account():
        _open_way(data_dir, account)
    return ServerLayout(data_dir, _socket_directory(data_dir, account), account, lock)


def own_directory(path: Path, account: Account) -> Path:
    """Make a directory only the servers' account can enter."""
    path.mkdir(mode=0o700, exist_ok=True)
    give(path, account)
    path.chmod(0o700)
    return path


def _open_way(data_dir: Path, account: Account) -> None:
    """Let the account through the data directory itself, never through somebody else's."""
    if data_dir.stat().st_uid == os.geteuid():
        data_dir.chmod(stat.S_IMODE(data_dir.stat().st_mode) | stat.S_IXOTH)
    if barrier := closed_to(account, data_dir.resolve()):
        raise DataDirectoryRefused(
            f"as root the servers run as {account.name}, which cannot enter {barrier}: "
            f"choose a data directory elsewhere, such as /var/lib/forge, or chmod o+x {barrier}"
        )


def _socket_directory(data_dir: Path, account: Account) -> Path:
    """Return ``run``, or a short stand-in that nobody else may have put into the temp directory."""
    path = data_dir / "run"
    if len(os.fsencode(path)) > MAX_SOCKET_DIRECTORY:
        digest = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:12]
        path = Path(tempfile.gettempdir()) / f"forge-{os.geteuid()}-{digest}"
    path.mkdir(mode=0o700, exist_ok=True)
    status = path.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid not in (os.geteuid(), account.uid):
        raise DataDirectoryRefused(f"{path} belongs to somebody else, no place for our sockets")
    return own_directory(path, account)
