"""``/dev/mailbox``: the mails of a service without a mail server, in local mode only.

Its links log in as any user. So it exists only in local mode, where every client is the operator,
and only for pages of its own origin (``api.edge.hosts``).
"""

from collections.abc import Sequence

import msgspec
from litestar import Controller, get

from api.http.pages import page, wants_page
from api.http.response import VARY_ACCEPT, Response, json_response
from api.openapi.documented import documented
from api.request import AnyRequest
from application.mail.mail import Mailbox, ReceivedMail


class MailboxAnswer(msgspec.Struct, frozen=True):
    mails: Sequence[ReceivedMail]


class MailboxController(Controller):
    path = "/dev/mailbox"
    tags = ("Development",)
    opt = {"public": True}  # noqa: RUF012 - Litestar reads it off the class

    mailbox: Mailbox

    @get(operation_id="mailbox", **documented(answer=MailboxAnswer, errors=(500,)))
    async def mails(self, request: AnyRequest) -> Response:
        """Show the newest mails, as a page or as JSON."""
        mails = await self.mailbox.newest()
        if wants_page(request):
            return page("mailbox.html", mails=mails)
        return json_response(MailboxAnswer(mails), VARY_ACCEPT)
