"""Organisations with several members: invitations, roles, switches, removals."""

from collections.abc import AsyncIterator
from typing import Final
from uuid import uuid4

import pytest

from application.eventstore.envelope import Origin
from application.identity.logins import SignUp
from domain.identity.roles import Role
from tests.support.identity.browsers import Post, mailing_service
from tests.support.identity.foreign import SESSION_ROUTES
from tests.support.identity.teams import Team, address, invite, me, roles, team_of
from tests.support.servers.databases import Databases
from tests.support.servers.postgres_and_valkey import Servers
from tests.support.service.route_table import fill_path

pytestmark = pytest.mark.anyio

CREDENTIAL: Final = {"provider": "openai", "model": "m", "secret": "s" * 20}
BODIES: Final = {"PATCH": {"role": "admin"}, "PUT": CREDENTIAL}


@pytest.fixture(scope="module")
async def post(databases: Databases, servers: Servers) -> AsyncIterator[Post]:
    with databases.migrated() as database:
        async with mailing_service(database, servers.redis_url) as post:
            yield post


@pytest.fixture
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have nothing remembered of callers, instead of for five seconds."""
    monkeypatch.setattr("api.auth.credential_cache.SECONDS", 0.0)


@pytest.fixture
async def team(post: Post) -> AsyncIterator[Team]:
    async with team_of(post) as team:
        yield team


async def test_a_new_user_joins_an_organisation_by_invitation_and_log_in(team: Team) -> None:
    assert (await me(team.member))["organisation"] == {
        "id": team.organisation,
        "name": (await me(team.owner))["organisation"]["name"],
        "plan": "trial",
        "role": "member",
    }
    assert await roles(team.member) == dict(
        zip(team.ids, ["owner", "admin", "member"], strict=True)
    )
    left = (await team.owner.client.get("/v1/invitations")).json()["invitations"]
    assert left == []


async def test_an_invitation_is_mailed_with_where_to_log_in(post: Post, team: Team) -> None:
    email = address()
    await invite(team.owner, email)
    text = await post.mails.newest_to(email)

    assert f"{post.service.url}/v1/auth/login" in text
    assert "as member" in text


async def test_an_existing_user_accepts_an_invitation_and_switches(post: Post, team: Team) -> None:
    email = address()
    async with post.browser() as guest:
        await guest.log_in(email)
        home = (await me(guest))["organisation"]["id"]
        await invite(team.owner, email, "admin")
        [invitation] = (await me(guest))["invitations"]
        joined = await guest.client.post(f"/v1/invitations/{invitation['id']}/accept")
        assert joined.json() == {"organisationId": team.organisation}
        assert (await me(guest))["organisation"]["id"] == home

        before = guest.session
        wanted = {"organisationId": team.organisation}
        switched = await guest.client.post("/v1/auth/organisation", json=wanted)
        assert switched.status_code == 200
        now = await me(guest)
        assert (now["organisation"]["id"], now["organisation"]["role"]) == (
            team.organisation,
            "admin",
        )
        assert {each["id"] for each in now["organisations"]} == {home, team.organisation}
        guest.hold(before)
        assert (await guest.client.get("/v1/me")).status_code == 401


async def test_a_switch_to_an_organisation_of_others_is_refused(post: Post, team: Team) -> None:
    async with post.browser() as stranger:
        await stranger.log_in(address())
        answers = [
            await stranger.client.post("/v1/auth/organisation", json={"organisationId": org_id})
            for org_id in (team.organisation, uuid4().hex)
        ]

    assert [each.status_code for each in answers] == [404, 404]
    assert answers[0].content == answers[1].content


async def test_an_invitation_that_is_sent_again_is_one(post: Post, team: Team) -> None:
    asked = {"email": address(), "role": "member"}
    headers = {"Idempotency-Key": uuid4().hex}
    first, again = [
        await team.owner.client.post("/v1/invitations", json=asked, headers=headers)
        for _ in range(2)
    ]
    await post.mails.newest_to(asked["email"])

    assert first.status_code == 201
    assert again.status_code == 201
    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert len(post.mails.to(asked["email"])) == 1


async def test_an_invitation_is_for_its_address_alone(post: Post, team: Team) -> None:
    invited = (await invite(team.owner, address())).json()["invitation"]
    async with post.browser() as stranger:
        await stranger.log_in(address())
        stolen = await stranger.client.post(f"/v1/invitations/{invited['id']}/accept")

    assert stolen.status_code == 404
    assert stolen.json()["error"]["code"] == "INVITATION_NOT_FOUND"


async def test_an_invitation_can_be_withdrawn(post: Post, team: Team) -> None:
    email = address()
    invited = (await invite(team.owner, email)).json()["invitation"]
    listed = (await team.admin.client.get("/v1/invitations")).json()["invitations"]
    gone = await team.admin.client.delete(f"/v1/invitations/{invited['id']}")
    async with post.browser() as late:
        await late.log_in(email)
        organisation = (await me(late))["organisation"]["id"]

    assert listed == [invited]
    assert gone.status_code == 204
    assert organisation != team.organisation


async def test_members_can_neither_invite_nor_change_members(team: Team) -> None:
    owner, admin, _ = team.ids
    attempts = [
        await invite(team.member, address()),
        await team.member.client.get("/v1/invitations"),
        await team.member.client.patch(f"/v1/members/{admin}", json={"role": "member"}),
        await team.member.client.delete(f"/v1/members/{owner}"),
    ]

    assert {attempt.status_code for attempt in attempts} == {403}


async def test_members_have_no_share_in_audit(team: Team) -> None:
    path = f"/audit/organisations/{team.organisation}"

    assert (await team.member.client.get(path)).status_code == 403
    events = (await team.admin.client.get(path)).json()["events"]
    assert [event["type"] for event in events][:2] == [
        "organisation.created",
        "organisation.member_added",
    ]


async def test_owners_change_roles_and_admins_make_no_owners(team: Team) -> None:
    _, admin, member = team.ids
    promoted = await team.owner.client.patch(f"/v1/members/{member}", json={"role": "admin"})
    refused = await team.admin.client.patch(f"/v1/members/{admin}", json={"role": "owner"})

    assert promoted.status_code == 200
    assert (await roles(team.owner))[member] == "admin"
    assert refused.status_code == 403
    assert refused.json()["error"]["code"] == "ROLE_FORBIDS"


async def test_the_last_owner_stays(team: Team) -> None:
    owner = team.ids[0]
    for attempt in (
        await team.owner.client.delete(f"/v1/members/{owner}"),
        await team.owner.client.patch(f"/v1/members/{owner}", json={"role": "member"}),
    ):
        assert attempt.status_code == 409
        assert attempt.json()["error"]["code"] == "LAST_OWNER"


@pytest.mark.usefixtures("forgetful", "team")
async def test_a_removed_member_is_refused_once_the_cache_expires(team: Team) -> None:
    removed = await team.admin.client.delete(f"/v1/members/{team.ids[2]}")

    assert removed.status_code == 204
    assert (await team.member.client.get("/v1/me")).status_code == 401


async def test_another_organisations_people_are_as_missing_as_none(post: Post, team: Team) -> None:
    invited = (await invite(team.owner, address())).json()["invitation"]
    async with post.browser() as stranger:
        await stranger.log_in(address())
        key = (await team.owner.client.post("/v1/keys", json={"name": "ci"})).json()
        [session] = (await team.owner.client.get("/v1/auth/sessions")).json()["sessions"]
        theirs = {
            "user_id": team.ids[2],
            "invitation_id": invited["id"],
            "session_id": session["id"],
            "key_id": key["id"],
        }
        for method, path in SESSION_ROUTES:
            place = path.partition("{")[2].partition(":")[0]
            real = fill_path(path.replace(f"{{{place}:str}}", theirs[place]))
            answers = [
                await stranger.client.request(method, each, json=BODIES.get(method))
                for each in (real, fill_path(path))
            ]
            assert [each.status_code for each in answers] == [404, 404], path
            assert answers[0].content == answers[1].content

    assert await roles(team.owner) == dict(zip(team.ids, ["owner", "admin", "member"], strict=True))


async def test_by_invitation_only_the_invited_get_in(
    databases: Databases, servers: Servers
) -> None:
    with databases.migrated() as database:
        async with (
            mailing_service(database, servers.redis_url, SignUp.INVITE) as post,
            post.browser() as first,
            post.browser() as other,
        ):
            email = address()
            await _operator_invites(post, "acme", email)
            await first.log_in(email)
            invited = (await me(first))["organisation"]
            uninvited = address()
            await other.ask(uninvited)
            text = await post.mails.newest_to(uninvited)

    assert (invited["name"], invited["role"]) == ("acme", "owner")
    assert "no account" in text


async def _operator_invites(post: Post, org: str, email: str) -> None:
    backend = post.service.backend
    await post.service.issue(org)
    org_id = await backend.contexts.identity.organisations.find_by_name(org)
    assert org_id is not None
    by = Origin(actor="system:test", org_id=org_id, correlation_id="setup")
    sent = await backend.contexts.identity.invitations.send(email, Role.OWNER, post.service.url, by)
    await backend.kernel.models["members"].reach(sent.position, within=5)
