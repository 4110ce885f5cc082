"""``/v1/auth``: a user's login sessions, and the organisation of the current one."""

from typing import Final

from litestar import Controller, delete, get, post
from litestar.params import FromPath

from api.auth.authenticator import Authenticator
from api.auth.caller import caller_of, session_of
from api.auth.cookies import SESSION
from api.auth.guard import Need, needs
from api.http.request_body import read_json
from api.http.response import Response, json_response, no_content
from api.identity.bodies import (
    LoggedInAnswer,
    SessionsAnswer,
    SessionsEnded,
    SessionSummary,
    SwitchRequest,
)
from api.identity.open_session import OpenSession
from api.openapi.documented import COMMON_ERRORS, documented
from api.request import AnyRequest, header, request_id_of
from application.identity.logins import LoginResult
from application.identity.sessions import LoginSessions
from domain.identity.organisations import OrganisationNotFound
from projections.identity.members import MemberQueries

MAX_BYTES: Final = 8 * 1024


class SessionsController(Controller):
    path = "/auth"
    tags = ("Log-in",)
    opt = needs(Need.SESSION)

    sessions: LoginSessions
    member_queries: MemberQueries
    authenticator: Authenticator
    opening: OpenSession

    @post(
        "/logout", operation_id="logOut", **documented(answer=SessionsEnded, errors=COMMON_ERRORS)
    )
    async def log_out(self, request: AnyRequest) -> Response:
        """End this session."""
        await self._end(request, session_of(request).session_id)
        return json_response(SessionsEnded(), self.opening.cookies.clear(SESSION))

    @get(
        "/sessions",
        operation_id="listLoginSessions",
        **documented(answer=SessionsAnswer, errors=COMMON_ERRORS),
    )
    async def list_sessions(self, request: AnyRequest) -> Response:
        """List the user's login sessions, the most recently used first."""
        current = session_of(request).session_id
        sessions = await self.sessions.of_user(caller_of(request).id)
        return json_response(
            SessionsAnswer([SessionSummary.of(each, current) for each in sessions])
        )

    @delete(
        "/sessions/{session_id:str}",
        operation_id="endLoginSession",
        **documented(status=204, errors=(404, *COMMON_ERRORS), codes={404: ("SESSION_NOT_FOUND",)}),
    )
    async def end_session(self, request: AnyRequest, session_id: FromPath[str]) -> Response:
        """End one of the user's sessions; it may be the current one."""
        await self._end(request, session_id)
        return no_content()

    @post(
        "/organisation",
        operation_id="switchOrganisation",
        **documented(
            request=SwitchRequest,
            answer=LoggedInAnswer,
            answer_headers=("Set-Cookie", "X-Forge-Position"),
            errors=(400, 404, 413, *COMMON_ERRORS),
            codes={404: ("ORGANISATION_NOT_FOUND",)},
        ),
    )
    async def switch(self, request: AnyRequest) -> Response:
        """Switch to another organisation of the user's, in a new session."""
        org_id = (await read_json(request, MAX_BYTES, SwitchRequest)).organisation_id
        caller, session_id = caller_of(request), session_of(request).session_id
        if org_id not in {each.id for each in await self.member_queries.of_user(caller.id)}:
            raise OrganisationNotFound
        agent = header(request, b"user-agent") or ""
        opened = await self.sessions.switch(
            caller.id, session_id, org_id, agent, request_id_of(request)
        )
        self.authenticator.sessions.revocations.end(session_id)
        await self.opening.wait_visible(opened.position)
        logged_in = LoginResult(caller.id, org_id, opened)
        return json_response(LoggedInAnswer.of(logged_in), *self.opening.headers(logged_in))

    async def _end(self, request: AnyRequest, session_id: str) -> None:
        await self.sessions.end(caller_of(request).id, session_id, request_id_of(request))
        self.authenticator.sessions.revocations.end(session_id)
