"""Environment variables as typed parts of ``Settings``.

Each field has the variable it is read from beside it, as the name it is renamed to. A variable set
to the empty string counts as unset. docs/configuration.md explains them all.
"""

from collections.abc import Mapping
from typing import Final, TypeVar

import msgspec

DATABASE_URL: Final = "DATABASE_URL"
REDIS_URL: Final = "REDIS_URL"
SMTP_URL: Final = "FORGE_SMTP_URL"
MAIL_FROM: Final = "FORGE_MAIL_FROM"
SIGN_UP: Final = "FORGE_SIGNUP"
GITHUB_CLIENT_ID: Final = "FORGE_GITHUB_CLIENT_ID"
GITHUB_CLIENT_SECRET: Final = "FORGE_GITHUB_CLIENT_SECRET"  # noqa: S105 - a name
GITHUB_URL: Final = "FORGE_GITHUB_URL"
GITHUB_API_URL: Final = "FORGE_GITHUB_API_URL"
ALLOWED_ADDRESSES: Final = "FORGE_ALLOWED_ADDRESSES"
PLAN_MODEL_URL: Final = "FORGE_PLAN_MODEL_URL"
PLAN_MODEL: Final = "FORGE_PLAN_MODEL"
PLAN_MODEL_KEY: Final = "FORGE_PLAN_MODEL_KEY"
TRACES_EXPORTER: Final = "OTEL_TRACES_EXPORTER"
OTLP_PROTOCOL: Final = "OTEL_EXPORTER_OTLP_PROTOCOL"
OTLP_TRACES_PROTOCOL: Final = "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"
OTLP_HTTP: Final = "http/protobuf"

Part = TypeVar("Part", bound=msgspec.Struct)


class Confidential(msgspec.Struct, frozen=True):
    """Base of the parts: ``repr`` shows no value, because most of them hold a secret."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(...)"


class StorageSettings(
    Confidential,
    frozen=True,
    rename={
        "database_url": DATABASE_URL,
        "app_database_url": "FORGE_APP_DATABASE_URL",
        "redis_url": REDIS_URL,
        "erasure_ledger": "FORGE_ERASURE_LEDGER",
    },
):
    """External servers, and the file of the erasure ledger."""

    database_url: str = ""
    app_database_url: str = ""
    redis_url: str = ""
    erasure_ledger: str = ""


class MailSettings(Confidential, frozen=True, rename={"smtp_url": SMTP_URL, "sender": MAIL_FROM}):
    """The mail server, and the sender's address."""

    smtp_url: str = ""
    sender: str = ""


class GitHubSettings(
    Confidential,
    frozen=True,
    rename={
        "client_id": GITHUB_CLIENT_ID,
        "client_secret": GITHUB_CLIENT_SECRET,
        "url": GITHUB_URL,
        "api_url": GITHUB_API_URL,
    },
):
    """The OAuth app for log-ins through GitHub or an Enterprise server."""

    client_id: str = ""
    client_secret: str = ""
    url: str = "https://github.com"
    api_url: str = "https://api.github.com"


class PlanModelSettings(
    Confidential,
    frozen=True,
    rename={"url": PLAN_MODEL_URL, "model": PLAN_MODEL, "key": PLAN_MODEL_KEY},
):
    """The OpenAI-compatible endpoint that fills in the plans of generations."""

    url: str = ""
    model: str = ""
    key: str = ""


class PolicySettings(
    Confidential,
    frozen=True,
    rename={
        "sign_up": SIGN_UP,
        "rates": "FORGE_RATES",
        "allowed_addresses": ALLOWED_ADDRESSES,
    },
):
    """Sign-up, rate limits, and private addresses that clients may name."""

    sign_up: str = ""
    rates: str = ""
    allowed_addresses: str = ""


class TracingSettings(
    Confidential,
    frozen=True,
    rename={
        "endpoint": "OTEL_EXPORTER_OTLP_ENDPOINT",
        "traces_endpoint": "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
        "exporter": TRACES_EXPORTER,
        "disabled": "OTEL_SDK_DISABLED",
        "protocol": OTLP_PROTOCOL,
        "traces_protocol": OTLP_TRACES_PROTOCOL,
        "service_name": "OTEL_SERVICE_NAME",
    },
):
    """OpenTelemetry's own variables, as far as they turn traces on; its SDK reads the others."""

    endpoint: str = ""
    traces_endpoint: str = ""
    exporter: str = ""
    disabled: str = ""
    protocol: str = OTLP_HTTP
    traces_protocol: str = OTLP_HTTP
    service_name: str = "forge"


def read_part(part: type[Part], environ: Mapping[str, str]) -> Part:
    """Read one part from its variables."""
    variables = part.__struct_encode_fields__
    return msgspec.convert({name: environ[name] for name in variables if environ.get(name)}, part)
