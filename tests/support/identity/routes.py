"""Routes of log-ins, sessions, keys and members."""

from typing import Final

from api.auth.guard import Need
from tests.support.registries.route_part import Open, RoutePart

KEY: Final = "/v1/keys/{key_id:str}"
MEMBER: Final = "/v1/members/{user_id:str}"
INVITATION: Final = "/v1/invitations/{invitation_id:str}"

PART: Final = RoutePart(
    {
        ("GET", "/v1/me"): Need.ANY_CALLER,
        ("GET", "/v1/usage"): Need.ANY_CALLER,
        ("POST", "/v1/auth/logout"): Need.SESSION,
        ("GET", "/v1/auth/sessions"): Need.SESSION,
        ("DELETE", "/v1/auth/sessions/{session_id:str}"): Need.SESSION,
        ("POST", "/v1/auth/organisation"): Need.SESSION,
        ("GET", "/v1/keys"): Need.ADMIN,
        ("POST", "/v1/keys"): Need.ADMIN,
        ("DELETE", KEY): Need.ADMIN,
        ("POST", f"{KEY}/rotate"): Need.ADMIN,
        ("PUT", f"{KEY}/credential"): Need.ADMIN,
        ("DELETE", f"{KEY}/credential"): Need.ADMIN,
        ("GET", "/v1/members"): Need.SESSION,
        ("PATCH", MEMBER): Need.SESSION,
        ("DELETE", MEMBER): Need.SESSION,
        ("GET", "/v1/invitations"): Need.ADMIN,
        ("POST", "/v1/invitations"): Need.ADMIN,
        ("DELETE", INVITATION): Need.ADMIN,
        ("POST", f"{INVITATION}/accept"): Need.SESSION,
        ("GET", "/v1/auth/login"): Open.PUBLIC,
        ("GET", "/v1/auth/magic-link/verify"): Open.PUBLIC,
        ("POST", "/v1/auth/magic-link"): Open.LOG_IN,
        ("POST", "/v1/auth/magic-link/verify"): Open.LOG_IN,
        ("GET", "/api/auth/github/login"): Open.LOG_IN,
        ("GET", "/api/auth/github/callback"): Open.LOG_IN,
        ("POST", "/api/auth/github/device"): Open.LOG_IN,
        ("POST", "/api/auth/github/device/token"): Open.LOG_IN,
    }
)
