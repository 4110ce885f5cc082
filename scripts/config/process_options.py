"""What not every process has, or has alike: the choices that one is made with."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from adapters.crypto.master_keys import LoadSecrets
from application.identity.github import GitHub
from application.identity.logins import SignUp
from application.llm.provider_credentials import Credential
from application.mail.mail import Mailbox, Mailer
from application.telemetry.tracing import NO_TRACING, Tracing
from domain.limits.rates import RATES, Rate
from domain.outbound_addresses import Allowed

NOWHERE_ELSE: Final = Allowed()


def _nobody(_: str) -> None:
    pass


class Options(NamedTuple):
    """``mailbox`` is where mails can be read that are kept here.

    ``look_for_secrets`` finds them again when they were rotated; ``wake`` tells workers of a job;
    ``addresses`` of clients' may be connected to though not public; ``model`` fills in plans.
    """

    tracing: Tracing = NO_TRACING
    ledger: Path | None = None
    look_for_secrets: LoadSecrets | None = None
    remote: bool = False
    mailer: Mailer | None = None
    mailbox: Mailbox | None = None
    github: GitHub | None = None
    sign_up: SignUp = SignUp.OPEN
    wake: Callable[[str], None] = _nobody
    rates: Mapping[str, Rate] = RATES
    addresses: Allowed = NOWHERE_ELSE
    model: Credential | None = None


PLAIN: Final = Options()
"""Of a process that makes do with what all have."""
