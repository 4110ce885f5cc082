"""Summary of a generation in one sentence, from its plan."""

from typing import Final

from domain.generations.options import options_of
from domain.generations.patterns import DESCRIPTIONS
from domain.generations.plans import AnyPlan, BomExport, BulkPropertyUpdate, QueryExport

_TECHNICAL: Final = frozenset({"chunk", "delimiter"})


def summary_of(plan: AnyPlan) -> str:
    """Return a description with the main options: ``query Item Revision..., output parts.csv``."""
    told = [
        f"{option.name} {option.value}"
        for option in options_of(plan)
        if option.value and option.name not in _TECHNICAL
    ]
    if isinstance(plan, QueryExport | BomExport | BulkPropertyUpdate):
        told.append("columns " + " ".join(column.property for column in plan.columns))
    return f"{DESCRIPTIONS[plan.pattern]}: {', '.join(told)}."
