"""Use case: log in with GitHub, by a linked account or a verified address."""

from application.identity.github import EmailNotVerified, Profile
from application.identity.logins import LoginRequest, LoginResult, Logins
from application.identity.users import Users


class GitHubLogins:
    def __init__(self, users: Users, logins: Logins) -> None:
        self._users = users
        self._logins = logins

    async def log_in(self, profile: Profile, login: LoginRequest) -> LoginResult:
        """Log in, and link the account to the user; raises as ``Logins`` does.

        A linked account stays its user's, even if its addresses change. Otherwise a verified
        address decides: an existing user's, or the primary one for a new user.
        """
        linked = await self._users.find_by_github(profile.id)
        if linked is not None:
            return await self._logins.log_in_user(linked, login)
        logged_in = await self._logins.log_in(login._replace(email=await self._address(profile)))
        await self._users.link_github(logged_in.user_id, profile.id, login.request_id)
        return logged_in

    async def _address(self, profile: Profile) -> str:
        if not profile.emails:
            raise EmailNotVerified
        for email in profile.emails:
            if await self._users.find_by_email(email) is not None:
                return email
        return profile.emails[0]
