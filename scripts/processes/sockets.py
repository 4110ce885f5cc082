"""Listening sockets: bound early, so that a port in use fails the start at once.

Connections are refused until ``listen``: a client of a process that is not ready does not wait.
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
def bind(hosts: Sequence[str], ports: Sequence[int]) -> Iterator[list[socket.socket]]:
    """Bind every port of every host; a port of 0 is any that is free."""
    with ExitStack() as stack:
        yield [
            stack.enter_context(_bind(family, address))
            for host in hosts
            for port in ports
            for family, address in resolve(host, port)
        ]


@contextmanager
def inherit(descriptors: Sequence[int]) -> Iterator[list[socket.socket]]:
    """Take over sockets that the parent process has opened."""
    with ExitStack() as stack:
        yield [stack.enter_context(socket.socket(fileno=number)) for number in descriptors]


def listen(sockets: Iterable[socket.socket]) -> None:
    for listening in sockets:
        try:
            listening.listen(BACKLOG)
        except OSError as error:  # two processes can bind the same port; only one can listen
            raise _listen_failure(listening.getsockname(), error) from error


def announce(sockets: Iterable[socket.socket]) -> None:
    """Print the addresses served, with the port chosen for port 0."""
    click.echo(f"Forge serves {' and '.join(map(_url, sockets))}")


def _url(listening: socket.socket) -> str:
    host, port, *_ = listening.getsockname()
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def resolve(host: str, port: int) -> list[tuple[socket.AddressFamily, Address]]:
    try:
        resolved = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except socket.gaierror as error:
        raise Failure(f"{host} is not an address of this machine: {error.strerror}.") from error
    return [(family, address) for family, _, _, _, address in resolved]


def _bind(family: socket.AddressFamily, address: Address) -> socket.socket:
    opened = socket.socket(family, socket.SOCK_STREAM)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        opened.bind(address)
    except OSError as error:
        opened.close()
        raise _listen_failure(address, error) from error
    return opened


def _listen_failure(address: Address, error: OSError) -> Failure:
    host, port = address[:2]
    if error.errno == errno.EADDRINUSE:
        return Failure(
            f"Port {port} of {host} is in use, perhaps by another `forge serve`: stop that one, or "
            "choose another port with --port."
        )
    return Failure(f"Cannot listen on port {port} of {host}: {error.strerror}.")
