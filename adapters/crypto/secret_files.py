"""The three secret keys, from environment variables or, in local mode, from files.

Each is 32 random bytes written as 64 hexadecimal digits (``openssl rand -hex 32``). No other form
is accepted, so that a truncated or doubly encoded key is refused. No message repeats a value.
"""

import os
import re
import secrets
import stat
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec

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


class SecretTexts(
    msgspec.Struct, frozen=True, rename={**VARIABLES, "further_master_keys": FURTHER}
):
    """The secrets as variables hold them; empty where unset. ``repr`` shows no value."""

    master_key: str = ""
    key_pepper: str = ""
    signing_key: str = ""
    further_master_keys: str = ""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(...)"

    @property
    def missing(self) -> list[str]:
        """The variables of required secrets that are unset."""
        return [variable for name, variable in VARIABLES.items() if not getattr(self, name)]


class SecretRefused(Exception):
    """A secret cannot be used; the message names the variable or file, never the value."""


class SecretMissing(SecretRefused):
    """A secret is not set, and remote mode has no default for it."""


class SecretMalformed(SecretRefused):
    """A secret is not 64 hexadecimal digits."""


class SecretExposed(SecretRefused):
    """Other accounts can read or replace a secret."""


def explicit_secrets(texts: SecretTexts) -> Secrets:
    """Read all secrets from the environment, for remote mode; raises ``SecretMissing``."""
    if texts.missing:
        raise SecretMissing(
            f"Set {', '.join(texts.missing)}, each to 64 hexadecimal digits (openssl rand -hex 32)."
        )
    named = {name: _from_text(texts, name) for name in VARIABLES}
    return Secrets(**named, further_master_keys=_further_from_text(texts))


def local_secrets(texts: SecretTexts, data_dir: Path) -> Secrets:
    """Read secrets from the environment or ``data_dir/secrets``, created on the first start."""
    directory = data_dir / "secrets"
    data_dir.mkdir(mode=0o711, parents=True, exist_ok=True)  # Postgres may run as another account
    return Secrets(
        **{
            name: _from_file(directory / name)
            if variable in texts.missing
            else _from_text(texts, name)
            for name, variable in VARIABLES.items()
        },
        further_master_keys=(
            *_further_from_text(texts),
            *_further_from_file(directory / FURTHER_FILE),
        ),
    )


def _further_from_text(texts: SecretTexts) -> tuple[bytes, ...]:
    return tuple(_parse_hex(each, source=FURTHER) for each in texts.further_master_keys.split())


def _further_from_file(path: Path) -> tuple[bytes, ...]:
    """Read the keys kept by a rotation, one a line; usually there are none."""
    try:
        with path.open(encoding="ascii", errors="replace") as file:
            _check_private(path, os.fstat(file.fileno()), mode="0600")
            return tuple(_parse_hex(line, source=str(path)) for line in file.read().split())
    except FileNotFoundError:
        return ()


def _from_text(texts: SecretTexts, name: str) -> bytes:
    return _parse_hex(getattr(texts, name), source=VARIABLES[name])


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
