"""``GET /v1/me``: who calls, and where they belong."""

from typing import Any, TypeAlias

from litestar import Controller, Request, get

from api.auth.caller import Caller, caller_of
from api.auth.cookies import SESSION, Cookies
from api.auth.guard import Need
from api.http.query_params import seen
from api.http.response import Answer, answer
from api.identity.bodies import KeyAnswer, MeAnswer, OrganisationAnswer, UserAnswer
from api.openapi.documented import MIN_POSITION, documented
from application.eventstore.read_your_writes import Visibility
from application.identity.sessions import IDLE
from domain.identity.organisations import OrganisationNotFound
from projections.identity.members import MEMBERS, Members
from projections.identity.organisations import Organisations
from projections.identity.users import Users

AnyRequest: TypeAlias = Request[Any, Any, Any]


class MeController(Controller):
    path = "/me"
    tags = ("Account",)
    opt = {"needs": Need.ANY_CALLER}  # noqa: RUF012 - Litestar reads it off the class

    users: Users
    members: Members
    organisations: Organisations
    visibility: Visibility
    cookies: Cookies

    @get(
        operation_id="me",
        **documented(
            answer=MeAnswer,
            headers=(MIN_POSITION,),
            errors=(400, 401, 403, 409, 429, 500, 503),
        ),
    )
    async def me(self, request: AnyRequest) -> Answer:
        """Tell who calls, for whom, and (to a user) what else they could act for.

        A browser that asks keeps its session's cookie for another 31 days.
        """
        await seen(request, self.visibility, MEMBERS.name)
        caller = caller_of(request)
        if caller.log_in is None:
            return answer(await self._holder(caller))
        cookie = self.cookies.read(request.scope["state"]["headers"], SESSION) or ""
        return answer(await self._user(caller), self.cookies.set(SESSION, cookie, IDLE))

    async def _holder(self, caller: Caller) -> MeAnswer:
        scopes = sorted(scope.value for scope in caller.scopes)
        return MeAnswer(
            user=None,
            key=KeyAnswer(caller.id, scopes, caller.expires_at),
            organisation=await self._organisation(caller),
            organisations=(),
            invitations=(),
        )

    async def _user(self, caller: Caller) -> MeAnswer:
        email = await self.users.email(caller.id)
        return MeAnswer(
            user=UserAnswer(caller.id, email),
            key=None,
            organisation=await self._organisation(caller),
            organisations=await self.members.of_user(caller.id),
            invitations=await self.members.invitations_to(email or ""),
        )

    async def _organisation(self, caller: Caller) -> OrganisationAnswer:
        if (name := await self.organisations.name(caller.org_id)) is None:
            raise OrganisationNotFound
        role = caller.log_in.role if caller.log_in else None
        return OrganisationAnswer(caller.org_id, name, caller.plan.value, role)
