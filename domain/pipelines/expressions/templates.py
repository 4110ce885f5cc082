"""Templates: texts with expressions in them, such as ``Hello {{first_name}}``."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from domain.pipelines.expressions.evaluating import Evaluate, evaluator
from domain.pipelines.expressions.parsing import CACHE_SIZE
from domain.pipelines.expressions.values import text

_HOLE: Final = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)


@lru_cache(maxsize=CACHE_SIZE)
def template(source: str) -> Evaluate:
    """Compile a template; one that is a single expression keeps its type (a number, an object).

    Raises ``InvalidConfig``; the function raises ``InvalidInput``.
    """
    if (whole := _HOLE.fullmatch(source.strip())) and "{{" not in whole[1]:
        return evaluator(whole[1])
    pieces = _HOLE.split(source)
    if len(pieces) == 1:
        return lambda _: source
    parts = [_part(piece, hole=n % 2 == 1) for n, piece in enumerate(pieces)]
    return lambda about: "".join(part(about) for part in parts)


@lru_cache(maxsize=CACHE_SIZE)
def condition(source: str) -> Evaluate:
    """Compile a condition, with or without braces around it."""
    return template(source) if "{{" in source else evaluator(source)


def _part(piece: str, *, hole: bool) -> Callable[[Any], str]:
    if not hole:
        return lambda _: piece
    evaluate = evaluator(piece)
    return lambda about: text(evaluate(about))
