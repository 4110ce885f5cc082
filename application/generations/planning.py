"""Plans from prompts: by the planner, and by a model where there is one, which may say more.

What a model says is data for the same typed plan, and nothing else of it is ever used.
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
    """What the planner made of a prompt."""

    choice: Choice
    values: Values


class Planned(NamedTuple):
    plan: AnyPlan
    diagnostics: Sequence[Diagnostic]


def read(asked: GenerationSpec) -> Reading:
    """Read a prompt; some milliseconds of CPU for a long one."""
    named = asked.hints.explicit_pattern
    explicit = None if named is None else pattern_named(named)
    choice = choose(asked.prompt, explicit)
    return Reading(choice, msgspec.to_builtins(values_in(asked.prompt, choice.pattern)))


async def planned(asked: GenerationSpec, reading: Reading, model: PlanModel | None) -> Planned:
    """Make the plan; where a model is asked in vain the planner's own one stands."""
    choice, told = reading.choice, list[Diagnostic]()
    plan, ignored = plan_of(reading.values, choice.pattern)
    if model is not None:
        try:
            plan, ignored = await _filled(asked.prompt, plan, model), ()
            told.append(info("MODEL_PLAN", "A model has filled in the plan."))
        except (ModelUnavailable, InvalidPlan) as error:
            message = f"The model was of no use ({error}); the planner's own plan stands."
            told.append(warning("MODEL_IGNORED", message))
    explicit_type = asked.hints.explicit_type
    return Planned(plan, [*reading_diagnostics(choice, plan, explicit_type), *told, *ignored])


async def _filled(prompt: str, plan: AnyPlan, model: PlanModel) -> AnyPlan:
    """Have a model fill in the plan; what it leaves out stays as the planner found it."""
    pattern: Pattern = plan.pattern
    schema = msgspec.json.schema(KINDS[pattern])
    found = await model.fill(prompt, pattern.value, schema)
    if not isinstance(found, dict):
        raise InvalidPlan("A plan is an object.")
    return checked_plan({**msgspec.to_builtins(plan), **found}, pattern)
