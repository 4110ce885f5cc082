"""Public events of usage."""

from typing import Final

from application.feed.public_events.event_type import Data, PublicType, public_type
from domain.billing.events import CreditsSpent, DraftCounted, GenerationCounted, RunKind
from domain.identity.scopes import Scope


class CreditsSpentData(Data, frozen=True, kw_only=True):
    """``ledger`` is the organisation's id and the month: ``<id>.202611``."""

    ledger: str
    amount: int
    run_kind: RunKind
    run_id: str


class GenerationCountedData(Data, frozen=True, kw_only=True):
    ledger: str
    generation_id: str


class DraftCountedData(Data, frozen=True, kw_only=True):
    ledger: str
    draft_id: str
    day: str


def credits_spent(key: str, event: CreditsSpent) -> CreditsSpentData:
    return CreditsSpentData(
        ledger=key, amount=event.amount, run_kind=event.run_kind, run_id=event.run_id
    )


def generation_counted(key: str, event: GenerationCounted) -> GenerationCountedData:
    return GenerationCountedData(ledger=key, generation_id=event.generation_id)


def draft_counted(key: str, event: DraftCounted) -> DraftCountedData:
    return DraftCountedData(ledger=key, draft_id=event.draft_id, day=event.day)


TYPES: Final[tuple[PublicType, ...]] = (
    public_type("ledger.credits_spent", Scope.AUDIT, CreditsSpent, credits_spent),
    public_type("ledger.generation_counted", Scope.AUDIT, GenerationCounted, generation_counted),
    public_type("ledger.draft_counted", Scope.AUDIT, DraftCounted, draft_counted),
)
