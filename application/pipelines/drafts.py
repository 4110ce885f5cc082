"""Use case: draft a pipeline from an intent, and test it on a sample."""

from collections.abc import Callable
from datetime import datetime
from typing import Final, NamedTuple

import msgspec
from msgspec.structs import replace

from application.billing.ledgers import Charge, Ledgers
from application.eventstore.envelope import Origin
from application.eventstore.idempotency import IdempotentRequest
from application.llm.chat import Chat
from application.llm.provider_credentials import Credentials
from application.pipelines.drafters import (
    Drafter,
    InvalidModel,
    ModelDrafter,
    RulesDrafter,
    work_steps,
)
from application.pipelines.utility_executor import (
    AtCapacity,
    FaultKind,
    StepReport,
    Utilities,
    Work,
)
from domain.billing.ledger import CountDraft, day_of
from domain.json_text import InvalidJson, compact
from domain.pipelines.drafting.draft import (
    MAX_DRAFT_STEPS,
    MAX_INTENT,
    MAX_SAMPLE,
    DraftStep,
    EmptyDraft,
    MisconfiguredStep,
    PipelineProposal,
    SemanticMismatch,
    StepLimitExceeded,
    UnknownStep,
)
from domain.pipelines.drafting.required_fields import required_fields
from domain.pipelines.refusals import InvalidConfig, UtilityNotFound
from domain.pipelines.utilities.catalogue import utility
from domain.pipelines.utilities.utility import Utility
from domain.refusals import Forbidden, TooLarge
from domain.text import valid_text

RULES: Final = "forge-rules"
MAX_MODEL_NAME: Final = 200
MAX_RUNNING: Final = 16
"""Drafts that one process runs at the same time."""
NEARING_SHARE: Final = 0.2


class ProviderNeeded(Forbidden):
    code = "AI_DRAFT_BYO_REQUIRED"
    message = (
        "Bind the credential of an AI provider to the key, or ask the built-in rules: model"
        f" {RULES!r}."
    )


class SampleTooLarge(TooLarge):
    code = "INPUT_TOO_LARGE"
    message = f"sampleInput has {MAX_SAMPLE} bytes at most."


class DraftRequest(NamedTuple):
    """``key_id`` is ``None`` for a session; ``daily_limit`` counts drafts."""

    intent: str
    sample: str
    model: str | None
    key_id: str | None
    daily_limit: int
    by: Origin


class ChargedDraft(NamedTuple):
    """A tested draft and its charge."""

    proposal: PipelineProposal
    charge: Charge


class DraftQuota(NamedTuple):
    """Drafts that remain of the day."""

    remaining: int
    nearing_limit: bool


class Drafts:
    def __init__(  # noqa: PLR0913, PLR0917 - what a draft touches
        self,
        utilities: Utilities,
        ledgers: Ledgers,
        credentials: Credentials,
        chat: Chat,
        clock: Callable[[], datetime],
        new_key: Callable[[], str],
    ) -> None:
        self._utilities = utilities
        self._ledgers = ledgers
        self._credentials = credentials
        self._chat = chat
        self._clock = clock
        self._new_key = new_key
        self._running = 0

    async def draft(self, request: DraftRequest) -> ChargedDraft:
        """Draft a pipeline and test it on the sample; the caller records its charge.

        Raises ``DailyQuotaExceeded``, ``ProviderNeeded``, ``AtCapacity``, and refusals of the
        request, the draft or the model.
        """
        sample = _valid_sample(request)
        command = CountDraft(draft_id=self._new_key(), allowed=request.daily_limit)
        charge = Charge(command, request.by)
        await self._ledgers.check_quota(charge)
        drafter = await self._drafter(request)
        if self._running >= MAX_RUNNING:
            raise AtCapacity
        self._running += 1
        try:
            draft = await drafter.draft(request.intent, sample)
            await self._try(draft, sample, request.by.org_id)
        finally:
            self._running -= 1
        return ChargedDraft(draft, charge)

    async def count(self, charged: ChargedDraft, once: IdempotentRequest | None) -> int:
        """Record the charge and return its position; raises ``DailyQuotaExceeded``."""
        return (await self._ledgers.record(charged.charge, once)).position

    async def quota(self, charged: ChargedDraft, *, recorded: bool) -> DraftQuota:
        """Return the quota that remains after this draft, before or after its charge."""
        command, by = charged.charge.command, charged.charge.by
        assert isinstance(command, CountDraft)  # noqa: S101 - the command of ``draft``
        used = (await self._ledgers.usage(by.org_id)).drafts_on(day_of(self._clock()))
        remaining = max(0, command.allowed - used - (not recorded))
        return DraftQuota(remaining, remaining < NEARING_SHARE * command.allowed)

    async def _drafter(self, request: DraftRequest) -> Drafter:
        if request.model == RULES:
            return RulesDrafter(self._utilities, request.by.org_id)
        credential = None
        if request.key_id is not None:
            credential = await self._credentials.find(request.by.org_id, request.key_id)
        if credential is None:
            raise ProviderNeeded
        return ModelDrafter(
            self._chat, credential._replace(model=request.model or credential.model)
        )

    async def _try(self, draft: PipelineProposal, sample: bytes, org_id: str) -> None:
        """Run a draft on the sample; raises the refusal of the step that fails."""
        used = _utilities_of(draft)
        steps = zip(work_steps(draft.steps), draft.steps, used, strict=True)
        strict_steps = tuple(
            replace(step, fields=tuple(required_fields(found.parse_config(draft_step.config))))
            for step, draft_step, found in steps
        )
        work = Work(org_id=org_id, steps=strict_steps, primary=sample)
        reports = (await self._utilities(work)).steps
        for number, (step, report) in enumerate(zip(draft.steps, reports, strict=True)):
            _check_report(number, step, report)


def _valid_sample(request: DraftRequest) -> bytes:
    """Validate the request and return the sample as JSON."""
    valid_text(request.intent, field="intent", shortest=1, longest=MAX_INTENT)
    if request.model is not None and not (
        0 < len(request.model) <= MAX_MODEL_NAME and request.model.isprintable()
    ):
        raise InvalidModel("model takes the name of a model.")
    sample = request.sample.encode()
    if len(sample) > MAX_SAMPLE:
        raise SampleTooLarge
    text = compact(sample)
    try:
        msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise InvalidJson(f"sampleInput cannot be worked on: {error}.") from error
    return text


def _utilities_of(draft: PipelineProposal) -> list[Utility]:
    if not draft.steps:
        raise EmptyDraft("There is nothing in the draft: the intent asks for nothing known.")
    if len(draft.steps) > MAX_DRAFT_STEPS:
        raise StepLimitExceeded(f"The draft has more than {MAX_DRAFT_STEPS} steps.")
    return [_utility_of(number, step) for number, step in enumerate(draft.steps)]


def _utility_of(number: int, step: DraftStep) -> Utility:
    try:
        found = utility(step.utility)
        found.parse_config(step.config)
    except UtilityNotFound as error:
        raise UnknownStep(str(error), number, step.utility[:100]) from error
    except InvalidConfig as error:
        raise MisconfiguredStep(str(error), number, step.utility) from error
    if found.secondary is not None:
        raise MisconfiguredStep(f"{found.id} needs a second input.", number, found.id)
    return found


def _check_report(number: int, step: DraftStep, report: StepReport) -> None:
    if report.fault is None:
        return
    kind = MisconfiguredStep if report.fault.kind is FaultKind.CONFIG else SemanticMismatch
    raise kind(report.fault.message, number, step.utility)
