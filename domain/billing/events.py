"""Events of ledgers: usage of an organisation in a month. Stored forever: never rename a tag."""

from enum import Enum
from typing import TypeAlias

from domain.messages import Event
from domain.text import Public


class RunKind(Enum):
    """Kind of run that credits are spent on; only successful runs cost any (wire.md, json_api)."""

    UTILITY = "utility"
    PIPELINE = "pipeline"


class CreditsSpent(Event, frozen=True, tag="ledger.credits_spent"):
    amount: int
    run_kind: RunKind
    run_id: Public


class GenerationCounted(Event, frozen=True, tag="ledger.generation_counted"):
    generation_id: Public


class DraftCounted(Event, frozen=True, tag="ledger.draft_counted"):
    """A pipeline was drafted on a ``day`` (UTC), such as ``20261123``."""

    draft_id: Public
    day: Public


LedgerEvent: TypeAlias = CreditsSpent | GenerationCounted | DraftCounted
