"""Command-line options that commands share, the variables that replace them, and their settings."""

import os
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Final

import rich_click as click

from scripts.terminal.printing import Lines, Printer, Tables

if TYPE_CHECKING:
    from scripts.config.settings import Settings

SYSTEM_DATA_DIR: Final = Path("/var/lib/forge")


def read_settings(data_dir: Path, **options: object) -> "Settings":
    """Combine a command's options with the environment: once in a process."""
    from scripts.config.settings import Settings  # noqa: PLC0415 - msgspec, which --help does not wait for

    return Settings.read(data_dir, os.environ, **options)


def default_data_dir() -> Path:
    if os.geteuid() == 0:
        return SYSTEM_DATA_DIR
    home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share"
    return Path(home) / "forge"


def _printer(_: click.Context, __: click.Parameter, value: bool) -> Printer:  # noqa: FBT001 - click's
    return Lines() if value else Tables()


data_dir = click.option(
    "--data-dir",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="FORGE_DATA_DIR",
    show_envvar=True,
    default=default_data_dir,
    show_default="/var/lib/forge as root, else ~/.local/share/forge",
    help="Where the embedded servers and local secrets live.",
)
as_json = click.option(
    "--json", "printer", is_flag=True, callback=_printer, help="Print JSON, for programs."
)
log_level = click.option(
    "--log-level",
    type=click.Choice(["debug", "info", "warning", "error"]),
    envvar="FORGE_LOG_LEVEL",
    show_envvar=True,
    default="info",
    show_default=True,
    help="Log this and what is worse; requests are `info`.",
)
model = click.argument("name", metavar="NAME")
with_parent = click.option(
    "--with-parent", is_flag=True, hidden=True, help="End when standard input ends."
)
metrics_socket = click.option(
    "--metrics-socket", type=click.Path(path_type=Path), hidden=True, help="Asked by our siblings."
)
metrics_port = click.option(
    "--metrics-port",
    type=click.IntRange(0, 65535),
    envvar="FORGE_METRICS_PORT",
    show_envvar=True,
    help="Answer /metrics, /livez and /readyz on this port. 0 takes any that is free.",
)
host = click.option(
    "--host",
    "hosts",
    multiple=True,
    envvar="FORGE_HOST",
    show_envvar=True,
    default=["127.0.0.1"],
    show_default=True,
    help="Address to listen on; may be repeated. One that other machines reach needs --remote.",
)
port = click.option(
    "--port",
    "ports",
    multiple=True,
    type=click.IntRange(0, 65535),
    envvar="FORGE_PORT",
    show_envvar=True,
    default=[8000],
    show_default=True,
    help="Port to listen on; may be repeated. 0 takes any that is free.",
)
allow_host = click.option(
    "--allow-host",
    "allowed_hosts",
    multiple=True,
    envvar="FORGE_ALLOWED_HOSTS",
    show_envvar=True,
    help="Public name of the service, as browsers and clients write it; may be repeated.",
)


def _networks(_: click.Context, __: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    try:
        return tuple(str(ip_network(each)) for each in value)
    except ValueError as error:
        raise click.BadParameter(f"{error}.") from error


trust_proxy = click.option(
    "--trust-proxy",
    "trusted_proxies",
    multiple=True,
    envvar="FORGE_TRUSTED_PROXIES",
    show_envvar=True,
    callback=_networks,
    help="Network of proxies in front, such as 10.0.0.0/8: their X-Forwarded-For says who calls, "
    "and their X-Forwarded-Proto how; may be repeated. Others' word is not taken.",
)
remote = click.option(
    "--remote",
    is_flag=True,
    envvar="FORGE_REMOTE",
    show_envvar=True,
    help="Serve other machines: every route asks for a key, and the secrets must be set.",
)
workspace = click.option(
    "--workspace",
    type=click.Path(path_type=Path, exists=True, file_okay=False, resolve_path=True),
    envvar="FORGE_WORKSPACE",
    show_envvar=True,
    help="Directory that engineering agents read from and write to.",
)
workers = click.option(
    "--workers",
    type=click.IntRange(1, 64),
    envvar="FORGE_WORKERS",
    show_envvar=True,
    default=1,
    show_default=True,
    help="Processes that answer requests.",
)
