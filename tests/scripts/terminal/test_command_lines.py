"""Command lines in messages run as printed: the right program, on the right data directory."""

import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from scripts.commands.doctor import doctor
from scripts.terminal.command_lines import command_line, program

DATA_DIR = next(option for option in doctor.params if option.name == "data_dir")


def print_one(data_dir: Path) -> None:
    assert data_dir
    click.echo(command_line("keys list"))


@pytest.fixture
def printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., str]:
    monkeypatch.delenv("FORGE_DATA_DIR", raising=False)

    def run(*arguments: str) -> str:
        example = click.Command("example", params=[DATA_DIR], callback=print_one)
        example.main(arguments, standalone_mode=False)
        return capsys.readouterr().out.strip()

    return run


def test_without_a_data_directory_a_command_line_is_plain(printed: Callable[..., str]) -> None:
    assert printed() == "forge keys list"


def test_the_data_directory_of_the_option_is_repeated_as_an_absolute_path(
    printed: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert printed("--data-dir", "a b") == f"forge keys list --data-dir '{tmp_path}/a b'"


def test_the_data_directory_of_the_environment_is_repeated(
    printed: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORGE_DATA_DIR", str(tmp_path))

    assert printed() == f"forge keys list --data-dir {tmp_path}"


@pytest.fixture
def started_by_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    started = tmp_path / "bin" / "forge"
    started.parent.mkdir()
    started.touch(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["bin/forge"])
    return started


def test_a_program_that_path_does_not_lead_to_is_named_by_its_path(
    started_by_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert program() == "bin/forge"

    monkeypatch.setenv("PATH", f"/nowhere:{started_by_path.parent}")
    assert program() == "forge"


def test_directories_on_path_that_cannot_be_entered_are_passed_over(
    started_by_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_file = started_by_path
    monkeypatch.setenv("PATH", f"{a_file}:{'x' * 5000}:{started_by_path.parent}")

    assert program() == "forge"


def test_another_program_of_that_name_in_front_of_it_on_path_is_not_mistaken_for_it(
    started_by_path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "forge").touch(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{started_by_path.parent}")

    assert program() == "bin/forge"
