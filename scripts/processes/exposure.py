"""What it takes to be reached from other machines: `--remote`, and secrets that were set."""

from collections.abc import Iterable
from ipaddress import ip_address

from scripts.config.secrets import load_or_create_secrets
from scripts.config.settings import Settings
from scripts.processes.sockets import resolved
from scripts.terminal.failures import Failure


def refuse_unsafe_exposure(settings: Settings) -> None:
    """Refuse before anything is made or started."""
    if settings.remote:
        load_or_create_secrets(settings)
    else:
        _refuse_reachable(settings.hosts)


def _refuse_reachable(hosts: Iterable[str]) -> None:
    for host in hosts:
        for _, address in resolved(host, 0):
            if not ip_address(str(address[0]).partition("%")[0]).is_loopback:
                raise Failure(
                    f"{host} can be reached from other machines, and without --remote some routes "
                    "ask for no key: anybody there could use them. Add --remote (every route then "
                    "asks for a key), or listen on 127.0.0.1."
                )
