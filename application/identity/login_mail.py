"""Job: mails a magic link.

A job that runs twice sends two mails; only the later link works.
"""

from typing import Final

from application.identity.login_links import IssuedLink, LoginLinks
from application.identity.logins import Logins
from application.jobs.jobs import Arguments
from application.mail.mail import Mail, Mailer

LOGIN_LINK: Final = "mail-login-link"
LOGIN_SUBJECT: Final = "Log in to Forge"
LOGIN_TEXT: Final = """Open this link within 15 minutes, in the browser that requested it:

{base}/v1/auth/magic-link/verify?token={token}

If you did not request it, ignore this mail: the link is needed to log in.
"""
UNKNOWN_TEXT: Final = """A log-in to Forge was requested with this address.

There is no account for it and no invitation: ask an organisation to invite you.
If you did not request it, ignore this mail.
"""


class LoginLinkMail:
    """Mails a link or, to an address that may not log in, says so: one mail either way."""

    def __init__(self, links: LoginLinks, logins: Logins, mailer: Mailer) -> None:
        self._links = links
        self._logins = logins
        self._mailer = mailer

    async def __call__(self, arguments: Arguments) -> None:
        issued = await self._links.issue(arguments["link"])
        if issued is None:  # used or expired in the meantime
            return
        allowed = await self._logins.may_log_in(issued.link.email)
        text = _link_text(issued) if allowed else UNKNOWN_TEXT
        await self._mailer.send(Mail(issued.link.email, LOGIN_SUBJECT, text))


def _link_text(issued: IssuedLink) -> str:
    return LOGIN_TEXT.format(base=issued.link.base, token=issued.token)
