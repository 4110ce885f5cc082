"""The three keys everything secret hangs on: the environment's or, in local mode, kept in files.

Each is 32 random bytes written as 64 hexadecimal digits (``openssl rand -hex 32``): the one form,
so that a truncated or doubly encoded key is refused and not used. No message repeats a value.
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
    """32 bytes each: what wraps data keys, what peppers API keys, the audit signature's seed.

    Further master keys open what is sealed under them, and seal nothing: before and after a
    rotation.
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
    """The message names the variable or file, never what it holds."""


class SecretMissing(SecretRefused):
    """Remote mode has no default for a secret."""


class SecretMalformed(SecretRefused):
    """Not 64 hexadecimal digits."""


class SecretExposed(SecretRefused):
    """Other accounts can read or replace a secret."""


def explicit_secrets(texts: SecretTexts) -> Secrets:
    """Take all from the environment, as remote mode does, or raise ``SecretMissing``."""
    if texts.missing:
        raise SecretMissing(
            f"Set {', '.join(texts.missing)}, each to 64 hexadecimal digits (openssl rand -hex 32)."
        )
    named = {name: _named(texts, name) for name in VARIABLES}
    return Secrets(**named, further_master_keys=_further(texts))


def local_secrets(texts: SecretTexts, data_dir: Path) -> Secrets:
    """Take what the environment names, the rest from ``data_dir/secrets``, made on first start."""
    directory = data_dir / "secrets"
    data_dir.mkdir(mode=0o711, parents=True, exist_ok=True)  # Postgres may run as another account
    return Secrets(
        **{
            name: _kept(directory / name) if variable in texts.missing else _named(texts, name)
            for name, variable in VARIABLES.items()
        },
        further_master_keys=(*_further(texts), *_kept_further(directory / FURTHER_FILE)),
    )


def _further(texts: SecretTexts) -> tuple[bytes, ...]:
    return tuple(_decoded(each, source=FURTHER) for each in texts.further_master_keys.split())


def _kept_further(path: Path) -> tuple[bytes, ...]:
    """Read the keys that a rotation has kept, one a line; mostly there are none."""
    try:
        with path.open(encoding="ascii", errors="replace") as file:
            _check_private(path, os.fstat(file.fileno()), mode="0600")
            return tuple(_decoded(line, source=str(path)) for line in file.read().split())
    except FileNotFoundError:
        return ()


def _named(texts: SecretTexts, name: str) -> bytes:
    return _decoded(getattr(texts, name), source=VARIABLES[name])


def _kept(path: Path) -> bytes:
    """Read a secret's file; make it first if there is none, whoever else does so too."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    _check_private(path.parent, path.parent.stat(), mode="0700")
    if not path.exists():
        _make(path)
    with path.open(encoding="ascii", errors="replace") as file:
        _check_private(path, os.fstat(file.fileno()), mode="0600")
        return _decoded(file.read(), source=str(path))


def _make(path: Path) -> None:
    """Write aside, then link: of two processes one wins, and no one ever reads half a secret.

    Flushed to disk, for what is sealed under a key that a power cut took is lost with it.
    """
    aside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            path.hardlink_to(aside)
    finally:
        aside.unlink()
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
            "if somebody may have read them."
        )


def _decoded(text: str, *, source: str) -> bytes:
    if not HEX.fullmatch(text):
        raise SecretMalformed(
            f"{source} must hold 64 hexadecimal digits (openssl rand -hex 32); it holds "
            f"{len(text)} characters."
        )
    return bytes.fromhex(text)
