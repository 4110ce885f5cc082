"""Which secrets a process uses: explicit ones, or the files of a data directory."""

from adapters.crypto.secret_files import VARIABLES, Secrets, explicit_secrets, local_secrets
from scripts.config.settings import Settings


def secrets_to_start_with(settings: Settings) -> Secrets:
    """Make them where there are none yet, but never for a service that others reach."""
    if settings.remote or _all_set(settings):
        return explicit_secrets(settings.environ)
    return local_secrets(settings.environ, settings.data_dir)


def secrets_in_use(settings: Settings) -> Secrets:
    """Find those of the service that runs.

    To make some here would be no help: keys issued under another pepper open nothing.
    """
    if _all_set(settings) or not (settings.data_dir / "secrets").is_dir():
        return explicit_secrets(settings.environ)
    return local_secrets(settings.environ, settings.data_dir)


def _all_set(settings: Settings) -> bool:
    return all(settings.environ.get(variable) for variable in VARIABLES.values())
