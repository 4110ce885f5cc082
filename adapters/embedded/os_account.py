"""The account the embedded servers run as.

Postgres refuses to run as root, so root steps down to an account without rights; everybody else
runs the servers as themselves.
"""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from adapters.embedded.errors import DataDirectoryRefused

SERVICE_ACCOUNTS = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    name: str
    uid: int
    gid: int


def own_account() -> Account:
    return _named(os.geteuid())


def server_account(cluster: Path) -> Account:
    """Return who runs the servers; an existing cluster stays with the account that made it."""
    if os.geteuid() != 0:
        return own_account()
    if cluster.exists() and (owner := cluster.stat().st_uid) != 0:
        return _named(owner)
    for name in SERVICE_ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise DataDirectoryRefused(
        f"Postgres refuses to run as root, and none of {SERVICE_ACCOUNTS} exists here to run it"
    )


def closed_to(account: Account, path: Path) -> Path | None:
    """Return the first directory on the way to ``path``, or itself, the account cannot enter."""
    for step in (*reversed(path.parents), path):
        if not _may_enter(account, step.stat()):
            return step
    return None


def give(path: Path, account: Account) -> None:
    """Hand a file over; only root can, and only root needs to."""
    if os.geteuid() == 0:
        os.chown(path, account.uid, account.gid, follow_symlinks=False)


def _may_enter(account: Account, status: os.stat_result) -> bool:
    """Judge by the mode alone: the servers run without supplementary groups."""
    if status.st_uid == account.uid:
        return bool(status.st_mode & stat.S_IXUSR)
    if status.st_gid == account.gid:
        return bool(status.st_mode & stat.S_IXGRP)
    return bool(status.st_mode & stat.S_IXOTH)


def _named(uid: int) -> Account:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError as error:
        raise DataDirectoryRefused(
            f"the user id {uid} has no name on this machine, and Postgres needs one"
        ) from error
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
