"""The job that mails links to log in with.

It may run twice, and then sends two mails; of two links only the later one works.
"""

from typing import Final

from application.identity.login_links import Armed, LoginLinks
from application.identity.logins import Logins
from application.jobs.jobs import Arguments
from application.mail.mail import Mail, Mailer

LOGIN_LINK: Final = "mail-login-link"
LOGIN_SUBJECT: Final = "Log in to Forge"
LOGIN_TEXT: Final = """Open this link in the browser in which you asked for it, within 15 minutes:

{base}/v1/auth/magic-link/verify?token={token}

If it was not you who asked, ignore this mail: nobody gets in without the link.
"""
UNKNOWN_TEXT: Final = """Somebody, perhaps you, asked to log in to Forge with this address.

There is no account for it, and nobody has invited it: ask an organisation for an invitation.
If it was not you who asked, ignore this mail.
"""


class LoginLinkMail:
    """Mails a link, or says that there is none to be had: either way there is one mail."""

    def __init__(self, links: LoginLinks, logins: Logins, mailer: Mailer) -> None:
        self._links = links
        self._logins = logins
        self._mailer = mailer

    async def __call__(self, arguments: Arguments) -> None:
        armed = await self._links.issue(arguments["link"])
        if armed is None:  # used meanwhile, or too old to be of use
            return
        welcome = await self._logins.welcome(armed.link.email)
        text = _link_text(armed) if welcome else UNKNOWN_TEXT
        await self._mailer.send(Mail(armed.link.email, LOGIN_SUBJECT, text))


def _link_text(armed: Armed) -> str:
    return LOGIN_TEXT.format(base=armed.link.base, token=armed.token)
