"""Parser of C files, by tree-sitter: calls, definitions, includes and syntax errors."""

from collections.abc import Iterator
from typing import Final

import tree_sitter_c
from tree_sitter import Language, Node, Parser, Query, QueryCursor

from application.generations.ports import SourceFile
from domain.generations.checking import Call, Source
from domain.generations.diagnostics import Diagnostic, Severity

_C: Final = Language(tree_sitter_c.language())
_QUERY: Final = Query(
    _C,
    """
    (call_expression function: (identifier) @name arguments: (argument_list) @arguments) @call
    (function_declarator declarator: (identifier) @defined)
    (preproc_function_def name: (identifier) @defined)
    (preproc_include path: (_) @included)
    """,
)


class TreeSitterParser:
    """Implements parsing with a new parser for each file."""

    def __call__(self, source: SourceFile) -> Source:
        text = source.content.encode()
        root = Parser(_C).parse(text).root_node
        calls, defined, included = list[Call](), set[str](), set[str]()
        for _, match in QueryCursor(_QUERY).matches(root):
            if "call" in match:
                calls.append(_call(match["name"][0], match["arguments"][0], source.path))
            for node in match.get("defined", ()):
                defined.add(_text(node))
            for node in match.get("included", ()):
                included.add(_text(node).strip('<>"'))
        return Source(calls, defined, included, [*_syntax_errors(root, source.path)])


def _call(name: Node, arguments: Node, path: str) -> Call:
    count = sum(node.type != "comment" for node in arguments.named_children)
    return Call(_text(name), count, path, name.start_point.row + 1)


def _syntax_errors(root: Node, path: str) -> Iterator[Diagnostic]:
    """Visit only the nodes that have an error below them."""
    pending = [root] if root.has_error else []
    while pending:
        node = pending.pop()
        if node.is_error or node.is_missing:
            yield Diagnostic(
                severity=Severity.ERROR,
                code="SYNTAX_ERROR",
                message=f"{node.type} is missing." if node.is_missing else "This is no C.",
                file=path,
                line=node.start_point.row + 1,
            )
        else:
            pending += [child for child in node.children if child.has_error or child.is_missing]


def _text(node: Node) -> str:
    return (node.text or b"").decode()
