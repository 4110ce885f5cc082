"""The options of a process, made from its settings, and malformed values that are refused."""

from pathlib import Path
from typing import Final

import pytest

from adapters.mail.mailbox_directory import MailboxDirectory
from adapters.mail.smtp_mailer import SmtpMailer
from application.identity.logins import SignUp
from application.telemetry.tracing import NO_TRACING
from domain.limits.rates import InvalidRates, Rate
from scripts.config.llm import ModelMisconfigured
from scripts.config.mail import MailMisconfigured, SignUpMisconfigured
from scripts.config.process_options import Options, options_of
from scripts.config.settings import Settings

MAIL: Final = {"FORGE_SMTP_URL": "smtps://me:hunter2@mail.test", "FORGE_MAIL_FROM": "a@example.com"}
MODEL: Final = {
    "FORGE_PLAN_MODEL_URL": "https://llm.example.com/v1",
    "FORGE_PLAN_MODEL": "m",
    "FORGE_PLAN_MODEL_KEY": "hunter2",
}


def options(**environ: str) -> Options:
    return options_of(Settings.read(Path("/d"), environ), NO_TRACING, lambda _: None)


def test_local_mode_keeps_mails_in_a_mailbox_and_has_open_sign_up() -> None:
    local = options()
    assert isinstance(local.mailer, MailboxDirectory)
    assert isinstance(local.mailbox, MailboxDirectory)
    assert local.sign_up is SignUp.OPEN
    assert local.model is None


def test_remote_mode_sends_no_mail_without_a_server_and_takes_invited_users_only() -> None:
    settings = Settings.read(Path("/d"), {}, remote=True)
    remote = options_of(settings, NO_TRACING, lambda _: None)
    assert remote.mailer is None
    assert remote.mailbox is None
    assert remote.sign_up is SignUp.INVITE


def test_a_mail_server_is_used_in_place_of_the_mailbox() -> None:
    chosen = options(**MAIL)
    assert isinstance(chosen.mailer, SmtpMailer)
    assert chosen.mailbox is None


def test_a_model_rates_and_private_addresses_are_read() -> None:
    url = {"FORGE_PLAN_MODEL_URL": "http://llm.internal", "FORGE_ALLOWED_ADDRESSES": "llm.internal"}
    chosen = options(**MODEL | url, FORGE_RATES="json_api.pro=5000/60")
    assert chosen.model is not None
    assert chosen.model.base_url == "http://llm.internal"
    assert chosen.model.secret.reveal() == "hunter2"
    assert chosen.rates["json_api.pro"] == Rate(5000, 60)


@pytest.mark.parametrize(
    ("environ", "error", "message"),
    [
        (MAIL | {"FORGE_SMTP_URL": "x"}, MailMisconfigured, "FORGE_SMTP_URL cannot be used"),
        (MAIL | {"FORGE_MAIL_FROM": ""}, MailMisconfigured, "FORGE_MAIL_FROM must name"),
        ({"FORGE_SIGNUP": "closed"}, SignUpMisconfigured, "must be open or invite"),
        (MODEL | {"FORGE_PLAN_MODEL": ""}, ModelMisconfigured, "go together"),
        (
            MODEL | {"FORGE_PLAN_MODEL_URL": "https://10.0.0.1"},
            ModelMisconfigured,
            r"FORGE_PLAN_MODEL_URL: .* FORGE_ALLOWED_ADDRESSES allows others",
        ),
        ({"FORGE_RATES": "json_api.pro"}, InvalidRates, "NAME=REQUESTS/SECONDS"),
    ],
)
def test_a_malformed_value_is_refused_by_the_name_of_its_variable(
    environ: dict[str, str], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message) as refused:
        options(**environ)
    assert "hunter2" not in str(refused.value)
