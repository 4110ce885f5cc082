"""Routes of log-ins, users, organisations and keys: ``/v1``, and ``/api/auth/github``."""

from litestar import Controller, Router

from api.auth.guard import guard
from api.http.inject import with_dependencies
from api.http.shared_services import SharedServices
from api.identity.github.router import github_router
from api.identity.invitations import InvitationsController, JoiningController
from api.identity.keys import KeysController
from api.identity.magic_link import MagicLinkController
from api.identity.me import MeController
from api.identity.members import MembersController
from api.identity.provider_credentials import CredentialController
from api.identity.services import IdentityServices
from api.identity.sessions import SessionsController
from api.identity.usage import UsageController
from api.openapi.documented import BEARER, COOKIE


def identity_routers(services: IdentityServices, shared: SharedServices) -> list[Router]:
    account = Router(
        "/v1",
        route_handlers=[
            *_account(services, shared),
            *_keys(services, shared),
            *_organisation(services, shared),
        ],
        before_request=guard(shared.authenticator),
        security=[*BEARER, *COOKIE],
    )
    return [
        Router("/v1", route_handlers=[_magic_link(services, shared)]),
        account,
        github_router(services, shared),
    ]


def _magic_link(services: IdentityServices, shared: SharedServices) -> type[Controller]:
    return with_dependencies(
        MagicLinkController,
        links=services.links,
        opening=services.opening,
        site=services.site,
        limits=shared.limits,
    )


def _account(services: IdentityServices, shared: SharedServices) -> list[type[Controller]]:
    sessions = with_dependencies(
        SessionsController,
        sessions=services.sessions,
        member_queries=services.member_queries,
        authenticator=shared.authenticator,
        opening=services.opening,
    )
    me = with_dependencies(
        MeController,
        user_queries=services.user_queries,
        member_queries=services.member_queries,
        organisation_queries=services.organisation_queries,
        read_your_writes=shared.read_your_writes,
        cookies=services.opening.cookies,
    )
    usage = with_dependencies(
        UsageController,
        balances=services.balances,
        read_your_writes=shared.read_your_writes,
        clock=staticmethod(shared.clock),  # else it would be a method of the controller's
    )
    return [sessions, me, usage]


def _keys(services: IdentityServices, shared: SharedServices) -> list[type[Controller]]:
    keys = with_dependencies(
        KeysController,
        api_keys=services.api_keys,
        credentials=services.credentials,
        api_key_queries=services.api_key_queries,
        answers=shared.idempotency_store,
        authenticator=shared.authenticator,
        read_your_writes=shared.read_your_writes,
        clock=staticmethod(shared.clock),
    )
    return [keys, with_dependencies(CredentialController, credentials=services.credentials)]


def _organisation(services: IdentityServices, shared: SharedServices) -> list[type[Controller]]:
    members = with_dependencies(
        MembersController,
        memberships=services.memberships,
        member_queries=services.member_queries,
        read_your_writes=shared.read_your_writes,
    )
    invitations = with_dependencies(
        InvitationsController,
        invitations=services.invitations,
        memberships=services.memberships,
        member_queries=services.member_queries,
        read_your_writes=shared.read_your_writes,
        site=services.site,
        limits=shared.limits,
        answers=shared.idempotency_store,
    )
    joining = with_dependencies(
        JoiningController,
        invitations=services.invitations,
        user_queries=services.user_queries,
        read_your_writes=shared.read_your_writes,
    )
    return [members, invitations, joining]
