"""What the routes of code generation are built from."""

import msgspec

from application.billing.ledgers import Ledgers
from application.generations.generations import Generations
from application.generations.history import GenerationHistory
from application.generations.plan_models import PlanModels
from projections.generations.generations import GenerationQueries


class GenerationServices(msgspec.Struct, frozen=True, kw_only=True):
    """``models`` fill in plans, for those who have one."""

    generations: Generations
    history: GenerationHistory
    queries: GenerationQueries
    ledgers: Ledgers
    models: PlanModels
