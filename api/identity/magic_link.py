"""``/v1/auth``: asking for a magic link, and using it. Nobody is logged in yet."""

from typing import Final
from urllib.parse import parse_qs

from litestar import Controller, get, post

from api.auth.client_address import client_of
from api.auth.cookies import BROWSER
from api.http.base_url import BaseUrl
from api.http.pages import page, wants_page
from api.http.query_params import query_param
from api.http.request_body import read_json, read_raw
from api.http.response import Response, json_response
from api.identity.bodies import Accepted, LinkRequest, LoggedInAnswer, TokenQuery
from api.identity.open_session import OpenSession, refused_login
from api.openapi.documented import COMMON_ERRORS, documented
from api.request import AnyRequest, header, headers_of
from application.identity.login_links import VALID, LinkRefused, LoginLinks
from application.identity.logins import LoggedIn
from application.limits.rate_limits import Exceeded, Limits, Use
from domain.identity.events import LogInMethod
from domain.refusals import Refusal, Unavailable

MAX_BYTES: Final = 8 * 1024
FORM: Final = "application/x-www-form-urlencoded"


class MailNotConfigured(Unavailable):
    code = "MAIL_NOT_CONFIGURED"
    message = "This service has no mail server to send links with: see its operator."


class MagicLinkController(Controller):
    path = "/auth"
    tags = ("Log-in",)

    links: LoginLinks | None
    opening: OpenSession
    site: BaseUrl
    limits: Limits

    @get("/login", operation_id="logInPage", include_in_schema=False)
    async def log_in_page(self) -> Response:
        """Show the form that asks for a link."""
        return page("log_in.html")

    @post(
        "/magic-link",
        operation_id="askForMagicLink",
        **documented(
            request=LinkRequest,
            request_example={"email": "ada@example.com"},
            answer=Accepted,
            status=202,
            answer_headers=("Set-Cookie",),
            errors=(400, 413, 429, 500, 503),
            codes={400: ("INVALID_EMAIL",), 503: ("LIMITER_UNAVAILABLE",)},
        ),
    )
    async def ask(self, request: AnyRequest) -> Response:
        """Have a link mailed that logs in this browser, once, within 15 minutes.

        Known and unknown addresses are answered alike.
        """
        browser = await self._asked(request, await _email(request))
        bound = self.opening.cookies.set(BROWSER, browser, VALID)
        accepted = Accepted()
        if wants_page(request):
            title = "Look into your mailbox"
            return page("message.html", bound, status=202, title=title, text=accepted.message)
        return json_response(accepted, bound, status=202)

    @get("/magic-link/verify", operation_id="magicLinkPage", include_in_schema=False)
    async def confirm(self, request: AnyRequest) -> Response:
        """Show a button that uses the link: what merely looks at it, as mail servers do, cannot."""
        return page("confirm.html", token=query_param(request, "token") or "")

    @post(
        "/magic-link/verify",
        operation_id="useMagicLink",
        **documented(
            query=TokenQuery,
            answer=LoggedInAnswer,
            answer_headers=("Set-Cookie", "X-Forge-Position"),
            errors=(400, *COMMON_ERRORS),
            codes={403: ("NOT_INVITED", "NO_ORGANISATION"), 503: ("LIMITER_UNAVAILABLE",)},
        ),
    )
    async def use(self, request: AnyRequest) -> Response:
        """Log in with the link, in the browser that asked for it."""
        try:
            logged_in = await self._let_in(request)
        except Refusal as refusal:
            return refused_login(request, refusal)
        headers = self.opening.headers(logged_in)
        if wants_page(request):
            title, text = "You are logged in", "You may close this page."
            return page("message.html", *headers, title=title, text=text)
        return json_response(LoggedInAnswer.of(logged_in), *headers)

    async def _asked(self, request: AnyRequest, email: str) -> str:
        """Have a link mailed, but not too many to one address: that is answered alike."""
        links = self._links()
        to_this_address = Use("log_in.email", links.subject(email))
        await self._limit(request)
        try:
            await self.limits.require(to_this_address)
        except Exceeded:
            return links.decoy()
        return await links.ask(email, self.site.base(headers_of(request)))

    async def _limit(self, request: AnyRequest) -> None:
        await self.limits.require(Use("log_in.address", client_of(request)))

    async def _let_in(self, request: AnyRequest) -> LoggedIn:
        await self._limit(request)
        token = query_param(request, "token")
        browser = self.opening.cookies.read(headers_of(request), BROWSER)
        try:
            email = await self._links().redeem(token or "", browser or "")
        except LinkRefused as refusal:
            self.opening.refused(LogInMethod.MAGIC_LINK, refusal)
            raise
        return await self.opening.open(request, email, LogInMethod.MAGIC_LINK)

    def _links(self) -> LoginLinks:
        if self.links is None:
            raise MailNotConfigured
        return self.links


async def _email(request: AnyRequest) -> str:
    """Read the address from JSON, or from the form of the log-in page."""
    if (header(request, b"content-type") or "").partition(";")[0].strip().lower() != FORM:
        return (await read_json(request, MAX_BYTES, LinkRequest)).email
    fields = parse_qs((await read_raw(request, MAX_BYTES)).decode("utf-8", "replace"))
    return fields.get("email", [""])[-1]
