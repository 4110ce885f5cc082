"""The language model that fills in the plans of generations, if the operator configures one."""

from application.llm.provider_credentials import Credential, Secret
from domain.outbound_addresses import AddressRefused, Allowed, checked_url
from scripts.config.environment import (
    ALLOWED_ADDRESSES,
    PLAN_MODEL,
    PLAN_MODEL_KEY,
    PLAN_MODEL_URL,
)
from scripts.config.settings import Settings
from scripts.terminal.failures import Failure


class ModelMisconfigured(Failure):
    """One of URL, model and key is missing, or the address may not be connected to."""


def model_of(settings: Settings, allowed: Allowed) -> Credential | None:
    """Return the model's address and credential, or ``None`` where none is configured."""
    plan_model = settings.plan_model
    values = (plan_model.url, plan_model.model, plan_model.key)
    if not any(values):
        return None
    if not all(values):
        raise ModelMisconfigured(
            f"{PLAN_MODEL_URL}, {PLAN_MODEL} and {PLAN_MODEL_KEY} go together."
        )
    try:
        url = checked_url(plan_model.url, allowed)
    except AddressRefused as error:
        raise ModelMisconfigured(
            f"{PLAN_MODEL_URL}: {error} {ALLOWED_ADDRESSES} allows others."
        ) from error
    return Credential("configured", url, plan_model.model, Secret(plan_model.key))
