"""``/v1``: code generation, log-ins, people and organisations."""

from litestar import Controller, Router

from api.auth.guard import guard
from api.codegen.generation_requests import GenerationRequests
from api.codegen.generation_streams import GenerationStreamsController
from api.codegen.generations import ArtifactsController, GenerationsController
from api.http.inject import with_dependencies
from api.identity.invitations import InvitationsController, JoiningController
from api.identity.keys import KeysController
from api.identity.magic_link import MagicLinkController
from api.identity.me import MeController
from api.identity.members import MembersController
from api.identity.provider_credentials import CredentialController
from api.identity.sessions import SessionsController
from api.identity.usage import UsageController
from api.openapi.documented import BEARER, COOKIE
from api.operate.services import Services
from application.eventstore.read_your_writes import ReadYourWrites


def codegen(services: Services) -> list[Router]:
    visibility = services.read_your_writes
    return [
        Router(
            "/v1",
            route_handlers=_generation(services),
            before_request=guard(services.authenticator, services.limits),
            security=[*BEARER, *COOKIE],
        ),
        Router("/v1", route_handlers=[_log_in(services)]),
        Router(
            "/v1",
            route_handlers=[
                *_account(services, visibility),
                *_keys(services),
                *_organisation(services, visibility),
            ],
            before_request=guard(services.authenticator),
            security=[*BEARER, *COOKIE],
        ),
    ]


def _generation(services: Services) -> list[type[Controller]]:
    generating = GenerationRequests(
        services.generation.generations,
        services.generation.history,
        services.answers,
        services.generation.ledgers,
        services.read_your_writes,
        services.clock,
    )
    generations = with_dependencies(
        GenerationsController,
        generating=generating,
        queries=services.generation.queries,
        models=services.generation.models,
        read_your_writes=services.read_your_writes,
    )
    streams = with_dependencies(
        GenerationStreamsController,
        generating=generating,
        models=services.generation.models,
        feed=services.feed,
        streams=services.streams,
        authenticator=services.authenticator,
    )
    return [ArtifactsController, generations, streams]


def _log_in(services: Services) -> type[Controller]:
    people = services.people
    return with_dependencies(
        MagicLinkController,
        links=people.links,
        opening=people.opening,
        site=people.site,
        limits=services.limits,
    )


def _keys(services: Services) -> list[type[Controller]]:
    keys = with_dependencies(
        KeysController,
        identity=services.identity,
        credentials=services.credentials,
        keys=services.keys,
        answers=services.answers,
        authenticator=services.authenticator,
        read_your_writes=services.read_your_writes,
        clock=staticmethod(services.clock),  # else it would be a method of the controller's
    )
    return [keys, with_dependencies(CredentialController, credentials=services.credentials)]


def _account(services: Services, visibility: ReadYourWrites) -> list[type[Controller]]:
    people = services.people
    log_ins = with_dependencies(
        SessionsController,
        sessions=people.sessions,
        members=people.members,
        authenticator=services.authenticator,
        opening=people.opening,
    )
    me = with_dependencies(
        MeController,
        users=people.users,
        members=people.members,
        organisations=people.organisations,
        read_your_writes=visibility,
        cookies=people.opening.cookies,
    )
    usage = with_dependencies(
        UsageController,
        balances=services.balances,
        read_your_writes=visibility,
        clock=staticmethod(services.clock),
    )
    return [log_ins, me, usage]


def _organisation(services: Services, visibility: ReadYourWrites) -> list[type[Controller]]:
    people = services.people
    members = with_dependencies(
        MembersController,
        memberships=people.memberships,
        members=people.members,
        read_your_writes=visibility,
    )
    invitations = with_dependencies(
        InvitationsController,
        invitations=people.invitations,
        memberships=people.memberships,
        members=people.members,
        read_your_writes=visibility,
        site=people.site,
        limits=services.limits,
        answers=services.answers,
    )
    joining = with_dependencies(
        JoiningController,
        invitations=people.invitations,
        users=people.users,
        read_your_writes=visibility,
    )
    return [members, invitations, joining]
