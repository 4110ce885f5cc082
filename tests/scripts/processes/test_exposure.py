"""Exposure: addresses are checked before a process starts."""

from pathlib import Path

import pytest

from adapters.crypto.secret_files import SecretMissing
from scripts.config.settings import Settings
from scripts.processes.exposure import refuse_unsafe_exposure
from scripts.terminal.failures import Failure

HERE = Path("/nowhere")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_loopback_is_served_without_remote(host: str) -> None:
    refuse_unsafe_exposure(Settings(data_dir=HERE, hosts=(host,)))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "::ffff:192.0.2.1"])  # noqa: S104 - refused
def test_all_else_is_refused_without_remote(host: str) -> None:
    with pytest.raises(Failure, match="Add --remote"):
        refuse_unsafe_exposure(Settings(data_dir=HERE, hosts=("127.0.0.1", host)))


def test_remote_mode_takes_no_secrets_from_files() -> None:
    with pytest.raises(SecretMissing):
        refuse_unsafe_exposure(Settings(data_dir=HERE, remote=True))
