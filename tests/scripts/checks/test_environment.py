"""The check that only scripts/config reads the environment: what it catches, and what passes."""

from pathlib import Path

import pytest

from scripts.checks import environment
from scripts.checks.environment import NAMING_FILES, faults_of, main, sources

MODULE = Path("adapters/module.py")
ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('value = os.environ["FORGE"]', "uses os.environ"),
        ('value = os.environ.get("HOME")', "uses os.environ"),
        ('value = os.getenv("HOME")', "uses os.getenv"),
        ('value = "HOME" in os.environ', "uses os.environ"),
        ("value = read(os.environ)", "uses os.environ"),
        ("value = dict(os.environ)", "uses os.environ"),
        ("value = {os.environ: 1}", "uses os.environ"),
        ("from os import environ", "imports the environment from os"),
        ("from os import path, getenv as g", "imports the environment from os"),
        ('value = settings["FORGE_RATES"]', "names FORGE_RATES"),
        ('value = environ.get("REDIS_URL")', "names REDIS_URL"),
        ('NAME = "OTEL_SERVICE_NAME"', "names OTEL_SERVICE_NAME"),
        ('names = {"url": "DATABASE_URL"}', "names DATABASE_URL"),
        ('option = click.option("--port", envvar="FORGE_PORT")', "names FORGE_PORT"),
    ],
)
def test_a_lookup_is_named_with_its_line(line: str, fault: str) -> None:
    assert faults_of(MODULE, f"import os\n{line}\n") == [
        f"{MODULE}:2: {fault}; only scripts/config may"
    ]


@pytest.mark.parametrize(
    "line",
    [
        'run(env={**os.environ, "FORGE_RATES": "x"})',
        'run(env=os.environ | {"PGPASSWORD": "x"})',
        "run(env=os.environ)",
        'path = os.environ.get("PATH", os.defpath)',
        'path = os.environ["PYTHONPATH"]',
        'raise Failure("Set FORGE_RATES to NAME=REQUESTS/SECONDS.")',
        'guard = "FORGE_STUB_" + name',
        '"""Reads FORGE_RATES."""',
        "value = settings.environ",
        "separator = os.pathsep",
    ],
)
def test_the_environment_of_a_child_and_names_in_messages_pass(line: str) -> None:
    assert faults_of(MODULE, f"import os\n{line}\n") == []


def test_a_file_whose_messages_name_variables_may_hold_their_names_but_not_look_them_up() -> None:
    [path] = NAMING_FILES
    text = 'import os\nNAME = "FORGE_MASTER_KEY"\nvalue = os.environ[NAME]\n'
    assert faults_of(path, text) == [f"{path}:3: uses os.environ; only scripts/config may"]


def test_every_module_but_those_of_the_configuration_is_checked(tmp_path: Path) -> None:
    for name in ("api/a.py", "scripts/config/b.py", "scripts/c.py", "tests/d.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert list(sources(tmp_path)) == [Path("api/a.py"), Path("scripts/c.py")]


def test_the_exit_status_says_whether_there_was_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "api").mkdir()
    (tmp_path / "api" / "a.py").write_text("x = 1\n")
    assert main() == 0
    (tmp_path / "api" / "a.py").write_text('import os\nx = os.getenv("HOME")\n')
    assert main() == 1
    assert capsys.readouterr().out == "api/a.py:2: uses os.getenv; only scripts/config may\n"


def test_this_tree_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert environment.main() == 0
