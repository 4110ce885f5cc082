"""Use case: a pipeline drafted from an intent, and tried on a sample before anybody sees it."""

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
AT_ONCE: Final = 16
"""Drafts that one process has in hand."""
NEARING: Final = 0.2


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
    """``key_id`` is that of who calls by a key; ``allowed`` are drafts in a day."""

    intent: str
    sample: str
    model: str | None
    key_id: str | None
    allowed: int
    by: Origin


class Drafted(NamedTuple):
    draft: PipelineProposal
    charge: Charge


class DraftQuota(NamedTuple):
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
        self._in_hand = 0

    async def draft(self, request: DraftRequest) -> Drafted:
        """Draft a pipeline and try it on the sample; to count it is the caller's business.

        Raises ``DailyQuotaExceeded``, ``ProviderNeeded``, ``AtCapacity``, what is wrong with the
        request or with the draft, and what keeps the model from answering.
        """
        sample = _checked(request)
        command = CountDraft(draft_id=self._new_key(), allowed=request.allowed)
        charge = Charge(command, request.by)
        await self._ledgers.check_quota(charge)
        draftsman = await self._draftsman(request)
        if self._in_hand >= AT_ONCE:
            raise AtCapacity
        self._in_hand += 1
        try:
            draft = await draftsman.draft(request.intent, sample)
            await self._try(draft, sample, request.by.org_id)
        finally:
            self._in_hand -= 1
        return Drafted(draft, charge)

    async def count(self, drafted: Drafted, once: IdempotentRequest | None) -> int:
        """Count a draft against the day; raises ``DailyQuotaExceeded``. Returns the position."""
        return (await self._ledgers.record(drafted.charge, once)).position

    async def standing(self, drafted: Drafted, *, counted: bool) -> DraftQuota:
        """Say how many drafts are left of the day, with this one counted either way."""
        command, by = drafted.charge.command, drafted.charge.by
        assert isinstance(command, CountDraft)  # noqa: S101 - ``draft`` made it
        used = (await self._ledgers.used(by.org_id)).drafts_on(day_of(self._clock()))
        remaining = max(0, command.allowed - used - (not counted))
        return DraftQuota(remaining, remaining < NEARING * command.allowed)

    async def _draftsman(self, request: DraftRequest) -> Drafter:
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
        """Run a draft on the sample; raises what is wrong with it, naming the step."""
        used = _utilities_of(draft)
        steps = zip(work_steps(draft.steps), draft.steps, used, strict=True)
        insisting = tuple(
            replace(step, fields=tuple(required_fields(found.parse_config(drafted.config))))
            for step, drafted, found in steps
        )
        work = Work(org_id=org_id, steps=insisting, primary=sample)
        reports = (await self._utilities(work)).steps
        for number, (step, report) in enumerate(zip(draft.steps, reports, strict=True)):
            _check_report(number, step, report)


def _checked(request: DraftRequest) -> bytes:
    """Return the sample as JSON; raises what is wrong with the request."""
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
