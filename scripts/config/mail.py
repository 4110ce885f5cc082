"""Mail: an SMTP server or, in local mode without one, a directory; and who may sign up."""

from adapters.mail.mailbox_directory import MailboxDirectory
from application.identity.logins import SignUp
from application.mail.mail import Mailer
from scripts.config.environment import MAIL_FROM, SIGN_UP, SMTP_URL, MailSettings
from scripts.config.settings import Settings
from scripts.terminal.failures import Failure


class MailMisconfigured(Failure):
    """The address of the mail server or of the sender is malformed."""


class SignUpMisconfigured(Failure):
    """Sign-up is neither open nor by invitation."""


def mailer_of(settings: Settings) -> Mailer | None:
    """Return the mailer, or ``None`` in remote mode without a mail server."""
    if settings.mail.smtp_url:
        return _smtp_mailer(settings.mail)
    return None if settings.remote else mailbox_of(settings)


def mailbox_of(settings: Settings) -> MailboxDirectory | None:
    """Return the directory that mails are written to: in local mode without a mail server."""
    if settings.remote or settings.mail.smtp_url:
        return None
    return MailboxDirectory(settings.data_dir / "mailbox")


def sign_up_of(settings: Settings) -> SignUp:
    """Choose who may become a user: wire.md, sign-up."""
    named = settings.policy.sign_up or ("invite" if settings.remote else "open")
    try:
        return SignUp(named)
    except ValueError as error:
        raise SignUpMisconfigured(f"{SIGN_UP} must be open or invite.") from error


def _smtp_mailer(mail: MailSettings) -> Mailer:
    from adapters.mail.smtp_mailer import SmtpAddressRefused, SmtpMailer, SmtpServer  # noqa: PLC0415 - aiosmtplib takes a while to load, and most commands send no mail

    try:
        server = SmtpServer.from_url(mail.smtp_url)
    except SmtpAddressRefused as refused:
        raise MailMisconfigured(f"{SMTP_URL} cannot be used: {refused}.") from refused
    return SmtpMailer(server, _sender(mail.sender))


def _sender(sender: str) -> str:
    if "@" not in sender or not sender.isprintable():
        raise MailMisconfigured(
            f"{MAIL_FROM} must name the sender of mails: Forge <forge@example.com>."
        )
    return sender
