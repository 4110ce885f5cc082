"""What every way of logging in ends with: a session, its cookie, and the one before it ended."""

from collections.abc import Awaitable, Callable
from typing import Final

from api.auth.authenticator import Authenticator
from api.auth.cookies import BROWSER, SESSION, Cookies
from api.http.errors import problem_of
from api.http.pages import page, wants_page
from api.http.response import Response, position_header
from api.request import AnyRequest, Header, header, headers_of, request_id_of
from application.eventstore.read_your_writes import ReadYourWrites
from application.identity.logins import Arrival, LoggedIn, Logins
from application.identity.sessions import IDLE
from application.telemetry.instruments import Counter
from domain.identity.events import LogInMethod
from domain.refusals import Refusal

MODELS: Final = ("organisations", "members", "users")
"""What a session's requests are judged by: a log-in waits until they know of it."""


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

    async def open(self, request: AnyRequest, email: str, method: LogInMethod) -> LoggedIn:
        """Log in who has shown that the address is theirs; raises what ``Logins.log_in`` does."""
        return await self.enter(request, self.arrival(request, email, method), self._logins.log_in)

    def arrival(self, request: AnyRequest, email: str, method: LogInMethod) -> Arrival:
        agent = header(request, b"user-agent") or ""
        return Arrival(email, method, agent, request_id_of(request))

    async def enter(
        self,
        request: AnyRequest,
        arrival: Arrival,
        log_in: Callable[[Arrival], Awaitable[LoggedIn]],
    ) -> LoggedIn:
        """Log in by whatever means; raises what those raise, and counts it."""
        method = arrival.method
        try:
            logged_in = await log_in(arrival)
        except Refusal as refusal:
            self.refused(method, refusal)
            raise
        self._log_ins.add(method.value, "opened")
        await self._end_session_before(request)
        await self.wait_visible(logged_in.session.position)
        return logged_in

    async def wait_visible(self, position: int) -> None:
        """Wait until requests are judged by what was recorded at a position; not for ever."""
        for model in MODELS:
            await self._read_your_writes.wait_visible(position, model)

    def refused(self, method: LogInMethod, refusal: Refusal) -> None:
        """Count a log-in that failed: none is silent."""
        self._log_ins.add(method.value, refusal.code.lower())

    def headers(self, logged_in: LoggedIn) -> tuple[Header, ...]:
        return (
            self.cookies.set(SESSION, logged_in.session.token, IDLE),
            self.cookies.clear(BROWSER),
            position_header(logged_in.session.position),
        )

    async def _end_session_before(self, request: AnyRequest) -> None:
        """Leave no session behind that the browser will have forgotten."""
        callers = self._authenticator.sessions
        before = await callers.caller(headers_of(request))
        if before is not None and before.log_in is not None:
            session_id = before.log_in.session_id
            await self._logins.sessions.end(before.id, session_id, request_id_of(request))
            callers.revocations.end(session_id)


def refused_login(request: AnyRequest, refusal: Refusal) -> Response:
    """Answer a browser with a page; raises the refusal again for a program."""
    if not wants_page(request):
        raise refusal
    problem, title = problem_of(refusal), "You are not logged in"
    return page("message.html", status=problem.status, title=title, text=problem.message)
