"""What stands in a C file, by tree-sitter: calls, definitions, includes, and faults of syntax."""

from collections.abc import Iterator
from typing import Final

import tree_sitter_c
from tree_sitter import Language, Node, Parser, Query, QueryCursor

from application.generations.ports import SourceFile
from domain.generations.checking import Call, Source
from domain.generations.diagnostics import Diagnostic, Severity

_C: Final = Language(tree_sitter_c.language())
_FOUND: Final = Query(
    _C,
    """
    (call_expression function: (identifier) @name arguments: (argument_list) @arguments) @call
    (function_declarator declarator: (identifier) @defined)
    (preproc_function_def name: (identifier) @defined)
    (preproc_include path: (_) @included)
    """,
)


class TreeSitterParsing:
    """Keeps nothing: a parser is made for each file."""

    def __call__(self, draft: SourceFile) -> Source:
        text = draft.content.encode()
        root = Parser(_C).parse(text).root_node
        calls, defined, included = list[Call](), set[str](), set[str]()
        for _, found in QueryCursor(_FOUND).matches(root):
            if "call" in found:
                calls.append(_call(found["name"][0], found["arguments"][0], draft.path))
            for node in found.get("defined", ()):
                defined.add(_text(node))
            for node in found.get("included", ()):
                included.add(_text(node).strip('<>"'))
        return Source(calls, defined, included, [*_faults(root, draft.path)])


def _call(name: Node, arguments: Node, path: str) -> Call:
    count = sum(node.type != "comment" for node in arguments.named_children)
    return Call(_text(name), count, path, name.start_point.row + 1)


def _faults(root: Node, path: str) -> Iterator[Diagnostic]:
    """Go only where something is wrong below."""
    waiting = [root] if root.has_error else []
    while waiting:
        node = waiting.pop()
        if node.is_error or node.is_missing:
            yield Diagnostic(
                severity=Severity.ERROR,
                code="SYNTAX_ERROR",
                message=f"{node.type} is missing." if node.is_missing else "This is no C.",
                file=path,
                line=node.start_point.row + 1,
            )
        else:
            waiting += [child for child in node.children if child.has_error or child.is_missing]


def _text(node: Node) -> str:
    return (node.text or b"").decode()
