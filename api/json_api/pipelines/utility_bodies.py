"""Request bodies and responses of the utility routes (seed 002, UtilityRunRequest)."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from api.http.request_body import decode
from api.json_api.documents.bodies import mask_surrogates
from api.json_api.documents.responses import Success
from application.eventstore.envelope import Origin
from application.pipelines.utility_runs import UtilityRequest
from domain.identity.plans import Allowance
from domain.json_text import unmask
from domain.pipelines.refusals import InvalidConfig, InvalidInput
from domain.pipelines.utilities.utility import Utility
from domain.refusals import TooLarge


class UtilityInputs(msgspec.Struct, frozen=True):
    primary: msgspec.Raw | UnsetType = UNSET
    secondary: msgspec.Raw | UnsetType = UNSET


class UtilityBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``UtilityRunRequest`` of the seed."""

    inputs: UtilityInputs
    config: msgspec.Raw | UnsetType = UNSET


class UtilityRunAnswer(Success, frozen=True, kw_only=True, rename="camel"):
    output: msgspec.Raw
    duration_ms: float
    credits_used: int


class UtilityExample(msgspec.Struct, frozen=True):
    inputs: Mapping[str, Any]
    config: Mapping[str, Any]
    output: Any


class UtilityLimits(msgspec.Struct, frozen=True, rename="camel"):
    """Limits of a run; its inputs are limited by the plan's document size."""

    seconds: float
    output_bytes: int


class UtilityDescription(msgspec.Struct, frozen=True, rename="camel"):
    """A utility; ``inputs`` names those that are required."""

    id: str
    namespace: str
    summary: str
    inputs: Sequence[str]
    config_schema: Mapping[str, Any]
    example: UtilityExample
    limits: UtilityLimits

    @classmethod
    def of(cls, utility: Utility) -> "UtilityDescription":
        example = utility.example
        inputs = {"primary": example.primary}
        if utility.secondary is not None:
            inputs["secondary"] = example.secondary
        return cls(
            id=utility.id,
            namespace=utility.id.partition(".")[0],
            summary=utility.summary,
            inputs=[*inputs],
            config_schema=utility.schema,
            example=UtilityExample(inputs, example.config, example.output),
            limits=UtilityLimits(utility.seconds, utility.output_bytes),
        )


class UtilitiesAnswer(Success, frozen=True, kw_only=True):
    utilities: Sequence[UtilityDescription]


class UtilityAnswer(Success, frozen=True, kw_only=True):
    utility: UtilityDescription


def utility_request(
    raw: bytes, utility: Utility, allowance: Allowance, by: Origin
) -> UtilityRequest:
    """Decode and check a run; raises ``InvalidInput``, ``InvalidConfig`` or ``TooLarge``."""
    text, mark = mask_surrogates(raw)
    body = decode(text, UtilityBody)
    primary, secondary, config = (
        None if part is UNSET else unmask(bytes(part), mark) if mark else bytes(part)
        for part in (body.inputs.primary, body.inputs.secondary, body.config)
    )
    if primary is None:
        raise InvalidInput("inputs.primary is required.")
    if utility.secondary is None:
        secondary = None
    elif secondary is None:
        raise InvalidInput(f"{utility.id} needs inputs.secondary as well: {utility.secondary}")
    if len(primary) + len(secondary or b"") > allowance.document_bytes:
        raise TooLarge(f"The plan allows inputs of {allowance.document_bytes} bytes at most.")
    utility.parse_config(_object(config or b"{}"))
    return UtilityRequest(
        utility, config or b"{}", primary, secondary, allowance.credits_a_month, by
    )


def _object(config: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(config, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError) as error:
        raise InvalidConfig("config must be an object.") from error
