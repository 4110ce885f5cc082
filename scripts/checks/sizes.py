"""``python -m scripts.checks.sizes``: caps on the length of files and functions, and on medians.

Tests keep to the caps but do not count in the medians, which their many short functions would
lower; nor do empty files. The targets are those of ARCHITECTURE.md.
"""

import ast
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median, quantiles
from typing import Final

import msgspec

from scripts.checks.tracked_files import tracked

FILE_CAP: Final = 250
FILE_MEDIAN: Final = 100
FUNCTION_CAP: Final = 40
FUNCTION_MEDIAN: Final = 8
FUNCTION_P90: Final = 25


class Size(msgspec.Struct, frozen=True):
    """Lines of a file or function, blank ones and docstrings included, decorators not."""

    place: str
    lines: int


def main() -> int:
    python = [path for path in tracked(Path.cwd()) if path.suffix == ".py"]
    sources = [path for path in python if path.parts[0] != "tests"]
    sys.stdout.write(summary(sources) + "\n")
    found = [*over_caps(python), *over_targets(sources)]
    sys.stdout.writelines(f"{fault}\n" for fault in found)
    return 1 if found else 0


def over_caps(paths: Sequence[Path]) -> Iterator[str]:
    for sizes, cap in ((files(paths), FILE_CAP), (functions(paths), FUNCTION_CAP)):
        for size in sizes:
            if size.lines > cap:
                yield f"{size.place}: {size.lines} lines, the cap is {cap}"


def over_targets(paths: Sequence[Path]) -> Iterator[str]:
    file_lines, function_lines = lines(files(paths)), lines(functions(paths))
    for what, value, target in (
        ("the median file", median(file_lines), FILE_MEDIAN),
        ("the median function", median(function_lines), FUNCTION_MEDIAN),
        ("the 90th percentile of functions", p90(function_lines), FUNCTION_P90),
    ):
        if value > target:
            yield f"{what} has {value:g} lines, the target is {target}"


def summary(paths: Sequence[Path]) -> str:
    return "\n".join(
        f"{len(sizes)} {what}: median {median(lines(sizes)):g} lines, p90 {p90(lines(sizes)):g}, "
        f"longest {max(lines(sizes))} ({max(sizes, key=lambda size: size.lines).place})"
        for what, sizes in (("files", files(paths)), ("functions", functions(paths)))
    )


def files(paths: Sequence[Path]) -> list[Size]:
    sizes = [Size(str(path), len(path.read_text().splitlines())) for path in paths]
    return [size for size in sizes if size.lines]


def functions(paths: Sequence[Path]) -> list[Size]:
    return [size for path in paths for size in _functions(path)]


def lines(sizes: Sequence[Size]) -> list[int]:
    return [size.lines for size in sizes]


def p90(values: Sequence[int]) -> float:
    return quantiles(values, n=10, method="inclusive")[-1]


def _functions(path: Path) -> Iterator[Size]:
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            yield Size(f"{path}:{node.lineno} {node.name}", length)


if __name__ == "__main__":
    sys.exit(main())
