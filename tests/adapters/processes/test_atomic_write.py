"""Atomic writes: a file is complete or absent, and none is overwritten."""

import stat
from pathlib import Path

import pytest

from adapters.processes.atomic_write import atomic_write


def test_a_file_gets_its_name_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with atomic_write(path) as out:
        out.write(b"whole")
        assert not path.exists()

    assert path.read_bytes() == b"whole"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [*tmp_path.iterdir()] == [path]


def test_nothing_is_left_of_one_that_fails(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError):
        _half(tmp_path / "file")

    assert [*tmp_path.iterdir()] == []


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"first")

    with pytest.raises(FileExistsError), atomic_write(path):
        pass

    assert path.read_bytes() == b"first"


def _half(path: Path) -> None:
    with atomic_write(path) as out:
        out.write(b"half")
        raise RuntimeError
