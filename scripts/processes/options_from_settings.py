"""What a process of ours is made with, by its settings."""

from functools import partial

from application.telemetry.tracing import Tracing
from domain.limits.rates import parse_rates
from domain.outbound_addresses import Allowed
from scripts.config.github import github_of
from scripts.config.llm import model_of
from scripts.config.mail import mailbox_of, mailer_of, sign_up_of
from scripts.config.process_options import Options
from scripts.config.secrets import secrets_to_start_with
from scripts.config.settings import Settings
from scripts.processes.job_wakeups import JobWakeups


def options_of(settings: Settings, tracing: Tracing | None, waking: JobWakeups) -> Options:
    """Choose what settings ask for; raises ``Failure`` for those that cannot be used."""
    allowed = Allowed.parsed(settings.environ.get("FORGE_ALLOWED_ADDRESSES", ""))
    return Options(
        tracing=tracing,
        ledger=settings.ledger,
        look_for_secrets=partial(secrets_to_start_with, settings),
        remote=settings.remote,
        mailer=mailer_of(settings),
        mailbox=mailbox_of(settings),
        github=github_of(settings),
        sign_up=sign_up_of(settings),
        wake=waking.send,
        addresses=allowed,
        model=model_of(settings, allowed),
        rates=parse_rates(settings.environ.get("FORGE_RATES", "")),
    )
