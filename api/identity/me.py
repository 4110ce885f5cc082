"""``GET /v1/me``: the caller, and its organisations."""

from litestar import Controller, get

from api.auth.caller import Caller, caller_of
from api.auth.cookies import SESSION, Cookies
from api.auth.guard import Need, needs
from api.http.query_params import require_position
from api.http.response import Response, json_response
from api.identity.bodies import KeyAnswer, MeAnswer, OrganisationAnswer, UserAnswer
from api.openapi.documented import COMMON_ERRORS, MIN_POSITION, documented
from api.request import AnyRequest, headers_of
from application.eventstore.read_your_writes import ReadYourWrites
from application.identity.sessions import IDLE
from domain.identity.organisations import OrganisationNotFound
from projections.identity.members import MEMBERS, MemberQueries
from projections.identity.organisations import OrganisationQueries
from projections.identity.users import UserQueries


class MeController(Controller):
    path = "/me"
    tags = ("Account",)
    opt = needs(Need.ANY_CALLER)

    user_queries: UserQueries
    member_queries: MemberQueries
    organisation_queries: OrganisationQueries
    read_your_writes: ReadYourWrites
    cookies: Cookies

    @get(
        operation_id="me",
        **documented(
            answer=MeAnswer,
            headers=(MIN_POSITION,),
            errors=(400, 409, *COMMON_ERRORS),
        ),
    )
    async def me(self, request: AnyRequest) -> Response:
        """Get the caller, its organisation and, for a user, other organisations and invitations.

        Extends the session cookie of a browser by another 31 days.
        """
        await require_position(request, self.read_your_writes, MEMBERS.name)
        caller = caller_of(request)
        if caller.session is None:
            return json_response(await self._key_answer(caller))
        cookie = self.cookies.read(headers_of(request), SESSION) or ""
        return json_response(
            await self._user_answer(caller), self.cookies.set(SESSION, cookie, IDLE)
        )

    async def _key_answer(self, caller: Caller) -> MeAnswer:
        scopes = sorted(scope.value for scope in caller.scopes)
        return MeAnswer(
            user=None,
            key=KeyAnswer(caller.id, scopes, caller.expires_at),
            organisation=await self._organisation(caller),
            organisations=(),
            invitations=(),
        )

    async def _user_answer(self, caller: Caller) -> MeAnswer:
        email = await self.user_queries.email(caller.id)
        return MeAnswer(
            user=UserAnswer(caller.id, email),
            key=None,
            organisation=await self._organisation(caller),
            organisations=await self.member_queries.of_user(caller.id),
            invitations=await self.member_queries.invitations_to(email or ""),
        )

    async def _organisation(self, caller: Caller) -> OrganisationAnswer:
        if (name := await self.organisation_queries.name(caller.org_id)) is None:
            raise OrganisationNotFound
        role = caller.session.role if caller.session else None
        return OrganisationAnswer(caller.org_id, name, caller.plan.value, role)
