"""Ledger aggregate: usage of an organisation in one calendar month (UTC).

Limits come with each command, since plans change within a month.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, TypeAlias, assert_never

import msgspec
from msgspec.structs import replace

from domain.billing.events import (
    CreditsSpent,
    DraftCounted,
    GenerationCounted,
    LedgerEvent,
    RunKind,
)
from domain.messages import Command
from domain.refusals import Forbidden, Invalid, RateLimited

DECEMBER: Final = 12


class SpendCredits(Command, frozen=True):
    """Spend credits; ``allowed`` is the plan's limit per month, ``None`` for no limit."""

    amount: int
    run_kind: RunKind
    run_id: str
    allowed: int | None


class CountGeneration(Command, frozen=True):
    """Count a generation; ``ends_at`` is the end of the trial of an organisation on trial."""

    generation_id: str
    allowed: int | None
    ends_at: datetime | None = None


class CountDraft(Command, frozen=True):
    """Count a draft; ``allowed`` is the plan's limit per day (UTC)."""

    draft_id: str
    allowed: int


LedgerCommand: TypeAlias = SpendCredits | CountGeneration | CountDraft


class Ledger(msgspec.Struct, frozen=True):
    credits: int = 0
    generations: int = 0
    drafts: int = 0
    drafted_on: str = ""
    """The day that ``drafts`` counts, such as ``20261123``."""

    def drafts_on(self, day: str) -> int:
        return self.drafts if self.drafted_on == day else 0


class CreditsExhausted(RateLimited):
    """The credits of the month do not suffice: 429 (wire.md, json_api)."""

    code = "CREDITS_EXHAUSTED"
    message = "The plan's credits of this month are used up."


class QuotaExceeded(Forbidden):
    """The generations of the month are used up: 403 (wire.md, codegen)."""

    code = "QUOTA_EXCEEDED"
    message = "The plan's generations of this month are used up."


class TrialExpired(Forbidden):
    """The trial is over: 403 (wire.md, codegen)."""

    code = "TRIAL_EXPIRED"
    message = "The trial is over: generations need a plan."


class DailyQuotaExceeded(RateLimited):
    """The drafts of the day are used up: 429 (seed 002, AIDraftErrorItem)."""

    code = "DAILY_QUOTA_EXCEEDED"
    message = "The plan's drafts of this day are used up."


class InvalidAmount(Invalid):
    message = "Credits are spent one or more at a time."


def decide(ledger: Ledger | None, command: LedgerCommand, now: datetime) -> Sequence[LedgerEvent]:
    used = ledger or Ledger()
    match command:
        case SpendCredits(amount=amount, allowed=allowed):
            if amount < 1:
                raise InvalidAmount
            if allowed is not None and used.credits + amount > allowed:
                raise CreditsExhausted
            return [CreditsSpent(amount=amount, run_kind=command.run_kind, run_id=command.run_id)]
        case CountGeneration(generation_id=generation_id, allowed=allowed, ends_at=ends_at):
            if ends_at is not None and now >= ends_at:
                raise TrialExpired
            if allowed is not None and used.generations >= allowed:
                raise QuotaExceeded
            return [GenerationCounted(generation_id=generation_id)]
        case CountDraft(draft_id=draft_id, allowed=allowed):
            if used.drafts_on(today := day_of(now)) >= allowed:
                raise DailyQuotaExceeded
            return [DraftCounted(draft_id=draft_id, day=today)]
        case _:
            assert_never(command)


def evolve(ledger: Ledger | None, event: LedgerEvent) -> Ledger:
    used = ledger or Ledger()
    match event:
        case CreditsSpent(amount=amount):
            return replace(used, credits=used.credits + amount)
        case GenerationCounted():
            return replace(used, generations=used.generations + 1)
        case DraftCounted(day=day):
            return replace(used, drafts=used.drafts_on(day) + 1, drafted_on=day)
        case _:
            assert_never(event)


def month_of(moment: datetime) -> str:
    """Return the month (UTC) of a time, such as ``202611``."""
    return f"{moment.astimezone(UTC):%Y%m}"


def day_of(moment: datetime) -> str:
    """Return the day (UTC) of a time, such as ``20261123``."""
    return f"{moment.astimezone(UTC):%Y%m%d}"


def month_bounds(moment: datetime) -> tuple[datetime, datetime]:
    """Return the start of a time's month and of the next one (UTC)."""
    start = moment.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    year, month = (start.year + 1, 1) if start.month == DECEMBER else (start.year, start.month + 1)
    return start, start.replace(year=year, month=month)
