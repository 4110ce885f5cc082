"""What one process is told: by its command line and, where that is silent, by its environment.

| variable                  | meaning                                                            |
|---------------------------|--------------------------------------------------------------------|
| `FORGE_DATA_DIR`          | `--data-dir`: embedded servers and local secrets live there        |
| `XDG_DATA_HOME`           | its `forge` is an ordinary user's default data directory           |
| `DATABASE_URL`            | Postgres of your own, as the role that owns the schema             |
| `FORGE_APP_DATABASE_URL`  | the same as the running role; default: `SET ROLE forge_app`        |
| `REDIS_URL`               | Redis protocol server of your own; goes with `DATABASE_URL`        |
| `FORGE_HOST` `FORGE_PORT` | `--host`, `--port`; several are separated by spaces                |
| `FORGE_ALLOWED_HOSTS`     | `--allow-host`: public names that Host and Origin may hold         |
| `FORGE_TRUSTED_PROXIES`   | `--trust-proxy`: networks whose word on who is calling is taken    |
| `FORGE_REMOTE`            | `--remote`: `1` serves other machines                              |
| `FORGE_WORKERS`           | `--workers`: processes that serve HTTP                             |
| `FORGE_WORKSPACE`         | `--workspace`: where engineering agents read and write             |
| `FORGE_METRICS_PORT`      | `--metrics-port` of a projector or a worker                        |
| `FORGE_SMTP_URL`          | sends mail: `smtp[s]://user:password@host:587`; without one, local |
|                           | mode keeps mails at `/dev/mailbox`, and remote mode sends none     |
| `FORGE_MAIL_FROM`         | who mails are from: `Forge <forge@example.com>`                    |
| `FORGE_GITHUB_CLIENT_ID` `FORGE_GITHUB_CLIENT_SECRET` | the OAuth app that people log in by      |
| `FORGE_GITHUB_URL` `FORGE_GITHUB_API_URL` | of an Enterprise server, if not github.com's         |
| `FORGE_SIGNUP`            | `open`: whoever logs in is a user, with an organisation on plan    |
|                           | trial (local mode); `invite`: only who is invited (remote mode)    |
| `FORGE_ALLOWED_ADDRESSES` | hosts and networks that clients may have us connect to although    |
|                           | they are not public: `llm.internal 10.0.0.0/8`                     |
| `FORGE_PLAN_MODEL_URL` `FORGE_PLAN_MODEL` `FORGE_PLAN_MODEL_KEY` | an OpenAI-compatible       |
|                           | endpoint that fills in the plans of generations; default: none     |
| `FORGE_RATES`             | rate limits other than usual: `json_api.pro=5000/60` is so many    |
|                           | requests in so many seconds; `domain/limits/rates.py` has them all |
| `FORGE_LOG_LEVEL`         | `--log-level`: `debug`, `info` (default), `warning` or `error`     |
| `FORGE_MASTER_KEY`        | wraps data keys: 64 hexadecimal digits (`openssl rand -hex 32`)    |
| `FORGE_FURTHER_MASTER_KEYS` | open what was sealed under them, and seal nothing: see         |
|                           | `docs/runbooks/rotate-master-key.md`                               |
| `FORGE_KEY_PEPPER`        | peppers API keys: 64 hexadecimal digits                            |
| `FORGE_SIGNING_KEY`       | signs audit checkpoints: 64 hexadecimal digits                     |
| `FORGE_ERASURE_LEDGER`    | file that erasures are noted in, for restores: best on a disk of   |
|                           | its own; default: `<data-dir>/erasures.ndjson`                     |

The three secrets are files in `<data-dir>/secrets` unless set; `--remote` wants them set.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

SYSTEM_DATA_DIR = Path("/var/lib/forge")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """``environ`` is where secrets are looked up: they are never kept here."""

    data_dir: Path
    database_url: str | None = field(default=None, repr=False)
    app_database_url: str | None = field(default=None, repr=False)
    redis_url: str | None = field(default=None, repr=False)
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
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def ledger(self) -> Path:
        return Path(self.environ.get("FORGE_ERASURE_LEDGER") or self.data_dir / "erasures.ndjson")

    @classmethod
    def read(cls, data_dir: Path, **options: object) -> Self:
        """Take the servers' addresses from the environment, all else as given."""
        environ = dict(os.environ)
        addresses = {
            "database_url": environ.get("DATABASE_URL") or None,
            "app_database_url": environ.get("FORGE_APP_DATABASE_URL") or None,
            "redis_url": environ.get("REDIS_URL") or None,
        }
        return cls(data_dir=data_dir.absolute(), environ=environ, **{**addresses, **options})  # type: ignore[arg-type]  # the options' types are the command line's to check


def default_data_dir() -> Path:
    if os.geteuid() == 0:
        return SYSTEM_DATA_DIR
    home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share"
    return Path(home) / "forge"
