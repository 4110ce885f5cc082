"""Operating system account of the embedded servers.

Postgres refuses to run as root, so for root the servers run as an unprivileged account; otherwise
they run as the current account.
"""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from adapters.embedded.errors import DataDirectoryRefused

SERVICE_ACCOUNTS = ("postgres", "nobody")


@dataclass(frozen=True)
class OsAccount:
    name: str
    uid: int
    gid: int


def current_account() -> OsAccount:
    return _account_of(os.geteuid())


def server_account(cluster: Path) -> OsAccount:
    """Return the account of the servers; an existing cluster keeps the account that created it."""
    if os.geteuid() != 0:
        return current_account()
    if cluster.exists() and (owner := cluster.stat().st_uid) != 0:
        return _account_of(owner)
    for name in SERVICE_ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return OsAccount(name, entry.pw_uid, entry.pw_gid)
    raise DataDirectoryRefused(
        "Postgres does not run as root, and this machine has none of the accounts "
        f"{SERVICE_ACCOUNTS}"
    )


def first_barrier(account: OsAccount, path: Path) -> Path | None:
    """Return the first part of ``path`` that the account cannot enter, ``path`` included."""
    for step in (*reversed(path.parents), path):
        if not _may_enter(account, step.stat()):
            return step
    return None


def give_ownership(path: Path, account: OsAccount) -> None:
    """Change the owner of a file if we are root; otherwise it is ours already."""
    if os.geteuid() == 0:
        os.chown(path, account.uid, account.gid, follow_symlinks=False)


def _may_enter(account: OsAccount, status: os.stat_result) -> bool:
    """Check the mode alone: the servers run without supplementary groups."""
    if status.st_uid == account.uid:
        return bool(status.st_mode & stat.S_IXUSR)
    if status.st_gid == account.gid:
        return bool(status.st_mode & stat.S_IXGRP)
    return bool(status.st_mode & stat.S_IXOTH)


def _account_of(uid: int) -> OsAccount:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError as error:
        raise DataDirectoryRefused(
            f"the user id {uid} has no name on this machine, and Postgres needs one"
        ) from error
    return OsAccount(entry.pw_name, entry.pw_uid, entry.pw_gid)
