"""The sockets a service listens on: bound early, so that a taken port is told at once.

Nobody can connect until ``listen``: what is not ready to answer refuses, and is not waited for.
"""

import errno
import socket
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import click

from scripts.terminal.failures import Failure

Address = tuple[Any, ...]
BACKLOG = 2048


@contextmanager
def bound(hosts: Sequence[str], ports: Sequence[int]) -> Iterator[list[socket.socket]]:
    """Bind every port of every host; a port of 0 is any that is free."""
    with ExitStack() as stack:
        yield [
            stack.enter_context(_bound(family, address))
            for host in hosts
            for port in ports
            for family, address in resolved(host, port)
        ]


@contextmanager
def inherited(descriptors: Sequence[int]) -> Iterator[list[socket.socket]]:
    """Take over sockets that the process that started this one has opened."""
    with ExitStack() as stack:
        yield [stack.enter_context(socket.socket(fileno=number)) for number in descriptors]


def listen(sockets: Iterable[socket.socket]) -> None:
    for listening in sockets:
        try:
            listening.listen(BACKLOG)
        except OSError as error:  # two that start together can both bind; one can listen
            raise _refused(listening.getsockname(), error) from error


def announce(sockets: Iterable[socket.socket]) -> None:
    """Tell whoever started us where to find us; it matters where a port was left open."""
    click.echo(f"Forge serves {' and '.join(map(_url, sockets))}")


def _url(listening: socket.socket) -> str:
    host, port, *_ = listening.getsockname()
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def resolved(host: str, port: int) -> list[tuple[socket.AddressFamily, Address]]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except socket.gaierror as error:
        raise Failure(f"{host} is no address of this machine: {error.strerror}.") from error
    return [(family, address) for family, _, _, _, address in found]


def _bound(family: socket.AddressFamily, address: Address) -> socket.socket:
    opened = socket.socket(family, socket.SOCK_STREAM)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        opened.bind(address)
    except OSError as error:
        opened.close()
        raise _refused(address, error) from error
    return opened


def _refused(address: Address, error: OSError) -> Failure:
    host, port = address[:2]
    if error.errno == errno.EADDRINUSE:
        return Failure(
            f"Port {port} of {host} is in use, perhaps by another `forge serve`: stop that one, or "
            "choose another port with --port."
        )
    return Failure(f"Cannot listen on port {port} of {host}: {error.strerror}.")
