"""Events of ledgers: stored shapes, published fields, read model rules."""

from typing import Final

from domain.billing.events import CreditsSpent, DraftCounted, GenerationCounted, RunKind
from tests.support.registries.event_part import EventPart

PART: Final = EventPart(
    stored={
        "ledger.credits_spent.1": CreditsSpent(amount=1, run_kind=RunKind.UTILITY, run_id="r1"),
        "ledger.generation_counted.1": GenerationCounted(generation_id="g1"),
        "ledger.draft_counted.1": DraftCounted(draft_id="d1", day="20260131"),
    },
    published={
        "ledger.credits_spent": ("ledger", "amount", "runKind", "runId"),
        "ledger.generation_counted": ("ledger", "generationId"),
        "ledger.draft_counted": ("ledger", "draftId", "day"),
    },
    unprojected={
        DraftCounted: "Read from its own stream.",
    },
)
