"""SMTP mailer, with a connection per mail since there are few."""

from typing import Final, NamedTuple, Self
from urllib.parse import unquote, urlsplit

import aiosmtplib

from adapters.mail.message import to_email_message
from application.mail.mail import Mail, MailRefused

TIMEOUT_SECONDS: Final = 15.0
PERMANENT: Final = range(500, 600)
LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


class SmtpAddressRefused(ValueError):
    """The SMTP address is wrong; the message repeats none of it, since it may hold a password."""


class SmtpServer(NamedTuple):
    """An SMTP server; ``start_tls`` of ``None`` upgrades the connection if the server offers it."""

    hostname: str
    port: int | None
    username: str | None
    password: str | None
    use_tls: bool
    start_tls: bool | None

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Read ``smtp[s]://[user:password@]host[:port]``; raises ``SmtpAddressRefused``.

        TLS is required to send a password, except to a server on this machine.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise SmtpAddressRefused("it is not a URL") from error
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise SmtpAddressRefused("it must look like smtp://user:password@host:587")
        secret = parts.password is not None and parts.hostname not in LOOPBACK
        use_tls = parts.scheme == "smtps"
        return cls(
            hostname=parts.hostname,
            port=port,
            username=None if parts.username is None else unquote(parts.username),
            password=None if parts.password is None else unquote(parts.password),
            use_tls=use_tls,
            start_tls=False if use_tls else (True if secret else None),
        )


class SmtpMailer:
    """Implements ``application.mail.Mailer``."""

    def __init__(self, server: SmtpServer, sender: str) -> None:
        self._server = server
        self._sender = sender

    async def send(self, mail: Mail) -> None:
        message = to_email_message(mail, self._sender)
        try:
            await aiosmtplib.send(message, timeout=TIMEOUT_SECONDS, **self._server._asdict())
        except aiosmtplib.SMTPRecipientsRefused as error:
            if all(refusal.code in PERMANENT for refusal in error.recipients):
                raise MailRefused from error
            raise
        except aiosmtplib.SMTPResponseException as error:
            if error.code in PERMANENT and not isinstance(error, aiosmtplib.SMTPConnectError):
                raise MailRefused from error
            raise
