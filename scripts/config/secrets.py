"""The secrets of a process: environment variables, or files in the data directory."""

from adapters.crypto.secret_files import Secrets, explicit_secrets, local_secrets
from scripts.config.settings import Settings


def load_or_create_secrets(settings: Settings) -> Secrets:
    """Load the secrets for a service; create missing files in local mode, never in remote mode."""
    if settings.remote or not settings.secrets.missing:
        return explicit_secrets(settings.secrets)
    return local_secrets(settings.secrets, settings.data_dir)


def load_secrets(settings: Settings) -> Secrets:
    """Load the secrets of an existing service, for an operator's command.

    Creates none where there are none at all: keys issued under another pepper open nothing.
    """
    if not settings.secrets.missing or not (settings.data_dir / "secrets").is_dir():
        return explicit_secrets(settings.secrets)
    return local_secrets(settings.secrets, settings.data_dir)
