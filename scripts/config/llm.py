"""Whether a model fills in the plans of generations: one that the operator has configured."""

from typing import Final

from application.llm.provider_credentials import Credential, Secret
from domain.outbound_addresses import AddressRefused, Allowed, checked_url
from scripts.config.settings import Settings
from scripts.terminal.failures import Failure

URL: Final = "FORGE_PLAN_MODEL_URL"
MODEL: Final = "FORGE_PLAN_MODEL"
KEY: Final = "FORGE_PLAN_MODEL_KEY"


class ModelMisconfigured(Failure):
    """Part of what it takes to ask a model, or an address that nothing may be sent to."""


def model_of(settings: Settings, allowed: Allowed) -> Credential | None:
    """Choose; ``None`` where nothing says that there is a model."""
    url, model, key = (settings.environ.get(name, "") for name in (URL, MODEL, KEY))
    if not (url or model or key):
        return None
    if not (url and model and key):
        raise ModelMisconfigured(f"{URL}, {MODEL} and {KEY} go together.")
    try:
        return Credential("configured", checked_url(url, allowed), model, Secret(key))
    except AddressRefused as error:
        raise ModelMisconfigured(f"{URL}: {error} FORGE_ALLOWED_ADDRESSES names others.") from error
