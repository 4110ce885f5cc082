"""Rate limits by name (wire.md, plans; seed 003, rate limiting).

A rate is a number of requests per number of seconds, with a burst of all of them, refilled evenly
(token bucket). Operators change rates by name (``FORGE_RATES``). Rates of future surfaces are
listed already.
"""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from domain.refusals import Invalid


class Rate(NamedTuple):
    limit: int
    seconds: int


MINUTE: Final = 60
QUARTER: Final = 15 * MINUTE
HOUR: Final = 60 * MINUTE
RATES: Final[Mapping[str, Rate]] = {
    # per key, by the plan of its organisation
    "json_api.trial": Rate(600, MINUTE),
    "json_api.starter": Rate(600, MINUTE),
    "json_api.pro": Rate(3_000, MINUTE),
    "json_api.team": Rate(12_000, MINUTE),
    "json_api.local": Rate(60_000, MINUTE),
    # per organisation, by its plan
    "generations.trial": Rate(10, MINUTE),
    "generations.starter": Rate(60, MINUTE),
    "generations.pro": Rate(300, MINUTE),
    "generations.team": Rate(1_200, MINUTE),
    "generations.local": Rate(6_000, MINUTE),
    # in remote mode
    "task_board.address": Rate(60, MINUTE),
    "task_board.user": Rate(1_000, HOUR),
    "gateway.key": Rate(100, MINUTE),
    # in every mode; refused when the limiter is down
    "log_in.address": Rate(60, QUARTER),
    "log_in.email": Rate(5, QUARTER),
    "github.device": Rate(1, 5),
    "github.polls": Rate(600, QUARTER),
    "invitations.organisation": Rate(100, HOUR),
}
AGENT_RUNS_AT_ONCE: Final = 10
"""Concurrent agent runs per organisation on the gateway, in remote mode (seed 004)."""
_CHANGE: Final = re.compile(r"([a-z_.]+)=([1-9]\d{0,8})/([1-9]\d{0,5})")


class InvalidRates(Invalid):
    code = "INVALID_RATES"


def parse_rates(text: str) -> Mapping[str, Rate]:
    """Return all rates with changes applied: ``json_api.pro=5000/60 log_in.email=10/900``.

    Raises ``InvalidRates`` for an unknown name or an invalid rate.
    """
    rates = dict(RATES)
    for word in text.split():
        change = _CHANGE.fullmatch(word)
        if change is None or change[1] not in RATES:
            known = ", ".join(RATES)
            raise InvalidRates(f"{word!r} is not NAME=REQUESTS/SECONDS with a name of: {known}.")
        rates[change[1]] = Rate(int(change[2]), int(change[3]))
    return rates
