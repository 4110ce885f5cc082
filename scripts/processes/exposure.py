"""Guard of addresses that other machines can reach: they need `--remote` and explicit secrets."""

from collections.abc import Iterable
from ipaddress import ip_address

from scripts.config.secrets import load_or_create_secrets
from scripts.config.settings import Settings
from scripts.processes.sockets import resolve
from scripts.terminal.failures import Failure


def refuse_unsafe_exposure(settings: Settings) -> None:
    """Raise ``Failure`` or ``SecretMissing`` before any file or process is created."""
    if settings.remote:
        load_or_create_secrets(settings)
    else:
        _refuse_reachable(settings.hosts)


def _refuse_reachable(hosts: Iterable[str]) -> None:
    for host in hosts:
        for _, address in resolve(host, 0):
            if not ip_address(str(address[0]).partition("%")[0]).is_loopback:
                raise Failure(
                    f"{host} can be reached from other machines, and without --remote some routes "
                    "require no API key. Add --remote (every route then requires a key), or listen "
                    "on 127.0.0.1."
                )
