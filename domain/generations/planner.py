"""Planner: chooses a pattern for a prompt, with a confidence, and fills in its plan.

It is deterministic: phrases of ``vocabulary`` add up to scores. When its confidence is low, a
warning names the other candidate (wire.md, codegen).
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple

import msgspec

from domain.generations.diagnostics import Diagnostic, info, warning
from domain.generations.patterns import ARTIFACT, Pattern
from domain.generations.plans import AnyPlan, InvalidPlan, OnObjects, checked_plan, visible_line
from domain.generations.prompts.common import Values
from domain.generations.prompts.extraction import extract_values
from domain.generations.prompts.finding import without_quotes
from domain.generations.prompts.vocabulary import VOCABULARY

CERTAIN: Final = 4.0
"""Score from which on the confidence is not reduced."""
CONFIDENT: Final = 0.5
RUNNERS_UP: Final = 3


class Score(NamedTuple):
    pattern: Pattern
    score: float


class Choice(NamedTuple):
    """A chosen pattern; ``confidence`` is from 0 to 1, ``runners_up`` are the next candidates."""

    pattern: Pattern
    confidence: float
    runners_up: Sequence[Score]
    explicit: bool


def choose(prompt: str, explicit: Pattern | None) -> Choice:
    """Choose the pattern of a prompt by score, or take the explicit one."""
    scores = sorted(_scores(visible_line(prompt)), key=lambda each: -each.score)
    if explicit is not None:
        others = [each for each in scores if each.pattern is not explicit]
        return Choice(explicit, 1.0, others[:RUNNERS_UP], explicit=True)
    best, second = scores[0].score, max(scores[1].score, 0.0)
    if best <= 0:
        return Choice(Pattern.QUERY_EXPORT, 0.0, scores[1 : RUNNERS_UP + 1], explicit=False)
    confidence = best / (best + second) * min(1.0, best / CERTAIN)
    return Choice(
        scores[0].pattern, round(confidence, 2), scores[1 : RUNNERS_UP + 1], explicit=False
    )


def values_in(prompt: str, pattern: Pattern) -> Values:
    """Return the values of a pattern's plan that a prompt gives."""
    return extract_values(visible_line(prompt), pattern)


def plan_of(values: Values, pattern: Pattern) -> tuple[AnyPlan, Sequence[Diagnostic]]:
    """Build a plan from values; leaves invalid values out, with a warning for each."""
    try:
        return checked_plan(msgspec.to_builtins(values), pattern), ()
    except InvalidPlan:
        return _salvage(values, pattern)


def _salvage(values: Values, pattern: Pattern) -> tuple[AnyPlan, Sequence[Diagnostic]]:
    kept: Values = {}
    told: list[Diagnostic] = []
    for name, value in values.items():
        try:
            checked_plan(msgspec.to_builtins({**kept, name: value}), pattern)
        except InvalidPlan:
            message = f"The prompt's value of {name} is invalid; the default is used."
            told.append(warning("VALUE_IGNORED", message))
        else:
            kept[name] = value
    return checked_plan(msgspec.to_builtins(kept), pattern), told


def reading_diagnostics(
    choice: Choice, plan: AnyPlan, explicit_type: str | None
) -> Sequence[Diagnostic]:
    """Return diagnostics of how a prompt was read: pattern, confidence, runners-up and plan."""
    others = ", ".join(f"{each.pattern.value} {each.score:g}" for each in choice.runners_up)
    how = "as asked" if choice.explicit else f"confidence {choice.confidence:g}"
    told = [info("PATTERN", f"{choice.pattern.value}, {how}; runners-up: {others}.")]
    if not choice.explicit and choice.confidence < CONFIDENT:
        told.append(warning("LOW_CONFIDENCE", _unsure(choice)))
    if explicit_type not in {None, ARTIFACT}:
        message = f"There is no artifact type of that name; {ARTIFACT} was made instead."
        told.append(warning("UNKNOWN_ARTIFACT_TYPE", message))
    if isinstance(plan, OnObjects) and not plan.criteria:
        message = f"The prompt names no criteria: all that {plan.query} finds is taken."
        told.append(warning("NO_CRITERIA", message))
    told.append(info("PLAN", msgspec.json.encode(plan).decode()))
    return told


def _unsure(choice: Choice) -> str:
    if choice.confidence == 0:
        return "The prompt matches no pattern; name one in options.explicitPattern."
    other = choice.runners_up[0].pattern.value
    return (
        f"The prompt may mean {choice.pattern.value} or {other}:"
        " say more, or name the pattern in options.explicitPattern."
    )


def _scores(text: str) -> Sequence[Score]:
    lower = without_quotes(text).lower()
    return [
        Score(pattern, sum(weight for found, weight in phrases if found.search(lower)))
        for pattern, phrases in _phrases().items()
    ]


@cache
def _phrases() -> dict[Pattern, list[tuple[re.Pattern[str], float]]]:
    return {
        pattern: [(re.compile(phrase.expression), phrase.weight) for phrase in phrases]
        for pattern, phrases in VOCABULARY.items()
    }
