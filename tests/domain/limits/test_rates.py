"""Rate limits, and how an operator changes them."""

import pytest

from domain.identity.plans import Plan
from domain.limits.rates import RATES, InvalidRates, Rate, parse_rates


def test_rates_are_those_that_were_announced() -> None:
    minute = {
        name: [RATES[f"{name}.{plan.value}"].limit for plan in Plan]
        for name in ("json_api", "generations")
    }

    assert minute == {
        "json_api": [60_000, 600, 600, 3_000, 12_000],
        "generations": [6_000, 10, 60, 300, 1_200],
    }
    assert {RATES[f"{name}.{plan.value}"].seconds for name in minute for plan in Plan} == {60}
    assert RATES["task_board.address"] == (60, 60)
    assert RATES["task_board.user"] == (1_000, 3_600)
    assert RATES["gateway.key"] == (100, 60)


def test_an_operator_changes_some_and_leaves_the_others() -> None:
    rates = parse_rates("json_api.pro=5000/60  log_in.email=1/3600")

    assert rates["json_api.pro"] == Rate(5_000, 60)
    assert rates["log_in.email"] == Rate(1, 3_600)
    assert rates["json_api.team"] == RATES["json_api.team"]
    assert parse_rates("") == RATES


@pytest.mark.parametrize(
    "text",
    ["json_api.gold=1/1", "json_api.pro", "json_api.pro=0/60", "json_api.pro=1/0", "=1/1", "x=y/z"],
)
def test_what_is_no_rate_is_refused_with_those_there_are(text: str) -> None:
    with pytest.raises(InvalidRates, match=r"json_api\.trial"):
        parse_rates(text)
