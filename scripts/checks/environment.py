"""``python -m scripts.checks.environment``: only scripts/config reads environment variables.

Everywhere else takes ``Settings`` or a part of it. Handing the whole environment on to a child
process is no lookup, and neither is a variable's name within a message.
"""

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

ROOMS: Final = ("domain", "application", "adapters", "projections", "api", "scripts")
READER: Final = Path("scripts/config")
NAMING_FILES: Final[Mapping[Path, str]] = {
    Path("adapters/crypto/secret_files.py"): "its messages name the variable that is malformed",
}
CHILD_VARIABLES: Final[Mapping[str, str]] = {
    "PATH": "a child process finds programs where its parent does",
    "PYTHONPATH": "a child process finds modules where its parent does",
}
READERS: Final = ("environ", "environb", "getenv", "getenvb")
VARIABLE: Final = re.compile(r"(?:FORGE|OTEL)_[A-Z0-9_]*[A-Z0-9]|DATABASE_URL|REDIS_URL")


def main() -> int:
    faults = [fault for path in sources(Path.cwd()) for fault in faults_of(path, path.read_text())]
    sys.stdout.writelines(f"{fault}\n" for fault in faults)
    return 1 if faults else 0


def sources(root: Path) -> Iterator[Path]:
    """List the modules that may not read the environment, relative to the root."""
    for room in ROOMS:
        for path in sorted((root / room).rglob("*.py")):
            if not (relative := path.relative_to(root)).is_relative_to(READER):
                yield relative


def faults_of(path: Path, source: str) -> list[str]:
    """Name each line that looks a variable up, or names one as if to look it up."""
    tree = ast.parse(source)
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    faults = list[tuple[int, str]]()
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module="os") if any(each.name in READERS for each in node.names):
                faults.append((node.lineno, "imports the environment from os"))
            case ast.Attribute(value=ast.Name("os"), attr=attribute) if attribute in READERS:
                if not _passes_on(node, parents):
                    faults.append((node.lineno, f"uses os.{attribute}"))
            case ast.Constant(value=str(text)) if VARIABLE.fullmatch(text):
                if path not in NAMING_FILES and not _sets(node, parents[node]):
                    faults.append((node.lineno, f"names {text}"))
    return [f"{path}:{line}: {fault}; only {READER} may" for line, fault in sorted(faults)]


def _passes_on(node: ast.Attribute, parents: Mapping[ast.AST, ast.AST]) -> bool:
    """Tell whether a use of ``os.environ`` makes up the environment of a child process."""
    parent = parents[node]
    match parent:
        case ast.Dict(keys=keys, values=values):
            return any(
                key is None and value is node for key, value in zip(keys, values, strict=True)
            )
        case ast.BinOp(op=ast.BitOr()) | ast.keyword(arg="env"):
            return True
        case ast.Subscript(slice=ast.Constant(value=name)):
            return name in CHILD_VARIABLES
        case ast.Attribute(attr="get"):
            match parents[parent]:
                case ast.Call(args=[ast.Constant(value=name), *_]):
                    return name in CHILD_VARIABLES
    return False


def _sets(node: ast.Constant, parent: ast.AST) -> bool:
    """Tell whether a name is a key added to the environment of a child process."""
    return isinstance(parent, ast.Dict) and None in parent.keys and node in parent.keys


if __name__ == "__main__":
    sys.exit(main())
