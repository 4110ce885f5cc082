"""Process logging, each test in a process of its own since it is configured once."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scripts.processes.logging_setup import access_log_for, configure_logging

ROOT = Path(__file__).parents[3]
PROGRAM = """
import logging, sys, structlog
from scripts.processes.logging_setup import access_log_for, configure_logging

configure_logging(sys.argv[1], sys.stderr)
log = structlog.get_logger("ours")
log.info("written", path="/a\\n\\x1b[31m\\udc80", thing=object)
logging.getLogger("uvicorn.error").warning("theirs: %s", "b\\nc")
log.debug("unheard")
try:
    secret = "hunter2"
    raise RuntimeError("broken")
except RuntimeError as error:
    log.error("crashed", exc_info=error)
"""


def run(level: str = "info") -> list[dict[str, Any]]:
    done = subprocess.run(  # noqa: S603  (our own interpreter and program)
        [sys.executable, "-c", PROGRAM, level],
        cwd=ROOT, stderr=subprocess.PIPE, check=True, timeout=60,
    )  # fmt: skip
    return [json.loads(line) for line in done.stderr.decode("ascii").splitlines()]


def test_our_lines_and_those_of_libraries_are_json_of_one_form() -> None:
    written, theirs, crashed = run()

    assert (written["event"], written["level"], written["logger"]) == ("written", "info", "ours")
    assert (theirs["event"], theirs["level"]) == ("theirs: b\nc", "warning")
    assert theirs["logger"] == "uvicorn.error"
    assert crashed["exception"].endswith("RuntimeError: broken")
    assert all(line["time"].endswith("Z") for line in (written, theirs, crashed))


def test_no_value_breaks_its_line_and_no_local_variable_is_logged() -> None:
    written, _, crashed = run()

    assert written["path"].startswith("/a\n")
    assert "hunter2" not in json.dumps(crashed)


def test_a_higher_level_keeps_the_rest_quiet() -> None:
    assert [line["event"] for line in run("error")] == ["crashed"]


def test_a_terminal_gets_lines_for_people() -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(  # noqa: S603  (our own interpreter and program)
        [sys.executable, "-c", PROGRAM, "info"], cwd=ROOT, stderr=theirs
    ):
        os.close(theirs)
        shown = _everything(ours)

    assert "written" in shown
    assert not shown.lstrip().startswith("{")
    assert "hunter2" not in shown


def test_an_unknown_level_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="warning"):
        configure_logging("loud", sys.stderr)


def test_the_access_log_goes_to_the_same_stream_and_only_at_info(tmp_path: Path) -> None:
    with (tmp_path / "log").open("w") as stream:
        assert access_log_for("info", stream) is not None
        assert access_log_for("warning", stream) is None


def _everything(descriptor: int) -> str:
    read = b""
    try:
        while part := os.read(descriptor, 4096):
            read += part
    except OSError:
        pass  # how a terminal says that its other side has closed
    finally:
        os.close(descriptor)
    return read.decode()
