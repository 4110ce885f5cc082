"""``/v1``: code generation, log-ins, people and organisations."""

from litestar import Controller, Router

from api.auth.guard import admission
from api.codegen.generation_requests import Generating
from api.codegen.generation_streams import GenerationStreamsController
from api.codegen.generations import ArtifactsController, GenerationsController
from api.http.inject import equip
from api.identity.invitations import InvitationsController, JoiningController
from api.identity.keys import KeysController
from api.identity.magic_link import LogInController
from api.identity.me import MeController
from api.identity.members import MembersController
from api.identity.provider_credentials import CredentialController
from api.identity.sessions import LogInsController
from api.identity.usage import UsageController
from api.openapi.documented import BEARER, COOKIE
from api.operate.services import Services
from application.eventstore.read_your_writes import Visibility


def codegen(services: Services) -> list[Router]:
    visibility = services.visibility
    return [
        Router(
            "/v1",
            route_handlers=_generation(services),
            before_request=admission(services.authenticator, services.limits),
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
            before_request=admission(services.authenticator),
            security=[*BEARER, *COOKIE],
        ),
    ]


def _generation(services: Services) -> list[type[Controller]]:
    generating = Generating(
        services.generation.generations,
        services.generation.history,
        services.answers,
        services.generation.ledgers,
        services.visibility,
        services.clock,
    )
    generations = equip(
        GenerationsController,
        generating=generating,
        queries=services.generation.queries,
        models=services.generation.models,
        visibility=services.visibility,
    )
    streams = equip(
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
    return equip(
        LogInController,
        links=people.links,
        opening=people.opening,
        site=people.site,
        limits=services.limits,
    )


def _keys(services: Services) -> list[type[Controller]]:
    keys = equip(
        KeysController,
        identity=services.identity,
        credentials=services.credentials,
        keys=services.keys,
        answers=services.answers,
        authenticator=services.authenticator,
        visibility=services.visibility,
        clock=staticmethod(services.clock),  # else it would be a method of the controller's
    )
    return [keys, equip(CredentialController, credentials=services.credentials)]


def _account(services: Services, visibility: Visibility) -> list[type[Controller]]:
    people = services.people
    log_ins = equip(
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
        visibility=visibility,
        cookies=people.opening.cookies,
    )
    usage = equip(
        UsageController,
        balances=services.balances,
        visibility=visibility,
        clock=staticmethod(services.clock),
    )
    return [log_ins, me, usage]


def _organisation(services: Services, visibility: Visibility) -> list[type[Controller]]:
    people = services.people
    members = equip(
        MembersController,
        memberships=people.memberships,
        members=people.members,
        visibility=visibility,
    )
    invitations = equip(
        InvitationsController,
        invitations=people.invitations,
        memberships=people.memberships,
        members=people.members,
        visibility=visibility,
        site=people.site,
        limits=services.limits,
        answers=services.answers,
    )
    joining = equip(
        JoiningController,
        invitations=people.invitations,
        users=people.users,
        visibility=visibility,
    )
    return [members, invitations, joining]
