"""``/v1/members``: the members of the session's organisation."""

from typing import Final

from litestar import Controller, delete, get, patch
from litestar.params import FromPath

from api.auth.caller import caller_of, origin_of
from api.auth.guard import Need, needs
from api.http.query_params import require_position
from api.http.request_body import read_json
from api.http.response import Response, json_response, no_content, position_header
from api.identity.bodies import MembersAnswer, RoleRequest
from api.openapi.documented import COMMON_ERRORS, MIN_POSITION, documented
from api.request import AnyRequest
from application.eventstore.read_your_writes import ReadYourWrites
from application.identity.memberships import Memberships
from projections.identity.members import MEMBERS, MemberQueries

ONE: Final = "/{user_id:str}"
MAX_BYTES: Final = 8 * 1024
ERRORS: Final = (400, *COMMON_ERRORS)
CODES: Final = {
    403: ("ROLE_FORBIDS",),
    404: ("MEMBER_NOT_FOUND",),
    409: ("LAST_OWNER", "CONCURRENT_WRITE"),
}


class MembersController(Controller):
    path = "/members"
    tags = ("Organisation",)
    opt = needs(Need.SESSION)

    memberships: Memberships
    member_queries: MemberQueries
    read_your_writes: ReadYourWrites

    @get(
        operation_id="listMembers",
        **documented(answer=MembersAnswer, headers=(MIN_POSITION,), errors=(409, *ERRORS)),
    )
    async def members_of(self, request: AnyRequest) -> Response:
        """List the members of the organisation, in the order of joining."""
        await require_position(request, self.read_your_writes, MEMBERS.name)
        members = await self.member_queries.of_organisation(caller_of(request).org_id)
        return json_response(MembersAnswer(members))

    @patch(
        ONE,
        operation_id="changeRole",
        **documented(
            request=RoleRequest,
            answer=MembersAnswer,
            answer_headers=("X-Forge-Position",),
            errors=(404, 409, 413, *ERRORS),
            codes=CODES,
        ),
    )
    async def change_role(self, request: AnyRequest, user_id: FromPath[str]) -> Response:
        """Change a member's role. Owners may change any, admins only those of non-owners."""
        role = (await read_json(request, MAX_BYTES, RoleRequest)).role
        written = await self.memberships.change_role(user_id, role, origin_of(request))
        await self.read_your_writes.wait_visible(written.position, MEMBERS.name)
        members = await self.member_queries.of_organisation(caller_of(request).org_id)
        return json_response(MembersAnswer(members), position_header(written.position))

    @delete(
        ONE,
        operation_id="removeMember",
        **documented(
            status=204,
            answer_headers=("X-Forge-Position",),
            errors=(404, 409, *ERRORS),
            codes=CODES,
        ),
    )
    async def remove(self, request: AnyRequest, user_id: FromPath[str]) -> Response:
        """Remove a member, or leave; the member's sessions here end within five seconds."""
        written = await self.memberships.remove(user_id, origin_of(request))
        await self.read_your_writes.wait_visible(written.position, MEMBERS.name)
        return no_content(position_header(written.position))
