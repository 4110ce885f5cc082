"""Plans from prompts: by the planner, then filled in by a model if there is one.

A model's answer is used only as data for the same typed plan.
"""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from application.generations.plan_models import PlanModel
from application.llm.chat import ModelUnavailable
from domain.generations.diagnostics import Diagnostic, info, warning
from domain.generations.patterns import Pattern, pattern_named
from domain.generations.planner import Choice, choose, plan_of, reading_diagnostics, values_in
from domain.generations.plans import KINDS, AnyPlan, InvalidPlan, checked_plan
from domain.generations.prompts.common import Values
from domain.generations.request import GenerationSpec


class Reading(NamedTuple):
    """The pattern and values that the planner has read from a prompt."""

    choice: Choice
    values: Values


class PlanResult(NamedTuple):
    """A plan and the diagnostics of making it."""

    plan: AnyPlan
    diagnostics: Sequence[Diagnostic]


def read_prompt(spec: GenerationSpec) -> Reading:
    """Read a prompt; a long one takes some milliseconds of CPU."""
    named = spec.hints.explicit_pattern
    explicit = None if named is None else pattern_named(named)
    choice = choose(spec.prompt, explicit)
    return Reading(choice, msgspec.to_builtins(values_in(spec.prompt, choice.pattern)))


async def make_plan(spec: GenerationSpec, reading: Reading, model: PlanModel | None) -> PlanResult:
    """Make the plan; if the model is unavailable or its plan invalid, the planner's is used."""
    choice, diagnostics = reading.choice, list[Diagnostic]()
    plan, ignored = plan_of(reading.values, choice.pattern)
    if model is not None:
        try:
            plan, ignored = await _fill_plan(spec.prompt, plan, model), ()
            diagnostics.append(info("MODEL_PLAN", "A model has filled in the plan."))
        except (ModelUnavailable, InvalidPlan) as error:
            message = f"The model was of no use ({error}); the planner's own plan stands."
            diagnostics.append(warning("MODEL_IGNORED", message))
    explicit_type = spec.hints.explicit_type
    return PlanResult(
        plan, [*reading_diagnostics(choice, plan, explicit_type), *diagnostics, *ignored]
    )


async def _fill_plan(prompt: str, plan: AnyPlan, model: PlanModel) -> AnyPlan:
    """Have a model fill in the plan; fields it leaves out keep the planner's values."""
    pattern: Pattern = plan.pattern
    schema = msgspec.json.schema(KINDS[pattern])
    filled = await model.fill(prompt, pattern.value, schema)
    if not isinstance(filled, dict):
        raise InvalidPlan("A plan is an object.")
    return checked_plan({**msgspec.to_builtins(plan), **filled}, pattern)
