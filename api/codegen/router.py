"""``/v1``: log-ins, people and organisations; code generation comes here, too."""

from litestar import Router

from api.access.admission import admission
from api.codegen.invitations import InvitationsController, JoiningController
from api.codegen.log_in import LogInController
from api.codegen.log_ins import LogInsController
from api.codegen.me import MeController
from api.codegen.members import MembersController
from api.equip import equip
from api.openapi.documented import BEARER, COOKIE
from api.services import Services


def codegen(services: Services) -> list[Router]:
    people = services.people
    log_in = equip(LogInController, links=people.links, opening=people.opening, site=people.site)
    sessions = equip(
        LogInsController,
        sessions=people.sessions,
        members=people.members,
        authenticator=services.authenticator,
        opening=people.opening,
    )
    me = equip(
        MeController,
        users=people.users,
        members=people.members,
        organisations=people.organisations,
        visibility=services.visibility,
        cookies=people.opening.cookies,
    )
    members = equip(
        MembersController,
        memberships=people.memberships,
        members=people.members,
        visibility=services.visibility,
    )
    invitations = equip(
        InvitationsController,
        invitations=people.invitations,
        memberships=people.memberships,
        members=people.members,
        visibility=services.visibility,
        site=people.site,
    )
    joining = equip(
        JoiningController,
        invitations=people.invitations,
        users=people.users,
        visibility=services.visibility,
    )
    return [
        Router("/v1", route_handlers=[log_in]),
        Router(
            "/v1",
            route_handlers=[sessions, me, members, invitations, joining],
            before_request=admission(services.authenticator),
            security=[*BEARER, *COOKIE],
        ),
    ]
