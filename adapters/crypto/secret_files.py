"""The three secret keys, from environment variables or, in local mode, from files.

Each is 32 random bytes written as 64 hexadecimal digits (``openssl rand -hex 32``). No other form
is accepted, so that a truncated or doubly encoded key is refused. No message repeats a value.
"""

import os
import re
import secrets
import stat
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

VARIABLES: Final = {
    "master_key": "FORGE_MASTER_KEY",
    "key_pepper": "FORGE_KEY_PEPPER",
    "signing_key": "FORGE_SIGNING_KEY",
}
FURTHER: Final = "FORGE_FURTHER_MASTER_KEYS"
FURTHER_FILE: Final = "further_master_keys"
HEX: Final = re.compile(r"[0-9a-fA-F]{64}\n?")


@dataclass(frozen=True)
class Secrets:
    """Secret keys, 32 bytes each: for data keys, for API keys, and the seed of audit signatures.

    Further master keys only decrypt: they are needed before and after a rotation.
    """

    master_key: bytes = field(repr=False)
    key_pepper: bytes = field(repr=False)
    signing_key: bytes = field(repr=False)
    further_master_keys: tuple[bytes, ...] = field(default=(), repr=False)


class SecretRefused(Exception):
    """A secret cannot be used; the message names the variable or file, never the value."""


class SecretMissing(SecretRefused):
    """A secret is not set, and remote mode has no default for it."""


class SecretMalformed(SecretRefused):
    """A secret is not 64 hexadecimal digits."""


class SecretExposed(SecretRefused):
    """Other accounts can read or replace a secret."""


def explicit_secrets(environ: Mapping[str, str]) -> Secrets:
    """Read all secrets from the environment, for remote mode; raises ``SecretMissing``."""
    if missing := [name for name in VARIABLES.values() if not environ.get(name)]:
        raise SecretMissing(
            f"Set {', '.join(missing)}, each to 64 hexadecimal digits (openssl rand -hex 32)."
        )
    named = {name: _from_environment(environ, name) for name in VARIABLES}
    return Secrets(**named, further_master_keys=_further_from_environment(environ))


def local_secrets(environ: Mapping[str, str], data_dir: Path) -> Secrets:
    """Read secrets from the environment or ``data_dir/secrets``, created on the first start."""
    directory = data_dir / "secrets"
    data_dir.mkdir(mode=0o711, parents=True, exist_ok=True)  # Postgres may run as another account
    return Secrets(
        **{
            name: _from_environment(environ, name)
            if environ.get(variable)
            else _from_file(directory / name)
            for name, variable in VARIABLES.items()
        },
        further_master_keys=(
            *_further_from_environment(environ),
            *_further_from_file(directory / FURTHER_FILE),
        ),
    )


def _further_from_environment(environ: Mapping[str, str]) -> tuple[bytes, ...]:
    return tuple(_parse_hex(each, source=FURTHER) for each in environ.get(FURTHER, "").split())


def _further_from_file(path: Path) -> tuple[bytes, ...]:
    """Read the keys kept by a rotation, one a line; usually there are none."""
    try:
        with path.open(encoding="ascii", errors="replace") as file:
            _check_private(path, os.fstat(file.fileno()), mode="0600")
            return tuple(_parse_hex(line, source=str(path)) for line in file.read().split())
    except FileNotFoundError:
        return ()


def _from_environment(environ: Mapping[str, str], name: str) -> bytes:
    variable = VARIABLES[name]
    return _parse_hex(environ[variable], source=variable)


def _from_file(path: Path) -> bytes:
    """Read a secret's file; create it first if it is missing, also if another process does so."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    _check_private(path.parent, path.parent.stat(), mode="0700")
    if not path.exists():
        _create(path)
    with path.open(encoding="ascii", errors="replace") as file:
        _check_private(path, os.fstat(file.fileno()), mode="0600")
        return _parse_hex(file.read(), source=str(path))


def _create(path: Path) -> None:
    """Write a temporary file, then link it: of two processes one wins, and no partial file is read.

    Flushed to disk: if a power cut took the key, everything encrypted under it would be lost.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            path.hardlink_to(temporary)
    finally:
        temporary.unlink()
    _flush_directory(path.parent)


def _flush_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _check_private(path: Path, status: os.stat_result, *, mode: str) -> None:
    if status.st_uid != os.geteuid():
        raise SecretExposed(f"{path} belongs to another account: start Forge as that account.")
    if stat.S_IMODE(status.st_mode) & 0o077:
        raise SecretExposed(
            f"{path} is open to other accounts: run `chmod {mode} {path}`, and replace the keys "
            "if they may have been read."
        )


def _parse_hex(text: str, *, source: str) -> bytes:
    if not HEX.fullmatch(text):
        raise SecretMalformed(
            f"{source} must hold 64 hexadecimal digits (openssl rand -hex 32); it holds "
            f"{len(text)} characters."
        )
    return bytes.fromhex(text)
