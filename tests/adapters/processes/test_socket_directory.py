"""The socket directory: private to one service, and removed after it."""

import stat
import tempfile
from pathlib import Path

import pytest

from adapters.processes.socket_directory import PREFIX, socket_directory


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_it_is_open_to_this_account_alone_and_gone_afterwards(temporary: Path) -> None:
    with socket_directory() as directory:
        assert stat.S_IMODE(directory.stat().st_mode) == 0o700
        (directory / "api.sock").touch()
    assert list(temporary.iterdir()) == []


def test_what_a_killed_service_left_is_removed_and_what_another_uses_is_not(
    temporary: Path,
) -> None:
    left = temporary / f"{PREFIX}left"
    left.mkdir()
    (left / "worker.sock").touch()
    strange = temporary / f"{PREFIX}linked"
    strange.symlink_to(temporary / "elsewhere")

    with socket_directory() as first, socket_directory() as second:
        assert first.is_dir()
        assert second.is_dir()
        assert not left.exists()
    assert list(temporary.iterdir()) == [strange]
