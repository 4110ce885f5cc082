"""A stand-in for gcc on PATH that waits until the test releases it."""

from pathlib import Path

import pytest


class SlowCompiler:
    """``begun`` exists once it has been started; ``let_go`` has it, and all after it, end."""

    def __init__(self, directory: Path) -> None:
        self.begun = directory / "begun"
        self._flag = directory / "let_go"
        script = directory / "gcc"
        script.write_text(
            f"#!/bin/sh\n: > {self.begun}\nwhile [ ! -e {self._flag} ]; do sleep 0.02; done\n"
        )
        script.chmod(0o755)

    def let_go(self) -> None:
        self._flag.touch()

    async def has_begun(self) -> bool:
        return self.begun.exists()


def slow_compiler(directory: Path, monkeypatch: pytest.MonkeyPatch) -> SlowCompiler:
    """Put a slow gcc on PATH, and no other compiler, for backends made from now on."""
    compiler = SlowCompiler(directory)
    (directory / "g++").symlink_to("/bin/true")
    monkeypatch.setenv("PATH", f"{directory}:/bin")
    return compiler
