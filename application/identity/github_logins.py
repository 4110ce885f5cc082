"""Logging in whom GitHub vouches for: by an address it verified, or as who was linked before."""

from application.identity.github import EmailNotVerified, Profile
from application.identity.logins import Arrival, LoggedIn, Logins
from application.identity.users import Users


class GitHubLogins:
    def __init__(self, people: Users, logins: Logins) -> None:
        self._people = people
        self._logins = logins

    async def enter(self, profile: Profile, arrival: Arrival) -> LoggedIn:
        """Log in, and link the account to the user it belongs to; raises as ``Logins`` does.

        Who was linked once is that user, whatever became of the addresses. Else a verified address
        decides: an existing user's, or for somebody new the primary one.
        """
        linked = await self._people.linked_to(profile.id)
        if linked is not None:
            return await self._logins.log_in_user(linked, arrival)
        logged_in = await self._logins.log_in(arrival._replace(email=await self._address(profile)))
        await self._people.link_github(logged_in.user_id, profile.id, arrival.request_id)
        return logged_in

    async def _address(self, profile: Profile) -> str:
        if not profile.emails:
            raise EmailNotVerified
        for email in profile.emails:
            if await self._people.user_of(email) is not None:
                return email
        return profile.emails[0]
