"""Plans and their limits (wire.md, plans). One MB is 2**20 bytes."""

from datetime import datetime, timedelta
from enum import Enum
from typing import Final, NamedTuple

from domain.refusals import Invalid

MB: Final = 2**20
TRIAL: Final = timedelta(days=14)


class Plan(Enum):
    LOCAL = "local"
    TRIAL = "trial"
    STARTER = "starter"
    PRO = "pro"
    TEAM = "team"


class Allowance(NamedTuple):
    """Limits of a plan: bytes per document, usage per month (``None``: no limit) and per day."""

    document_bytes: int
    credits_a_month: int | None
    generations_a_month: int | None
    drafts_a_day: int


ALLOWANCES: Final = {
    Plan.LOCAL: Allowance(20 * MB, None, None, 10_000),
    Plan.TRIAL: Allowance(5 * MB, 100, 10, 10),
    Plan.STARTER: Allowance(5 * MB, 100, 100, 50),
    Plan.PRO: Allowance(10 * MB, 10_000, 1_000, 500),
    Plan.TEAM: Allowance(20 * MB, 100_000, 10_000, 5_000),
}


class UnknownPlan(Invalid):
    code = "UNKNOWN_PLAN"


def trial_ends(plan: Plan, since: datetime) -> datetime | None:
    """Return the end of a trial that began at ``since``; ``None`` for other plans."""
    return since + TRIAL if plan is Plan.TRIAL else None


def plan_named(name: str) -> Plan:
    """Return a plan by name; raises ``UnknownPlan``."""
    try:
        return Plan(name)
    except ValueError as error:
        known = ", ".join(plan.value for plan in Plan)
        raise UnknownPlan(f"There is no plan {name!r}; there are {known}.") from error
