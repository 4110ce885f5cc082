"""The ledger: limits of a month on credits, generations and drafts."""

from datetime import UTC, datetime, timedelta

import pytest

from application.billing.ledgers import LEDGER
from domain.billing.events import CreditsSpent, DraftCounted, GenerationCounted, RunKind
from domain.billing.ledger import (
    CountDraft,
    CountGeneration,
    CreditsExhausted,
    DailyQuotaExceeded,
    InvalidAmount,
    QuotaExceeded,
    SpendCredits,
    day_of,
    month_bounds,
    month_of,
)
from tests.support.domain.scenario import NOW, Scenario

ledger = Scenario(LEDGER)


def spend(amount: int = 1, allowed: int | None = 3) -> SpendCredits:
    return SpendCredits(amount=amount, run_kind=RunKind.UTILITY, run_id="r1", allowed=allowed)


def spent(amount: int = 1) -> CreditsSpent:
    return CreditsSpent(amount=amount, run_kind=RunKind.UTILITY, run_id="r1")


def test_credits_are_spent_to_the_last_and_no_further() -> None:
    ledger.when(spend(3)).then(spent(3))
    ledger.given(spent(2)).when(spend(1)).then(spent(1))
    ledger.given(spent(2)).when(spend(2)).then_refused(CreditsExhausted)
    ledger.given(spent(3)).when(spend(1)).then_refused(CreditsExhausted)


def test_without_a_limit_there_is_no_last_one() -> None:
    ledger.given(spent(10**9)).when(spend(allowed=None)).then(spent())


def test_a_plan_that_gives_less_by_now_gives_nothing_more() -> None:
    ledger.given(spent(50)).when(spend(allowed=10)).then_refused(CreditsExhausted)


def test_drafts_are_counted_day_by_day() -> None:
    count = CountDraft(draft_id="d", allowed=2)
    today = DraftCounted(draft_id="d", day=day_of(NOW))
    yesterday = DraftCounted(draft_id="d", day=day_of(NOW - timedelta(days=1)))

    ledger.given(today).when(count).then(today)
    ledger.given(today, today).when(count).then_refused(DailyQuotaExceeded)
    ledger.given(yesterday, yesterday).when(count).then(today)
    ledger.given(yesterday, yesterday, today).when(count).then(today)


@pytest.mark.parametrize("amount", [0, -1])
def test_nothing_is_never_spent(amount: int) -> None:
    ledger.when(spend(amount)).then_refused(InvalidAmount)


def test_generations_are_counted_apart_from_credits() -> None:
    count = CountGeneration(generation_id="g1", allowed=1)
    counted = GenerationCounted(generation_id="g1")

    ledger.given(spent(3)).when(count).then(counted)
    ledger.given(counted).when(count).then_refused(QuotaExceeded)
    ledger.given(counted).when(spend(3)).then(spent(3))


@pytest.mark.parametrize(
    ("moment", "month", "ends"),
    [
        ((2026, 1, 31, 23, 59, 59), "202601", (2026, 2)),
        ((2026, 2, 1), "202602", (2026, 3)),
        ((2026, 12, 31), "202612", (2027, 1)),
    ],
)
def test_months_are_those_of_the_calendar(
    moment: tuple[int, ...], month: str, ends: tuple[int, int]
) -> None:
    now = datetime(*moment, tzinfo=UTC)  # type: ignore[arg-type, misc]  # year, month, day and further

    assert month_of(now) == month
    assert month_bounds(now) == (
        now.replace(day=1, hour=0, minute=0, second=0),
        datetime(*ends, 1, tzinfo=UTC),
    )
