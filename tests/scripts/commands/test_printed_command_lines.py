"""Every `forge ...` line of documents, help texts and messages is accepted by the command line."""

import re
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import pytest
import rich_click as click

from scripts.forge import cli
from tests.scripts.commands.test_help import ALL

ROOT: Final = Path(__file__).parents[3]
DOCUMENTS: Final = (
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "ARCHITECTURE.md")),
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "docs/runbooks").glob("*.md")),
)
SOURCES: Final = ("adapters", "application", "projections", "scripts")
FENCE: Final = re.compile(r"^ *```\w*\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
SPAN: Final = re.compile(r"`+([^`]+)`+")
START: Final = re.compile(r"(?:^|\$\()(?:\w+=\S+ )*(?:\.venv/bin/)?forge (?=[a-z-])")
END: Final = re.compile(r"\s+#|\s*[|>&)]")
HINT: Final = re.compile(r"command_line\(\s*['\"]([^'\"]+)")


def of_document(text: str) -> Iterator[str]:
    """Find command lines in fenced blocks and in code spans, which may be broken over lines."""
    for block in FENCE.findall(text):
        yield from block.splitlines()
    for span in SPAN.findall(FENCE.sub("", text)):
        yield " ".join(span.split())


def arguments(line: str) -> list[str] | None:
    """Return what follows `forge`, up to a comment, a pipe or the like."""
    start = START.search(line.strip())
    return shlex.split(END.split(line.strip()[start.end() :])[0]) if start else None


def refusal(words: Sequence[str]) -> str | None:
    """Say why the command line would not take these words: a command or an option is missing."""
    command: click.Command = cli
    context = click.Context(cli)
    while isinstance(command, click.Group) and words and words[0] != "--help":
        name, *words = words
        found = command.get_command(context, name)
        if found is None:
            return f"no command {name}"
        command = found
    try:
        _, left, _ = command.make_parser(click.Context(command)).parse_args(list(words))
    except click.UsageError as error:
        return error.format_message()
    return f"too many arguments: {left}" if left else None


def refused(lines: Iterator[str]) -> dict[str, str]:
    found = {line: arguments(line) for line in lines}
    return {
        line: why
        for line, words in found.items()
        if words is not None and (why := refusal(words)) is not None
    }


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_command_lines_of_documents_are_accepted(document: Path) -> None:
    assert refused(of_document(document.read_text())) == {}


@pytest.mark.parametrize("path", ALL)
def test_examples_of_help_texts_are_accepted(path: str) -> None:
    lines = (ALL[path].help or "").splitlines()
    assert refused(re.split(r" {3,}", line.strip())[0] for line in lines) == {}


def test_command_lines_of_messages_are_accepted() -> None:
    texts = [path.read_text() for name in SOURCES for path in (ROOT / name).rglob("*.py")]
    hints = [f"forge {each}" for text in texts for each in HINT.findall(text)]
    spans = [line for text in texts for line in of_document(text)]

    assert len(hints) > 5
    assert refused(iter([*hints, *spans])) == {}


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("forge serv", "no command serv"),
        ("forge keys remove ID", "no command remove"),
        ("PORT=1 forge serve --prot 8000", "No such option '--prot'"),
        ('psql "$(forge db url --admin)"', "No such option '--admin'"),
        ("forge migrate twice", "too many arguments: ['twice']"),
    ],
)
def test_a_command_line_that_would_be_refused_is_found(line: str, why: str) -> None:
    [found] = refused(iter([line])).values()
    assert found.startswith(why)
