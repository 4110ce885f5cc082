"""``/v1/invitations``: invite users to the session's organisation; accept an invitation."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

from litestar import Controller, delete, get, post
from litestar.params import FromPath

from api.auth.caller import caller_of, origin_of
from api.auth.guard import Need, needs
from api.http.base_url import BaseUrl
from api.http.idempotency import StoredHttpResponse, idempotent, stored_json
from api.http.query_params import require_position
from api.http.request_body import decode, read_body
from api.http.response import Response, json_response, no_content, position_header
from api.identity.bodies import InvitationAnswer, InvitationRequest, InvitationsAnswer, JoinedAnswer
from api.openapi.documented import COMMON_ERRORS, IDEMPOTENCY_KEY, MIN_POSITION, documented
from api.request import AnyRequest, headers_of, request_id_of
from application.eventstore.envelope import RecordedEvent
from application.eventstore.idempotency import IdempotencyStore, IdempotentRequest
from application.eventstore.read_your_writes import ReadYourWrites
from application.identity.invitations import Invitations
from application.identity.memberships import Memberships
from application.limits.rate_limits import Limits, Use
from domain.identity.membership import InvitationNotFound
from projections.identity.members import MEMBERS, MemberQueries
from projections.identity.users import UserQueries

ONE: Final = "/{invitation_id:str}"
MAX_BYTES: Final = 8 * 1024
ERRORS: Final = (400, *COMMON_ERRORS)
ERROR_CODES: Final = {403: ("ROLE_FORBIDS",), 404: ("INVITATION_NOT_FOUND",)}


def _creation_response(records: Sequence[RecordedEvent]) -> StoredHttpResponse:
    return stored_json(InvitationAnswer.of(records[0]), status=HTTPStatus.CREATED)


class InvitationsController(Controller):
    path = "/invitations"
    tags = ("Organisation",)
    opt = needs(Need.ADMIN)

    invitations: Invitations
    memberships: Memberships
    member_queries: MemberQueries
    read_your_writes: ReadYourWrites
    site: BaseUrl
    limits: Limits
    answers: IdempotencyStore

    @get(
        operation_id="listInvitations",
        **documented(answer=InvitationsAnswer, headers=(MIN_POSITION,), errors=(409, *ERRORS)),
    )
    async def sent(self, request: AnyRequest) -> Response:
        """List the organisation's open invitations, oldest first."""
        await require_position(request, self.read_your_writes, MEMBERS.name)
        return json_response(
            InvitationsAnswer(await self.member_queries.invited(caller_of(request).org_id))
        )

    @post(
        operation_id="invite",
        **documented(
            request=InvitationRequest,
            request_example={"email": "ada@example.com", "role": "admin"},
            answer=InvitationAnswer,
            status=201,
            answer_headers=("X-Forge-Position",),
            headers=(IDEMPOTENCY_KEY,),
            errors=(409, 413, 422, *ERRORS),
            codes={400: ("INVALID_EMAIL",), 403: ("ROLE_FORBIDS",)},
        ),
    )
    async def invite(self, request: AnyRequest) -> Response:
        """Invite an e-mail address, by mail: its user may join within a week."""
        body = await read_body(request, MAX_BYTES)
        invitation = decode(body, InvitationRequest)
        base = self.site.base(headers_of(request))
        by = origin_of(request)
        await self.limits.require(Use("invitations.organisation", by.org_id))

        async def execute(once: IdempotentRequest | None) -> Response:
            recorded = await self.invitations.send(
                invitation.email, invitation.role, base, by, once
            )
            await self.read_your_writes.wait_visible(recorded.position, MEMBERS.name)
            return _creation_response([recorded]).response(recorded.position)

        return await idempotent(request, body, self.answers, _creation_response, execute)

    @delete(
        ONE,
        operation_id="withdrawInvitation",
        **documented(
            status=204,
            answer_headers=("X-Forge-Position",),
            errors=(404, *ERRORS),
            codes=ERROR_CODES,
        ),
    )
    async def withdraw(self, request: AnyRequest, invitation_id: FromPath[str]) -> Response:
        """Withdraw an invitation."""
        written = await self.memberships.withdraw(invitation_id, origin_of(request))
        await self.read_your_writes.wait_visible(written.position, MEMBERS.name)
        return no_content(position_header(written.position))


class JoiningController(Controller):
    path = "/invitations"
    tags = ("Organisation",)
    opt = needs(Need.SESSION)

    invitations: Invitations
    user_queries: UserQueries
    read_your_writes: ReadYourWrites

    @post(
        f"{ONE}/accept",
        operation_id="acceptInvitation",
        **documented(
            answer=JoinedAnswer,
            answer_headers=("X-Forge-Position",),
            errors=(404, *ERRORS),
            codes={404: ("INVITATION_NOT_FOUND",)},
        ),
    )
    async def accept(self, request: AnyRequest, invitation_id: FromPath[str]) -> Response:
        """Accept an invitation to the user's own e-mail address."""
        user_id = caller_of(request).id
        if (email := await self.user_queries.email(user_id)) is None:
            raise InvitationNotFound
        joined = await self.invitations.accept(
            invitation_id, email, user_id, request_id_of(request)
        )
        position = joined.written.position
        await self.read_your_writes.wait_visible(position, MEMBERS.name)
        return json_response(JoinedAnswer(joined.org_id), position_header(position))
