"""A browser in a test: cookies, a page's Origin, and a mailbox."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final, NamedTuple, Self

from httpx import AsyncClient, Response

from adapters.mail.smtp_mailer import SmtpMailer, SmtpServer
from application.identity.logins import SignUp
from domain.limits.rates import Rate
from scripts.composition.backend import Backend
from scripts.composition.worker import run_jobs
from scripts.config.process_options import Options
from tests.support.clocks import Clock
from tests.support.servers.databases import Database
from tests.support.service.backends import SECRETS, Failures
from tests.support.service.web import LENIENT_RATES, Service, running_service
from tests.support.third_parties.smtp import MailServer, mail_server
from tests.support.waiting import eventually

SENDER: Final = "Forge <forge@example.com>"
ASK: Final = "/v1/auth/magic-link"
USE: Final = "/v1/auth/magic-link/verify"
_LINK: Final = re.compile(r"http\S+/v1/auth/magic-link/verify\?token=(\S+)")


class Post(NamedTuple):
    """A service whose mails go to a server of the test's, at the time of a test's clock."""

    service: Service
    mails: MailServer
    clock: Clock
    failures: Failures

    @asynccontextmanager
    async def browser(self) -> AsyncIterator["Browser"]:
        async with self.service.anonymous() as client:
            yield Browser(client, self.mails)


class Browser:
    """What it sends comes from the service's own pages."""

    def __init__(self, client: AsyncClient, mails: MailServer) -> None:
        self.client = client
        self._mails = mails
        client.headers["Origin"] = str(client.base_url)

    async def ask(self, email: str) -> Response:
        return await self.client.post(ASK, json={"email": email})

    async def token(self, email: str, *, count: int = 1) -> str:
        """Return the token of the newest mail to an address."""

        async def there() -> bool:
            return len(self._tokens(email)) >= count

        await eventually(there)
        return self._tokens(email)[-1]

    async def use(self, token: str) -> Response:
        return await self.client.post(USE, params={"token": token})

    async def log_in(self, email: str) -> Self:
        """Ask for a link, and use it once it is there."""
        before = len(self._tokens(email))
        assert (await self.ask(email)).status_code == 202
        used = await self.use(await self.token(email, count=before + 1))
        assert used.status_code == 200, used.text
        return self

    @property
    def session(self) -> str:
        return self.client.cookies["forge_session"]

    def hold(self, session: str) -> None:
        """Have another cookie than the one it was given."""
        self.client.cookies.clear()
        self.client.cookies.set("forge_session", session, domain=self.client.base_url.host)

    def _tokens(self, email: str) -> list[str]:
        found = [_LINK.search(mail.get_content()) for mail in self._mails.to(email)]
        return [link[1] for link in found if link is not None]


@asynccontextmanager
async def mailing_service(
    database: Database,
    redis_url: str,
    sign_up: SignUp = SignUp.OPEN,
    rates: Mapping[str, Rate] = LENIENT_RATES,
) -> AsyncIterator[Post]:
    async with AsyncExitStack() as stack:
        mails = await stack.enter_async_context(mail_server())
        clock, failures = Clock(), Failures()
        mailer = SmtpMailer(SmtpServer.from_url(f"smtp://127.0.0.1:{mails.port}"), SENDER)
        options = Options(mailer=mailer, sign_up=sign_up, rates=rates)
        backend = Backend(database.app, SECRETS, failures, clock, options)
        service = await stack.enter_async_context(running_service(database, redis_url, backend))
        await stack.enter_async_context(run_jobs(backend, redis_url, failures, poll_seconds=0.02))
        yield Post(service, mails, clock, failures)
