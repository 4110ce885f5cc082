"""Where mail goes: to the server configured or, in local mode without one, into a mailbox here."""

from typing import Final

from adapters.mail.mailbox_directory import MailboxDirectory
from adapters.mail.smtp_mailer import SmtpAddressRefused, SmtpMailer, SmtpServer
from application.identity.logins import SignUp
from application.mail.mail import Mailer
from scripts.config.settings import Settings
from scripts.terminal.failures import Failure

SERVER: Final = "FORGE_SMTP_URL"
SENDER: Final = "FORGE_MAIL_FROM"
SIGN_UP: Final = "FORGE_SIGNUP"


class MailMisconfigured(Failure):
    """The mail server's address, or the sender's, is not one."""


class SignUpMisconfigured(Failure):
    """Neither open nor by invitation."""


def mailer_of(settings: Settings) -> Mailer | None:
    """Choose; ``None`` for a service that others reach and that has no mail server."""
    if url := settings.environ.get(SERVER):
        return SmtpMailer(_server(url), _sender(settings))
    return None if settings.remote else mailbox_of(settings)


def mailbox_of(settings: Settings) -> MailboxDirectory | None:
    """Return the mailbox that mails end up in, if they do."""
    if settings.remote or settings.environ.get(SERVER):
        return None
    return MailboxDirectory(settings.data_dir / "mailbox")


def sign_up_of(settings: Settings) -> SignUp:
    """Choose who becomes a user: wire.md, sign-up."""
    named = settings.environ.get(SIGN_UP) or ("invite" if settings.remote else "open")
    try:
        return SignUp(named)
    except ValueError as error:
        raise SignUpMisconfigured(f"{SIGN_UP} must be open or invite.") from error


def _server(url: str) -> SmtpServer:
    try:
        return SmtpServer.from_url(url)
    except SmtpAddressRefused as refused:
        raise MailMisconfigured(f"{SERVER} cannot be used: {refused}.") from refused


def _sender(settings: Settings) -> str:
    sender = settings.environ.get(SENDER, "")
    if "@" not in sender or not sender.isprintable():
        raise MailMisconfigured(
            f"{SENDER} must name who mails are from: Forge <forge@example.com>."
        )
    return sender
