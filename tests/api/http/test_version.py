"""The version in the API."""

import tomllib
from pathlib import Path

from api.http.version import VERSION


def test_it_is_the_projects_own() -> None:
    project = Path(__file__).parents[3] / "pyproject.toml"
    assert tomllib.loads(project.read_text())["project"]["version"] == VERSION
