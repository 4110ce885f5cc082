"""Optional parts of a backend: the adapters and choices that differ between processes."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from adapters.crypto.master_keys import LoadSecrets
from application.identity.github import GitHub
from application.identity.logins import SignUp
from application.llm.provider_credentials import Credential
from application.mail.mail import Mailbox, Mailer
from application.telemetry.tracing import NO_TRACING, Tracing
from domain.limits.rates import RATES, Rate, parse_rates
from domain.outbound_addresses import Allowed
from projections.engine.listener import LOG, MODELS, Channels
from scripts.config.github import github_of
from scripts.config.llm import model_of
from scripts.config.mail import mailbox_of, mailer_of, sign_up_of
from scripts.config.secrets import load_or_create_secrets
from scripts.config.settings import Settings

PUBLIC_ONLY: Final = Allowed()


def _no_wakeup(_: str) -> None:
    """Leave jobs to the workers' polls."""


class Options(NamedTuple):
    """Without an argument, an option is off or has its default.

    ``ledger`` is the erasure ledger's file; ``look_for_secrets`` reloads secrets after a rotation;
    ``mailbox`` reads mails kept in local mode; ``wake`` notifies workers of a job's kind;
    ``addresses`` are private ones that clients may name; ``model`` fills in plans. ``channels``
    bring the positions that the process waits for.
    """

    tracing: Tracing = NO_TRACING
    ledger: Path | None = None
    look_for_secrets: LoadSecrets | None = None
    remote: bool = False
    mailer: Mailer | None = None
    mailbox: Mailbox | None = None
    github: GitHub | None = None
    sign_up: SignUp = SignUp.OPEN
    wake: Callable[[str], None] = _no_wakeup
    rates: Mapping[str, Rate] = RATES
    addresses: Allowed = PUBLIC_ONLY
    model: Credential | None = None
    channels: Channels = LOG + MODELS


PLAIN: Final = Options()


def options_of(settings: Settings, tracing: Tracing, wake: Callable[[str], None]) -> Options:
    """Make the options of a service's process; raises ``Failure`` or ``Refusal`` for bad values."""
    allowed = Allowed.parsed(settings.policy.allowed_addresses)
    return Options(
        tracing=tracing,
        ledger=settings.ledger,
        look_for_secrets=partial(load_or_create_secrets, settings),
        remote=settings.remote,
        mailer=mailer_of(settings),
        mailbox=mailbox_of(settings),
        github=github_of(settings),
        sign_up=sign_up_of(settings),
        wake=wake,
        addresses=allowed,
        model=model_of(settings, allowed),
        rates=parse_rates(settings.policy.rates),
    )
