"""``/v1/auth``: log-in by magic link, without authentication."""

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
from api.identity.open_session import OpenSession, failed_login_response
from api.openapi.documented import COMMON_ERRORS, documented
from api.request import AnyRequest, header, headers_of
from application.identity.login_links import VALID, LinkRefused, LoginLinks
from application.identity.logins import LoginResult
from application.limits.rate_limits import Exceeded, Limits, Use
from domain.identity.events import LogInMethod
from domain.refusals import Refusal, Unavailable

MAX_BYTES: Final = 8 * 1024
FORM: Final = "application/x-www-form-urlencoded"


class MailNotConfigured(Unavailable):
    code = "MAIL_NOT_CONFIGURED"
    message = "This service has no mail server to send links with. Contact its operator."


class MagicLinkController(Controller):
    path = "/auth"
    tags = ("Log-in",)

    links: LoginLinks | None
    opening: OpenSession
    site: BaseUrl
    limits: Limits

    @get("/login", operation_id="logInPage", include_in_schema=False)
    async def log_in_page(self) -> Response:
        """Show the log-in form."""
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
    async def request_link(self, request: AnyRequest) -> Response:
        """Mail a link that logs in this browser once, within 15 minutes.

        The response is the same for known and unknown addresses.
        """
        browser = await self._send_link(request, await _email(request))
        cookie = self.opening.cookies.set(BROWSER, browser, VALID)
        accepted = Accepted()
        if wants_page(request):
            title = "Check your mailbox"
            return page("message.html", cookie, status=202, title=title, text=accepted.message)
        return json_response(accepted, cookie, status=202)

    @get("/magic-link/verify", operation_id="magicLinkPage", include_in_schema=False)
    async def confirm(self, request: AnyRequest) -> Response:
        """Show a button that uses the link, so that mail scanners that open it do not."""
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
        """Log in with the link, in the browser that requested it."""
        try:
            logged_in = await self._log_in(request)
        except Refusal as refusal:
            return failed_login_response(request, refusal)
        headers = self.opening.headers(logged_in)
        if wants_page(request):
            title, text = "You are logged in", "You may close this page."
            return page("message.html", *headers, title=title, text=text)
        return json_response(LoggedInAnswer.of(logged_in), *headers)

    async def _send_link(self, request: AnyRequest, email: str) -> str:
        """Mail a link and return its browser token; over the address's limit, a decoy."""
        links = self._links()
        email_rate = Use("log_in.email", links.subject(email))
        await self._require_rate(request)
        try:
            await self.limits.require(email_rate)
        except Exceeded:
            return links.decoy()
        return await links.request_link(email, self.site.base(headers_of(request)))

    async def _require_rate(self, request: AnyRequest) -> None:
        await self.limits.require(Use("log_in.address", client_of(request)))

    async def _log_in(self, request: AnyRequest) -> LoginResult:
        await self._require_rate(request)
        token = query_param(request, "token")
        browser = self.opening.cookies.read(headers_of(request), BROWSER)
        try:
            email = await self._links().redeem(token or "", browser or "")
        except LinkRefused as refusal:
            self.opening.count_refusal(LogInMethod.MAGIC_LINK, refusal)
            raise
        return await self.opening.open(request, email, LogInMethod.MAGIC_LINK)

    def _links(self) -> LoginLinks:
        if self.links is None:
            raise MailNotConfigured
        return self.links


async def _email(request: AnyRequest) -> str:
    """Return the address of a JSON body, or of the log-in page's form."""
    if (header(request, b"content-type") or "").partition(";")[0].strip().lower() != FORM:
        return (await read_json(request, MAX_BYTES, LinkRequest)).email
    fields = parse_qs((await read_raw(request, MAX_BYTES)).decode("utf-8", "replace"))
    return fields.get("email", [""])[-1]
