"""Opens login sessions, for every way to log in: session, cookie, metrics."""

from collections.abc import Awaitable, Callable
from typing import Final

from api.auth.authenticator import Authenticator
from api.auth.cookies import BROWSER, SESSION, Cookies
from api.http.errors import problem_of
from api.http.pages import page, wants_page
from api.http.response import Response, position_header
from api.request import AnyRequest, Header, header, headers_of, request_id_of
from application.eventstore.read_your_writes import ReadYourWrites
from application.identity.logins import LoginRequest, LoginResult, Logins
from application.identity.sessions import IDLE
from application.telemetry.instruments import Counter
from domain.identity.events import LogInMethod
from domain.refusals import Refusal

MODELS: Final = ("organisations", "members", "users")
"""Read models that authorise a session's requests: a log-in waits for them."""


class OpenSession:
    def __init__(
        self,
        logins: Logins,
        authenticator: Authenticator,
        cookies: Cookies,
        visibility: ReadYourWrites,
        log_ins: Counter,
    ) -> None:
        self._logins = logins
        self._authenticator = authenticator
        self._read_your_writes = visibility
        self._log_ins = log_ins
        self.cookies = cookies

    async def open(self, request: AnyRequest, email: str, method: LogInMethod) -> LoginResult:
        """Open a session for a verified e-mail address; raises as ``Logins.log_in`` does."""
        return await self.enter(
            request, self.login_request(request, email, method), self._logins.log_in
        )

    def login_request(self, request: AnyRequest, email: str, method: LogInMethod) -> LoginRequest:
        agent = header(request, b"user-agent") or ""
        return LoginRequest(email, method, agent, request_id_of(request))

    async def enter(
        self,
        request: AnyRequest,
        login_request: LoginRequest,
        log_in: Callable[[LoginRequest], Awaitable[LoginResult]],
    ) -> LoginResult:
        """Log in by the given method and count the outcome; raises as ``log_in`` does."""
        method = login_request.method
        try:
            logged_in = await log_in(login_request)
        except Refusal as refusal:
            self.count_refusal(method, refusal)
            raise
        self._log_ins.add(method.value, "opened")
        await self._end_previous_session(request)
        await self.wait_visible(logged_in.session.position)
        return logged_in

    async def wait_visible(self, position: int) -> None:
        """Wait until requests are authorised as of a position, for a second at most."""
        for model in MODELS:
            await self._read_your_writes.wait_visible(position, model)

    def count_refusal(self, method: LogInMethod, refusal: Refusal) -> None:
        """Count a failed log-in by its error code."""
        self._log_ins.add(method.value, refusal.code.lower())

    def headers(self, logged_in: LoginResult) -> tuple[Header, ...]:
        """Return a log-in's headers: cookies and position."""
        return (
            self.cookies.set(SESSION, logged_in.session.token, IDLE),
            self.cookies.clear(BROWSER),
            position_header(logged_in.session.position),
        )

    async def _end_previous_session(self, request: AnyRequest) -> None:
        """End the session of the cookie that the new one replaces in the browser."""
        callers = self._authenticator.sessions
        caller = await callers.caller(headers_of(request))
        if caller is not None and caller.session is not None:
            session_id = caller.session.session_id
            await self._logins.sessions.end(caller.id, session_id, request_id_of(request))
            callers.revocations.end(session_id)


def failed_login_response(request: AnyRequest, refusal: Refusal) -> Response:
    """Answer a browser with a page; raises the refusal again for a program."""
    if not wants_page(request):
        raise refusal
    problem, title = problem_of(refusal), "You are not logged in"
    return page("message.html", status=problem.status, title=title, text=problem.message)
