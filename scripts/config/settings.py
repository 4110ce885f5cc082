"""Settings of one process: command-line options and environment variables, read once."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, Self

import msgspec

from adapters.crypto.secret_files import SecretTexts
from scripts.config.environment import (
    GitHubSettings,
    MailSettings,
    PlanModelSettings,
    PolicySettings,
    StorageSettings,
    TracingSettings,
    read_part,
)

PARTS: Final[Mapping[str, type[msgspec.Struct]]] = {
    "storage": StorageSettings,
    "secrets": SecretTexts,
    "mail": MailSettings,
    "github": GitHubSettings,
    "plan_model": PlanModelSettings,
    "policy": PolicySettings,
    "tracing": TracingSettings,
}


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Options have fields of their own; variables without an option are grouped in parts.

    Parts hold text. The modules beside this one turn it into what a process uses, and raise
    ``Failure`` for malformed values: only processes that use a value refuse it.
    """

    data_dir: Path
    remote: bool = False
    hosts: tuple[str, ...] = ("127.0.0.1",)
    ports: tuple[int, ...] = (8000,)
    allowed_hosts: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    workspace: Path | None = None
    workers: int = 1
    log_level: str = "info"
    metrics_port: int | None = None
    metrics_socket: Path | None = None
    storage: StorageSettings = StorageSettings()
    secrets: SecretTexts = SecretTexts()
    mail: MailSettings = MailSettings()
    github: GitHubSettings = GitHubSettings()
    plan_model: PlanModelSettings = PlanModelSettings()
    policy: PolicySettings = PolicySettings()
    tracing: TracingSettings = TracingSettings()

    @property
    def ledger(self) -> Path:
        return Path(self.storage.erasure_ledger or self.data_dir / "erasures.ndjson")

    @classmethod
    def read(cls, data_dir: Path, environ: Mapping[str, str], **options: object) -> Self:
        """Combine the command line's options with the environment."""
        parts = {field: read_part(part, environ) for field, part in PARTS.items()}
        return cls(data_dir=data_dir.absolute(), **parts, **options)  # type: ignore[arg-type]  # PARTS and the command line check the types
